"""The audit log: append-only, one hash chain for each agency, written in the act's own transaction."""
