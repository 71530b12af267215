"""Whether an account can still be entered."""

from __future__ import annotations


def opens(*, password: bool, eid: bool, passkeys: int) -> bool:
    """Return whether there is a way in: a password, the national eID, or a passkey."""
    return password or eid or passkeys > 0
