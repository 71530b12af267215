"""Forms from the pack: a JSON Schema with words and pages, drafts, answers."""
