from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from django.db import connection
from django.db.models import Q

from vamco.kernel.base import clock
from vamco.kernel.world.access import rules
from vamco.kernel.world.access.models import Role
from vamco.lib.errors import N_, Forbidden

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vamco.kernel.world.access.pack import RoleItem
    from vamco.kernel.world.agencies.models import Agency
    from vamco.kernel.world.people.models import Person


@dataclass(frozen=True)
class Act:
    """Something that a person may be allowed to do; `title` is a msgid."""

    code: str
    title: str


_acts: dict[str, Act] = {}


def declare(code: str, title: str) -> str:
    """Make an act known, so that packs can grant it, and give its code back."""
    _acts[code] = Act(code, title)
    return code


def acts() -> dict[str, Act]:
    """All acts by code."""
    return dict(_acts)


def put(items: Sequence[RoleItem]) -> None:
    """Write roles."""
    for item in items:
        Role.objects.update_or_create(
            code=item.code,
            defaults={"name": item.name, "name_en": item.name_en, "reach": item.reach, "acts": sorted(item.acts)},
        )


def grants(person: Person | None) -> tuple[rules.Grant, ...]:
    """Give what the person holds today; asked once for each Person object, so once a request."""
    if person is None:
        return ()
    held: tuple[rules.Grant, ...] | None = getattr(person, "_grants", None)
    if held is None:
        held = person._grants = _grants(person)  # type: ignore[attr-defined]  # noqa: SLF001
    return held


# As SQL, not through the ORM: it runs with every request, and building the statement took longer than the database did.
_GRANTS = """
SELECT role.acts, role.reach, agency.path
FROM people_membership AS held
JOIN access_role AS role ON role.code = held.role
JOIN agencies_agency AS agency ON agency.id = held.agency_id
WHERE held.person_id = %(person)s AND held.valid_from <= %(today)s AND (held.valid_to IS NULL OR held.valid_to >= %(today)s)
"""


def _grants(person: Person) -> tuple[rules.Grant, ...]:
    with connection.cursor() as cursor:
        cursor.execute(_GRANTS, {"person": person.pk, "today": clock.today()})
        return tuple(rules.Grant(frozenset(json.loads(acts)), reach, path) for acts, reach, path in cursor)


def scope(person: Person | None, act: str) -> rules.Scope:
    """Give the agencies in which the person may do the act."""
    return rules.scope(grants(person), act)


def allow(person: Person | None, act: str, agency: Agency | Literal["any"] | None = "any") -> bool:
    """Whether the person may do the act in an agency, or in any at all.

    None is the agency of what belongs to none: only those who reach everywhere reach it, as `within` has it for lists.
    """
    reach = scope(person, act)
    if agency == "any":
        return not reach.nowhere
    return reach.everywhere if agency is None else reach.covers(agency.path)


def demand(person: Person | None, act: str, agency: Agency | Literal["any"] | None = "any") -> None:
    """Raise Forbidden unless the person may do the act."""
    if not allow(person, act, agency):
        raise Forbidden("access.not_allowed", N_("You are not allowed to do this."), act=act)


def within(reach: rules.Scope, agency: str = "agency") -> Q:
    """Give the scope as a condition on rows whose field `agency` points to an Agency."""
    if reach.everywhere:
        return Q()
    inside = Q(**{f"{agency}__path__in": reach.exactly})
    for top in reach.below:
        inside |= Q(**{f"{agency}__path__startswith": top})
    return inside
