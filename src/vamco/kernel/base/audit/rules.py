"""How an entry is bound to the one before it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

GENESIS = bytes(32)
_EXACT = (str, int, bool, type(None))


@dataclass(frozen=True)
class Content:
    """What an entry says; `at` is an ISO moment in UTC."""

    chain: str
    seq: int
    at: str
    act: str
    actor: str
    subject: str
    purpose: str
    detail: dict[str, Any]


def bind(previous: bytes, content: Content) -> bytes:
    """SHA-256 over the previous hash and the content as sorted, compact JSON."""
    text = json.dumps(asdict(content), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(previous + text.encode()).digest()


def demand_exact(value: Any) -> None:
    """Raise TypeError for what PostgreSQL's jsonb gives back changed, such as 1e16 or a key that is no text: no hash would hold."""
    if isinstance(value, dict):
        if not all(isinstance(key, str) for key in value):
            raise TypeError("the keys of an audit entry's detail are texts")
        value = [*value, *value.values()]
    if isinstance(value, list | tuple):
        for part in value:
            demand_exact(part)
    elif not isinstance(value, _EXACT) or (isinstance(value, str) and "\0" in value):
        raise TypeError(f"an audit entry's detail holds texts, whole numbers and truth values, found {value!r:.60}")


def first_break(entries: Iterable[tuple[Content, bytes]], head: tuple[int, bytes]) -> int | None:
    """Give the sequence number at which a chain stops being true, or None. `head` is what the chain says of its end."""
    previous, expected = GENESIS, 1
    for content, stored in entries:
        if content.seq != expected or bind(previous, content) != stored:
            return expected
        previous, expected = stored, expected + 1
    return None if head == (expected - 1, previous) else min(expected, head[0] + 1)
