from __future__ import annotations

from typing import TYPE_CHECKING

from vamco.kernel.world.access.contracts import Act, Machine
from vamco.kernel.world.access.models import Role
from vamco.kernel.world.access.queries import allow
from vamco.lib.errors import N_, Forbidden

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vamco.kernel.world.access.pack import RoleItem
    from vamco.kernel.world.access.queries import Where
    from vamco.kernel.world.people.models import Person

_acts: dict[str, Act] = {}


def declare(code: str, title: str) -> str:
    """Make an act known, so that packs can grant it, and give its code back."""
    _acts[code] = Act(code, title)
    return code


_machines: dict[str, Machine] = {}


def machine(room: str, title: str) -> Machine:
    """Make a room known as an actor, so that kinds of cases can name it, and return it; each room once."""
    if room in _machines:
        raise ValueError(f"the machine {room!r} is known already")
    _machines[room] = Machine(room, title)
    return _machines[room]


def machines() -> dict[str, Machine]:
    """Return all rooms that act by themselves, by name."""
    return dict(_machines)


def acts() -> dict[str, Act]:
    """All acts by code."""
    return dict(_acts)


def put(items: Sequence[RoleItem]) -> None:
    """Write roles."""
    for item in items:
        Role.objects.update_or_create(
            code=item.code,
            defaults={
                "name": item.name,
                "name_en": item.name_en,
                "reach": item.reach,
                "place_bound": item.place_bound,
                "acts": item.states_by_act(),
            },
        )


def withdraw(codes: Sequence[str]) -> None:
    """Let roles allow nothing any more; who held them is still known."""
    Role.objects.filter(code__in=codes).update(acts={})


def demand(
    person: Person | None, act: str, agency: Where = "any", *, place: int | None = None, state: str = ""
) -> None:
    """Raise Forbidden unless the person may do the act."""
    if not allow(person, act, agency, place=place, state=state):
        raise Forbidden("access.not_allowed", N_("You are not allowed to do this."), act=act)
