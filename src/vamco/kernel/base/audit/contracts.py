from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping


@dataclass(frozen=True)
class Seen:
    """One entry that concerns a person: who did what with their data, when and what for."""

    at: dt.datetime
    act: str
    actor: str
    chain: str
    seq: int
    subject: str
    purpose: str
    detail: Mapping[str, Any] = field(default_factory=dict)
    entry: int = 0  # the key of its row: what came before has a smaller one
