"""How a planning notice stands on a day. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import datetime as dt

Standing = Literal["draft", "draft_open", "draft_closed", "coming", "in_force", "expired", "replaced", "undated"]


@dataclass(frozen=True, slots=True)
class Validity:
    """What decides how a notice stands."""

    standing: str
    valid_from: dt.date | None
    valid_to: dt.date | None
    comment_from: dt.date | None
    comment_to: dt.date | None
    successor: str


def of(notice: Validity, on: dt.date) -> Standing:
    """Return how a notice stands on a day. A draft is never in force, whatever days it names."""
    if notice.standing != "decided":
        return _draft(notice, on)
    if notice.valid_to is not None and notice.valid_to < on:
        return "replaced" if notice.successor else "expired"
    if notice.valid_from is None:
        return "replaced" if notice.successor else "undated"
    if notice.valid_from > on:
        return "coming"
    return "replaced" if notice.successor and notice.valid_to is None else "in_force"


def _draft(notice: Validity, on: dt.date) -> Standing:
    if notice.comment_to is not None and notice.comment_to < on:
        return "draft_closed"
    if notice.comment_from is not None and notice.comment_from <= on:
        return "draft_open"
    return "draft"
