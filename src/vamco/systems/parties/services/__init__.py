"""Acts of parties."""
