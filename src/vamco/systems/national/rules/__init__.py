"""Decisions of the synchronisation."""
