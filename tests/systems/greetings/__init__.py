"""A system as small as one can be: it is copied beside the others and nothing else is edited."""
