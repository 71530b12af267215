"""The page of the synchronisation."""
