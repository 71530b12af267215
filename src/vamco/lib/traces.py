"""What may be kept of an error: its class, its code, the lines of code it passed; never its text, which may hold personal data."""

from __future__ import annotations

import traceback
from dataclasses import dataclass
from typing import TYPE_CHECKING

from vamco.lib.errors import VamcoError

if TYPE_CHECKING:
    from collections.abc import Iterator

_FRAMES = 12  # of each error, the last ones


@dataclass(frozen=True, slots=True)
class Trace:
    """`reason` is one line such as "UniqueViolation 23505 events_once"; `text` holds the way that led there, oldest error first."""

    reason: str
    text: str


def trace(error: BaseException) -> Trace:
    """Give what may be kept of an error and of those that led to it."""
    chain = list(_chain(error))[::-1]
    parts = [line for one in chain for line in (*_frames(one), reason(one))]
    return Trace(reason(error), "\n".join(parts))


def reason(error: BaseException) -> str:
    """Give the class of an error, and its code or SQLSTATE and constraint where it has them."""
    if isinstance(error, VamcoError):
        return f"{type(error).__name__} {error.code}"
    told = error if getattr(error, "sqlstate", None) else error.__cause__  # Django wraps the driver's error
    state = getattr(told, "sqlstate", None)
    if not isinstance(state, str):
        return type(error).__name__
    constraint = getattr(getattr(told, "diag", None), "constraint_name", None)
    return " ".join([type(told).__name__, state, *([constraint] if constraint else [])])


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    following: BaseException | None = error
    while following is not None and id(following) not in seen:
        seen.add(id(following))
        yield following
        following = following.__cause__ or (None if following.__suppress_context__ else following.__context__)


def _frames(error: BaseException) -> Iterator[str]:
    walked = list(traceback.walk_tb(error.__traceback__))
    for frame, line in walked[-_FRAMES:]:
        yield f"  {frame.f_globals.get('__name__', '?')}:{line} {frame.f_code.co_name}"
