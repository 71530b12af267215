"""Acts: each one transaction with its audit entry."""
