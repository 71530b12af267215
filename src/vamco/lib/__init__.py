"""Pure functions on errors, text, money, time and geometry: no I/O, no Django."""
