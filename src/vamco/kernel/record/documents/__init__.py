"""Official documents: made from templates, issued with a code, found again by anyone."""
