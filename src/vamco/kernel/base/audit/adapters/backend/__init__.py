"""Django's PostgreSQL, with one thing more: the audit entries of a transaction are written by its last statement."""
