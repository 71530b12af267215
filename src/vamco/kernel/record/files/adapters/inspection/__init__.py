"""Reads hostile content: each file in a process of its own that may use only so much time and memory."""
