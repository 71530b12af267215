from __future__ import annotations

from typing import TYPE_CHECKING

from vamco.kernel.world.access.contracts import Act
from vamco.kernel.world.access.queries import allow
from vamco.lib.errors import N_, Forbidden
from vamco.lib.registry import Registry

if TYPE_CHECKING:
    from vamco.kernel.world.access.queries import Where
    from vamco.kernel.world.people.models import Person
    from vamco.kernel.world.places.models import Place

_acts: Registry[str, Act] = Registry("act of access")


def declare(code: str, title: str) -> str:
    """Make an act known, so that packs can grant it, and return its code; TypeError when another act has it."""
    return _acts.add(code, Act(code, title)).code


def acts() -> dict[str, Act]:
    """All acts by code."""
    return dict(_acts)


def demand(
    person: Person | None, act: str, agency: Where = "any", *, place: Place | None = None, state: str = ""
) -> None:
    """Raise Forbidden unless the person may do the act."""
    if not allow(person, act, agency, place=place, state=state):
        raise Forbidden("access.not_allowed", N_("You are not allowed to do this."), act=act)
