"""Whether the counter of a passkey speaks against it. Source: Web Authentication Level 3, §6.1.1."""

from __future__ import annotations

from enum import Enum


class Counted(Enum):
    """What a counter says: nothing, that it is odd for a passkey that several devices share, or that somebody copied it."""

    FINE = 0
    ODD = 1
    COPIED = 2


def judge(stored: int, sent: int, *, shared: bool) -> Counted:
    """Judge the counter of a sign-in. `shared`: the passkey is backed up, so several devices count on their own.

    0 and 0 is a passkey that does not count at all.
    """
    if sent > stored or (sent == 0 and stored == 0):
        return Counted.FINE
    return Counted.ODD if shared else Counted.COPIED
