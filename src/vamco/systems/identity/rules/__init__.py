"""Decisions of identity: when log-ins must wait, one-time codes."""
