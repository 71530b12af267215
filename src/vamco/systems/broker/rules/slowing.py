"""How wrong client secrets slow the next try."""

from __future__ import annotations

import datetime as dt
from typing import Final

WINDOW: Final = dt.timedelta(minutes=10)
OF_ONE: Final = 10
OF_ALL: Final = 60


def waits(of_client: int, of_network: int) -> bool:
    """Whether a network must wait: too many wrong secrets of one client, or of all. Other networks are not concerned."""
    return of_client >= OF_ONE or of_network >= OF_ALL
