"""Events: emitted in the act's transaction, heard once by each handler, replayed when needed."""
