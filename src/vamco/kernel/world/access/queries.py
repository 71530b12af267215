from __future__ import annotations

import json
import time
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from django.db import connection
from django.db.models import Q

from vamco.kernel.base import clock
from vamco.kernel.world.access import rules
from vamco.kernel.world.access.contracts import Reach, RoleView
from vamco.kernel.world.access.models import Role
from vamco.kernel.world.agencies.public import of_kind

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Mapping

    from django.db.models import QuerySet

    from vamco.kernel.world.access.contracts import Holder
    from vamco.kernel.world.agencies.models import Agency

    Where = Agency | Literal["any"] | None

LONGEST_S = 10.0
"""So long what a Holder object holds may be remembered: a request is shorter, and nothing else should outlive a change."""

NOTHING = Q(pk__in=())


def grants(person: Holder | None, as_of: dt.date | None = None) -> tuple[rules.Grant, ...]:
    """Give what the person holds today; asked once for each object, so once a request. `as_of`: on another day."""
    if person is None:
        return ()
    if as_of is not None:
        return _grants(person, as_of)
    held: tuple[rules.Grant, ...] | None = getattr(person, "_grants", None)
    if held is None or time.monotonic() > getattr(person, "_grants_until", float("inf")):
        held = person._grants = _grants(person, clock.today())  # type: ignore[attr-defined]  # noqa: SLF001
        person._grants_until = time.monotonic() + LONGEST_S  # type: ignore[attr-defined]  # noqa: SLF001
    return held


# As SQL, not through the ORM: it runs with every request, and building the statement took longer than the database did.
# What a person holds are the own memberships and, for a substitute, those of the absent person. The places of a role that
# is not bound to any are not looked for.
PLACES = """CASE WHEN role.place_bound THEN ARRAY(
    WITH RECURSIVE inside AS (
        SELECT agency.place_id AS id WHERE agency.place_id IS NOT NULL
        UNION
        SELECT place.id FROM places_place AS place JOIN inside ON place.parent_id = inside.id
    )
    SELECT id FROM inside
) END"""
_GRANTS = f"""
WITH held AS (
    SELECT agency_id, role, NULL::bigint AS acting_for, NULL::text AS only_acts
    FROM people_membership
    WHERE person_id = %(person)s AND valid_from <= %(day)s AND (valid_to IS NULL OR valid_to >= %(day)s)
    UNION ALL
    SELECT absent.agency_id, absent.role, absent.person_id, acting.acts::text
    FROM people_substitution AS acting
    JOIN people_membership AS absent ON absent.person_id = acting.absent_id
    WHERE acting.substitute_id = %(person)s AND acting.valid_from <= %(day)s AND acting.valid_to >= %(day)s
      AND (acting.agency_id IS NULL OR acting.agency_id = absent.agency_id)
      AND absent.valid_from <= %(day)s AND (absent.valid_to IS NULL OR absent.valid_to >= %(day)s)
)
SELECT role.acts::text, role.reach, agency.path, held.acting_for, held.only_acts,
    {PLACES}
FROM held
JOIN access_role AS role ON role.code = held.role
JOIN agencies_agency AS agency ON agency.id = held.agency_id
WHERE agency.valid_from <= %(day)s AND (agency.valid_to IS NULL OR agency.valid_to >= %(day)s)
"""  # noqa: S608  # a constant of ours


def _grants(person: Holder, day: dt.date) -> tuple[rules.Grant, ...]:
    with connection.cursor() as cursor:
        cursor.execute(_GRANTS, {"person": person.pk, "day": day})
        return tuple(read_grant(*row) for row in cursor)


def read_grant(  # noqa: PLR0917  # the columns of one row of _GRANTS
    acts: str, reach: str, path: str, acting_for: int | None, only_acts: str | None, places: list[int] | None
) -> rules.Grant:
    """Give the grant that a row says: the acts of a role, of them perhaps only some, and its reach."""
    free, limited = _acts(acts, only_acts)
    return rules.Grant(free, reach, path, limited, None if places is None else frozenset(places), acting_for)


@lru_cache(maxsize=512)
def _acts(acts: str, only_acts: str | None) -> tuple[frozenset[str], Mapping[str, frozenset[str]]]:
    """Read the acts of a role, and of them only some where a substitution says so: without states, and with states."""
    every: dict[str, list[str] | None] = json.loads(acts)
    chosen = every.keys() if only_acts is None else every.keys() & json.loads(only_acts)
    free = frozenset(code for code in chosen if every[code] is None)
    return free, {code: frozenset(every[code] or ()) for code in chosen - free}


def scope(person: Holder | None, act: str) -> rules.Scope:
    """Give where the person may do the act; worked out once for what the object holds."""
    if person is None:
        return rules.NOWHERE
    held = grants(person)
    known: tuple[object, dict[str, rules.Scope]] | None = getattr(person, "_scopes", None)
    if known is None or known[0] is not held:
        known = person._scopes = (held, {})  # type: ignore[attr-defined]  # noqa: SLF001
    found = known[1].get(act)
    if found is None:
        found = known[1][act] = rules.scope(held, act)
    return found


def allow(person: Holder | None, act: str, agency: Where = "any", *, place: int | None = None, state: str = "") -> bool:
    """Whether the person may do the act on an object of an agency, at a place, in a state; or on any at all.

    None is the agency of what belongs to none: only those who reach everywhere reach it, as `within` has it for lists. What
    lies at no place, or is in no state, is not reached by who may act only in some: say both for objects that have them.
    `place` is the id of a Place.
    """
    reach = scope(person, act)
    if agency == "any":
        return reach.touches(place, state)
    return reach.covers(agency.path if agency else None, place, state)


# Like the grants: one statement, kept as long as they are. An own object needs no grant, so officials at work never ask this.
# One human being may stand under several records that were joined: what is one's own is that of all of them.
_HOLDINGS = """
WITH RECURSIVE same(id) AS (
    SELECT %(person)s::bigint
    UNION
    SELECT next.id FROM same CROSS JOIN LATERAL (
        SELECT other_id AS id FROM people_joining WHERE kept_id = same.id AND ended_at IS NULL
        UNION ALL
        SELECT kept_id FROM people_joining WHERE other_id = same.id AND ended_at IS NULL
    ) AS next
)
SELECT id, NULL::bigint, NULL::text, NULL::text, TRUE FROM same
UNION ALL
SELECT person_id, organisation_id, acts::text, matters::text, FALSE
FROM people_mandate
WHERE agent_id IN (SELECT id FROM same) AND valid_from <= %(day)s AND (valid_to IS NULL OR valid_to >= %(day)s)
"""


def holdings(person: Holder | None, as_of: dt.date | None = None) -> tuple[rules.Holding, ...]:
    """Return whose objects a person may act on today, or on a day: their own, and by mandate those of others."""
    if person is None:
        return ()
    if as_of is not None:
        return _holdings(person, as_of)
    held: tuple[rules.Holding, ...] | None = getattr(person, "_holdings", None)
    if held is None or time.monotonic() > getattr(person, "_holdings_until", float("inf")):
        held = person._holdings = _holdings(person, clock.today())  # type: ignore[attr-defined]  # noqa: SLF001
        person._holdings_until = time.monotonic() + LONGEST_S  # type: ignore[attr-defined]  # noqa: SLF001
    return held


def _holdings(person: Holder, day: dt.date) -> tuple[rules.Holding, ...]:
    with connection.cursor() as cursor:
        cursor.execute(_HOLDINGS, {"person": person.pk, "day": day})
        return tuple(
            rules.Holding(rules.Owner(principal, organisation), _codes(acts), _codes(matters), own)
            for principal, organisation, acts, matters, own in cursor
        )


def _codes(content: str | None) -> frozenset[str] | None:
    found = None if content is None else json.loads(content)  # both kinds of null: the column's and JSON's
    return None if found is None else frozenset(found)


def selves(person: Holder | None) -> frozenset[int]:
    """Return the ids under which a person is on record: one, but for those whose records were joined."""
    return frozenset(held.owner.person for held in holdings(person) if held.own and held.owner.person is not None)


def ownership(person: Holder | None, act: str) -> rules.Ownership:
    """Return whose objects the person may do the act on as their owner, or for their owner."""
    return rules.ownership(holdings(person), act)


def owns(person: Holder | None, act: str, owner: rules.Owner, matter: str = "") -> bool:
    """Return whether the person may do the act on an object of this owner as the owner, or for them by a mandate."""
    return ownership(person, act).covers(owner, matter)


def concerned(person: Holder | None, owner: rules.Owner) -> bool:
    """Return whether an object's owner is the person, or somebody for whom they hold any mandate."""
    return owner != rules.NOBODY and any(holding.owner == owner for holding in holdings(person))


def principals(person: Holder | None) -> tuple[frozenset[int], frozenset[int]]:
    """Return the ids of the persons, oneself among them, and of the organisations whose objects concern a person."""
    owners = [holding.owner for holding in holdings(person)]
    return (
        frozenset(owner.person for owner in owners if owner.person is not None),
        frozenset(owner.organisation for owner in owners if owner.organisation is not None),
    )


def involving(person: Holder | None, field: str = "applicant", organisation_field: str = "applicant_organisation") -> Q:
    """Return the condition on rows whose owner is the person, or somebody for whom they hold any mandate."""
    persons, organisations = principals(person)
    found = Q(**{f"{field}__in": persons}) if persons else NOTHING
    return found | Q(**{f"{organisation_field}__in": organisations}) if organisations else found


def owned(
    reach: rules.Ownership, *, person: str = "applicant", organisation: str = "applicant_organisation", matter: str = ""
) -> Q:
    """Return an ownership as a condition on rows whose fields `person` and `organisation` name their owner.

    `matter` names the field of the row's field of law; without it a mandate that is limited to some matters lets nothing pass.
    """
    found = NOTHING
    if reach.persons:
        found |= Q(**{f"{person}__in": reach.persons})
    if reach.organisations:
        found |= Q(**{f"{organisation}__in": reach.organisations})
    for owner, matters in reach.limited if matter else ():
        field, key = (person, owner.person) if owner.person is not None else (organisation, owner.organisation)
        found |= Q(**{field: key, f"{matter}__in": matters})
    return found


def stands_for(person: Holder | None, act: str) -> dict[int, rules.Scope]:
    """Give the absent persons, by number, for whom the person may do the act today as their substitute, each with where."""
    held: dict[int, list[rules.Grant]] = {}
    for grant in grants(person):
        if grant.acting_for is not None:
            held.setdefault(grant.acting_for, []).append(grant)
    scopes = {absent: rules.scope(given, act) for absent, given in held.items()}
    return {absent: found for absent, found in scopes.items() if not found.nowhere}


def on_behalf(
    person: Holder | None, act: str, agency: Where = "any", *, place: int | None = None, state: str = ""
) -> dict[str, int]:
    """Give `{"acting_for": id}` for the detail of an audit entry, when only a substitution allows the act; else `{}`."""
    if agency == "any":
        return {}
    absent = rules.acting_for(grants(person), act, agency.path if agency else None, place, state)
    return {} if absent is None else {"acting_for": absent}


def roles_everywhere(act: str) -> frozenset[str]:
    """Return the roles that hold an act in all agencies, whichever they are held in; perhaps only in some states or places."""
    return frozenset(Role.objects.filter(reach=Role.Reach.ALL, acts__has_key=act).values_list("code", flat=True))


def within(reach: rules.Scope, agency: str = "agency", *, place: str = "", state: str = "") -> Q:
    """Give the scope as a condition on rows whose field `agency` points to an Agency.

    `place` and `state` name the fields of the row's Place and state; without them a limit to either lets nothing pass.
    """
    if reach.everywhere:
        return Q()
    inside = NOTHING
    if reach.below or reach.exactly:
        inside = Q(**{f"{agency}__in": _agencies(reach.below, reach.exactly)})
    for area in reach.limited:
        if (area.places is None or place) and (area.states is None or state):
            inside |= _inside(area, agency, place, state)
    return inside


def _inside(area: rules.Area, agency: str, place: str, state: str) -> Q:
    condition = Q()
    if area.places is not None:
        condition &= Q(**{f"{place}__in": area.places})
    if area.states is not None:
        condition &= Q(**{f"{state}__in": area.states})
    if area.reach == "all":
        return condition
    below, exactly = ({area.path}, ()) if area.reach == "subtree" else ((), {area.path})
    return condition & Q(**{f"{agency}__in": _agencies(below, exactly)})


def _agencies(below: Collection[str], exactly: Collection[str]) -> QuerySet[Agency, int]:
    """The ids of agencies, as one subquery: a join of its own for each path would keep the rows' indexes from use."""
    found = Q(path__in=exactly) if exactly else Q()
    for top in below:
        found |= Q(path__startswith=top)
    return of_kind().filter(found).order_by().values_list("pk", flat=True)


def agency_ids(reach: rules.Scope) -> frozenset[int] | None:
    """Give the ids of the agencies that a scope covers without further limits, None for all.

    For hot lists: `agency_id = ANY(ids)` uses an index where a subquery in a long OR does not.
    """
    if reach.everywhere:
        return None
    return frozenset(_agencies(reach.below, reach.exactly)) if reach.below or reach.exactly else frozenset()


_SEATS = """
SELECT DISTINCT held.agency_id
FROM people_membership AS held
JOIN access_role AS role ON role.code = held.role
JOIN agencies_agency AS agency ON agency.id = held.agency_id
WHERE jsonb_exists(role.acts, %(act)s)
  AND held.valid_from <= %(day)s AND (held.valid_to IS NULL OR held.valid_to >= %(day)s)
  AND agency.valid_from <= %(day)s AND (agency.valid_to IS NULL OR agency.valid_to >= %(day)s)
"""


def seats(act: str) -> frozenset[int]:
    """Return the ids of the agencies in which somebody holds the act today by their own role: where it can be decided."""
    with connection.cursor() as cursor:
        cursor.execute(_SEATS, {"act": act, "day": clock.today()})
        return frozenset(row[0] for row in cursor)


def reach(person: Holder | None, act: str) -> Reach:
    """Return where a person may do an act, for what is known by an agency's code only."""
    found = scope(person, act)
    if found.everywhere:
        return Reach(None)
    paths = of_kind().values_list("code", "path")
    return Reach(frozenset(code for code, path in paths if found.covers(path)))


def roles() -> dict[str, RoleView]:
    """Return the roles of the pack by code."""
    return {
        row.code: RoleView(row.code, row.name, row.name_en, frozenset(row.acts), row.reach)
        for row in Role.objects.order_by("code")
    }
