"""Alarms and the directives that follow them, from the first sign to the proof that it helped."""
