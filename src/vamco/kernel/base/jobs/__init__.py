"""Background jobs: deferred by name in the act's transaction, run by the worker."""
