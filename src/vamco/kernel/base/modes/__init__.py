"""Modes: for each system, whether it is the province's own, waits for a national platform, or only connects to one."""
