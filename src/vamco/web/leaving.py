"""What ends with a stay beyond this site: a room that signs people in elsewhere registers how it ends that, and log-out asks it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_leave: list[Callable[[str], Sequence[str]]] = []


def register(leave: Callable[[str], Sequence[str]]) -> None:
    """Add what is called with the `sid` of a stay that a person ends; it returns within 5 seconds the names of what may go on."""
    if leave not in _leave:
        _leave.append(leave)


def leave(sid: str) -> list[str]:
    """End a stay everywhere and return the names of the services that have not confirmed it."""
    return [name for each in _leave for name in each(sid)] if sid else []
