"""Acts of the synchronisation."""
