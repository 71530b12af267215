"""Whom and what an act concerns: places, agencies, people, and who may do what."""
