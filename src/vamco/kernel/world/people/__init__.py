"""Natural persons and the agencies they work for."""
