"""The official's desk: inbox, case pages, kinds as drawings, load, notices, background work."""
