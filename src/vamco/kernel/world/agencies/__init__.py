"""Public bodies, as a tree."""
