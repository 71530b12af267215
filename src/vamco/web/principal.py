"""For whom a person acts in this session: themselves, or a principal whose mandate they hold.

It is a choice of the session, asked of the mandates in force at each request that needs it: one that ended is forgotten. What may be
done with it access says (`owns`); a page that begins something for somebody takes the owner from here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from vamco.kernel.world.access import public as access
from vamco.kernel.world.people import public as people

if TYPE_CHECKING:
    from django.http import HttpRequest

    from vamco.kernel.world.people.models import Person

_HELD: Final = "principal"  # in the session: ["person" or "organisation", id]


@dataclass(frozen=True, slots=True)
class Principal:
    """For whom somebody acts; `matters` are the codes of fields of law, None for all."""

    owner: access.Owner
    name: str
    matters: frozenset[str] | None

    @property
    def code(self) -> str:
        """Return how a form names it: "person:7", "organisation:3"."""
        return (
            f"person:{self.owner.person}"
            if self.owner.person is not None
            else f"organisation:{self.owner.organisation}"
        )


def choices(person: Person) -> list[Principal]:
    """Return for whom a person can act today, each principal once: of two mandates the matters count together."""
    selves = access.selves(person)
    found: dict[access.Owner, Principal] = {}
    for held in people.mandates_held(person):
        principal = held.person or held.organisation
        if principal is None or held.person_id in selves:
            continue
        owner = access.Owner(held.person_id, held.organisation_id)
        before = found.get(owner)
        matters = None if held.matters is None else frozenset(held.matters)
        if before is not None:
            matters = None if matters is None or before.matters is None else matters | before.matters
        found[owner] = Principal(owner, principal.name, matters)
    return sorted(found.values(), key=lambda each: each.name)


def of(request: HttpRequest) -> Principal | None:
    """Return for whom the reader acts now, None for themselves. Asks the database only where somebody was chosen."""
    person: Person | None = getattr(request, "person", None)
    held = request.session.get(_HELD) if person is not None else None
    if person is None or not held:
        return None
    found = next((each for each in choices(person) if each.code == held), None)
    if found is None:  # the mandate has ended
        del request.session[_HELD]
    return found


def choose(request: HttpRequest, code: str) -> Principal | None:
    """Act for a principal from now on, "" for oneself; who is none of the reader's principals is nobody's choice."""
    request.session.pop(_HELD, None)
    person: Person | None = getattr(request, "person", None)
    if person is None or not code:
        return None
    found = next((each for each in choices(person) if each.code == code), None)
    if found is not None:
        request.session[_HELD] = found.code
    return found
