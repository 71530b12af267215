"""Decisions of the broker: pure, without Django."""
