"""The password of the demonstration's log-ins; who they are says the pack's demonstration layer."""

from __future__ import annotations

import base64
import hashlib

PASSWORD = "vam-co-dong-vam-co-tay"  # noqa: S105 - printed at every start of the demonstration, refused in production
PIN = "135790"  # of the made-up people at the simulated issuer of the national eID; printed, too


def app_secret(username: str) -> bytes:
    """Return the key of a log-in's authenticator app; published as the password is."""
    return hashlib.sha256(f"{PASSWORD} {username}".encode()).digest()[:20]


def app_key(username: str) -> str:
    """Return the same as an app takes it."""
    return base64.b32encode(app_secret(username)).decode()
