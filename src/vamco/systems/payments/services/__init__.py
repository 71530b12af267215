"""Acts on money, each one transaction."""
