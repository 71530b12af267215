"""Indicators: definitions, values with their past, target paths, lineage."""
