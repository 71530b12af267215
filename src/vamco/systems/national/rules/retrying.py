"""When a message is tried again, and what an answer means for it. Pure."""

from __future__ import annotations

import datetime as dt
from typing import Final, Literal

Verdict = Literal["taken", "again", "refused"]
FIRST_S: Final = 2
LONGEST_S: Final = 900


def wait(attempts: int) -> dt.timedelta:
    """Return how long to wait after so many failures in a row: 2, 4, 8 … seconds, at most a quarter of an hour."""
    return dt.timedelta(seconds=min(FIRST_S * 2 ** min(max(attempts, 1) - 1, 20), LONGEST_S))


def verdict(status: int) -> Verdict:
    """Return what an HTTP status means for the message.

    Refused is what the portal says of the message itself: it would say the same again, so a person looks. 401 is about our log-in, 408
    and 429 about the moment, 5xx about the portal: the message waits.
    """
    if 200 <= status < 300:  # noqa: PLR2004
        return "taken"
    if 400 <= status < 500 and status not in {401, 408, 425, 429}:  # noqa: PLR2004
        return "refused"
    return "again"
