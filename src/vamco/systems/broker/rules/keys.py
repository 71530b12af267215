"""When signing keys change."""

from __future__ import annotations

import datetime as dt
from typing import Final

SIGNS_FOR: Final = dt.timedelta(days=30)
KEPT_FOR: Final = dt.timedelta(days=2)
"""So long a key stays published after its last token: id tokens last minutes, and come back as hints within a stay."""


def due(signs_from: dt.datetime, *, now: dt.datetime) -> bool:
    """Whether the key that signs is to be replaced."""
    return now - signs_from >= SIGNS_FOR


def published(signed_until: dt.datetime | None, *, now: dt.datetime) -> bool:
    """Whether a key is in the set that clients read."""
    return signed_until is None or now - signed_until < KEPT_FOR
