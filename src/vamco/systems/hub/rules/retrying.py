"""How the connectors call other systems: when to try again, and whom. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

RETRIED = frozenset({429, 500, 502, 503, 504})
_LONGEST_WAIT = 30.0


def wait_before_retry(attempt: int, asked: str) -> float:
    """Seconds to wait before the next try: what the server asked for in whole seconds, else 0.5, 1, 2, 4 …; at most 30."""
    return min(float(asked) if asked.isdecimal() else 0.5 * 2.0**attempt, _LONGEST_WAIT)


def same_host(one: str, other: str, *, schemes: Collection[str] = ("http", "https")) -> bool:
    """Whether two URLs speak to the same scheme, host and port."""
    from urllib.parse import urlsplit

    first, second = urlsplit(one), urlsplit(other)
    return first.scheme in schemes and (first.scheme, first.netloc) == (second.scheme, second.netloc)
