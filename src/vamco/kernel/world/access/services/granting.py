from __future__ import annotations

from typing import TYPE_CHECKING

from vamco.kernel.world.access.contracts import Act, Machine
from vamco.kernel.world.access.queries import allow
from vamco.lib.errors import N_, Forbidden
from vamco.lib.registry import Registry

if TYPE_CHECKING:
    from vamco.kernel.world.access.contracts import Holder
    from vamco.kernel.world.access.queries import Where

_acts: Registry[str, Act] = Registry("act of access")


def declare(code: str, title: str) -> str:
    """Make an act known, so that packs can grant it, and return its code; TypeError when another act has it."""
    return _acts.add(code, Act(code, title)).code


_machines: Registry[str, Machine] = Registry("machine")


def machine(room: str, title: str) -> Machine:
    """Make a room known as an actor, so that kinds of cases can name it, and return it; TypeError when it is known already."""
    return _machines.add(room, Machine(room, title))


def machines() -> dict[str, Machine]:
    """Return all rooms that act by themselves, by name."""
    return dict(_machines)


def acts() -> dict[str, Act]:
    """All acts by code."""
    return dict(_acts)


def demand(
    person: Holder | None, act: str, agency: Where = "any", *, place: int | None = None, state: str = ""
) -> None:
    """Raise Forbidden unless the person may do the act."""
    if not allow(person, act, agency, place=place, state=state):
        raise Forbidden("access.not_allowed", N_("You are not allowed to do this."), act=act)
