"""Files, stored once by their content."""
