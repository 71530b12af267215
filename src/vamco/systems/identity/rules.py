"""When log-ins must wait."""

from __future__ import annotations

import datetime as dt

WINDOW = dt.timedelta(minutes=15)
PER_NAME = 5
PER_ADDRESS = 50


def must_wait(failures_of_name: int, failures_of_address: int) -> bool:
    """Whether so many failures within WINDOW close the door; an agency behind one address has many people."""
    return failures_of_name >= PER_NAME or failures_of_address >= PER_ADDRESS
