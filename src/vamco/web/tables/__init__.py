"""Tables to work in: filter, sort, pick, act on many, export."""
