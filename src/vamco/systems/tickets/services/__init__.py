"""Acts: one transaction each, with its audit entry."""
