"""Decisions of the portal: opening hours, announcing downtime in time, verdicts of the label. Pure."""
