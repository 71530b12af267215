"""Accounts and log-in."""
