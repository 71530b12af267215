"""What a report says: which category, whether others told the same, what a person must look at. No Django, no persons, no network."""
