"""Cameras that see: passages, violations as cases with evidence, plate searches, and counts of roads and halls."""
