"""Why a person may do an act on an object, or why not: for the desk, never on the way of a request."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django.db import connection

from vamco.kernel.base import clock
from vamco.kernel.world.access import rules
from vamco.kernel.world.access.contracts import Act, Explanation, Verdict
from vamco.kernel.world.access.queries import PLACES, read_grant
from vamco.kernel.world.access.services.granting import acts

if TYPE_CHECKING:
    import datetime as dt

    from vamco.kernel.world.access.contracts import Holder
    from vamco.kernel.world.agencies.models import Agency

# Like the statement of `grants`, but with what is over, what is still to come, and what stands behind no role.
_HELD = f"""
WITH held AS (
    SELECT agency_id, role, valid_from, valid_to, NULL::bigint AS acting_for, NULL::text AS only_acts
    FROM people_membership WHERE person_id = %(person)s
    UNION ALL
    SELECT absent.agency_id, absent.role, greatest(acting.valid_from, absent.valid_from),
        least(acting.valid_to, absent.valid_to), absent.person_id, acting.acts::text
    FROM people_substitution AS acting
    JOIN people_membership AS absent ON absent.person_id = acting.absent_id
    WHERE acting.substitute_id = %(person)s AND (acting.agency_id IS NULL OR acting.agency_id = absent.agency_id)
)
SELECT coalesce(role.acts::text, '{{}}') AS acts, coalesce(role.reach, 'all') AS reach, agency.path, held.acting_for,
    held.only_acts, {PLACES} AS places, role.code IS NULL AS gone, coalesce(role.name, held.role) AS role,
    coalesce(role.name_en, held.role) AS role_en, agency.name AS agency, agency.name_en AS agency_en, held.valid_from AS since,
    held.valid_to AS until, coalesce(absent.name, '') AS person,
    agency.valid_from <= %(day)s AND (agency.valid_to IS NULL OR agency.valid_to >= %(day)s) AS in_force
FROM held
JOIN agencies_agency AS agency ON agency.id = held.agency_id
LEFT JOIN access_role AS role ON role.code = held.role
LEFT JOIN people_person AS absent ON absent.id = held.acting_for
"""  # noqa: S608  # a constant of ours


class _Held(NamedTuple):
    acts: str
    reach: str
    path: str
    acting_for: int | None
    only_acts: str | None
    places: list[int] | None
    gone: bool
    role: str
    role_en: str
    agency: str
    agency_en: str
    since: dt.date
    until: dt.date | None
    person: str
    in_force: bool


def explain(
    person: Holder | None, act: str, agency: Agency | None, *, place: int | None = None, state: str = ""
) -> Explanation:
    """Give whether the person may do the act on such an object today, and what each of their roles says to it."""
    known = acts().get(act) or Act(act, act)
    if person is None:
        return Explanation(allowed=False, act=known, verdicts=())
    today = clock.today()
    with connection.cursor() as cursor:
        cursor.execute(_HELD, {"person": person.pk, "day": today})
        every = [_Held(*row) for row in cursor]
    where = (agency.path if agency else None, place, state)
    verdicts = [
        Verdict(
            _because(held, act, today, where),
            held.role,
            held.role_en,
            held.agency,
            held.agency_en,
            held.since,
            held.until,
            held.person,
        )
        for held in every
    ]
    verdicts.sort(key=lambda said: (said.because != "gives", said.acting_for, said.since))
    allowed = any(said.because == "gives" for said in verdicts)
    return Explanation(allowed=allowed, act=known, verdicts=tuple(verdicts))


def _because(held: _Held, act: str, today: dt.date, where: tuple[str | None, int | None, str]) -> str:
    if held.gone:
        return "no_role"
    if held.until is not None and (held.until < today or held.until < held.since):
        return "no_longer"
    if held.since > today:
        return "not_yet"
    if not held.in_force:
        return "abolished"
    said = rules.judge(_grant(held, held.only_acts), act, *where)
    if said == "other_act" and held.only_acts is not None and _grant(held, None).area(act) is not None:
        return "substitution"
    return said


def _grant(held: _Held, only_acts: str | None) -> rules.Grant:
    return read_grant(held.acts, held.reach, held.path, held.acting_for, only_acts, held.places)
