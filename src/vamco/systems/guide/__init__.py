"""The user guide in Vietnamese, a chapter for each role, reachable from every page."""
