"""Runs that wait for a person: released, or rejected."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vamco.kernel.world.people.models import Person
    from vamco.systems.hub.contracts import RunView

RELEASE = "hub.release"


def release(run: int, *, by: Person, note: str) -> RunView:
    """Publish a held run although it was held: it is judged again, and only the reason for which it waits is set aside.

    The run stays held where another reason to hold it comes up, and is refused where a check refuses it now. Refused when it
    does not wait (any more), or without a note.
    """
    raise NotImplementedError


def reject(run: int, *, by: Person, note: str) -> RunView:
    """Refuse a held run for good: the same content is not looked at again. Refused when it does not wait, or without a note."""
    raise NotImplementedError
