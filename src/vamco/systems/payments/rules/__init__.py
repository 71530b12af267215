"""Decisions on money, pure."""
