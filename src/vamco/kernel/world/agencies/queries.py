from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import connection
from django.db.models import Q

from vamco.kernel.base import clock
from vamco.kernel.world.agencies import rules
from vamco.kernel.world.agencies.contracts import AgencyOn, CodeFound, Standing
from vamco.kernel.world.agencies.models import Agency, Code, Succession, Version
from vamco.lib import validity
from vamco.lib.errors import N_, Missing

if TYPE_CHECKING:
    import datetime as dt

    from django.db.models import QuerySet

# What an agency is on a day. As SQL, for the trees below and above one are walked by the database.
_IN_FORCE = "v.valid_from <= %(day)s AND (v.valid_to IS NULL OR v.valid_to >= %(day)s)"
_ON_A_DAY = """
SELECT agency.id, agency.code, v.name, v.name_en, v.short_name, v.kind, coalesce(above.code, ''), v.place,
       v.valid_from, v.valid_to, agency.synthetic
FROM agencies_version AS v
JOIN agencies_agency AS agency ON agency.id = v.agency_id
LEFT JOIN agencies_agency AS above ON above.id = v.parent_id
"""
_LIST = f"""{_ON_A_DAY}
WHERE {_IN_FORCE} AND (%(kinds)s::text[] = '{{}}' OR v.kind = ANY(%(kinds)s)) AND (%(ids)s::bigint[] IS NULL OR agency.id = ANY(%(ids)s))
ORDER BY v.sort_key, agency.code
"""
# `ids` guards against a ring, which only wrong versions of several agencies together could make.
_BELOW = f"""
WITH RECURSIVE tree AS (
    SELECT v.id, ARRAY[v.agency_id] AS ids, ARRAY[v.sort_key]::text[] AS trail
    FROM agencies_version AS v JOIN agencies_agency AS top ON top.id = v.agency_id
    WHERE top.code = %(code)s AND {_IN_FORCE}
    UNION ALL
    SELECT v.id, tree.ids || v.agency_id, tree.trail || v.sort_key::text
    FROM tree JOIN agencies_version AS v ON v.parent_id = tree.ids[array_upper(tree.ids, 1)]
    WHERE {_IN_FORCE} AND NOT v.agency_id = ANY(tree.ids)
)
{_ON_A_DAY.replace("FROM agencies_version AS v", "FROM tree JOIN agencies_version AS v ON v.id = tree.id")}
ORDER BY tree.trail, tree.ids
"""  # noqa: S608  # our own words only
_ABOVE = f"""
WITH RECURSIVE tree AS (
    SELECT v.id, v.parent_id, ARRAY[v.agency_id] AS ids
    FROM agencies_version AS v JOIN agencies_agency AS bottom ON bottom.id = v.agency_id
    WHERE bottom.code = %(code)s AND {_IN_FORCE}
    UNION ALL
    SELECT v.id, v.parent_id, tree.ids || v.agency_id
    FROM tree JOIN agencies_version AS v ON v.agency_id = tree.parent_id
    WHERE {_IN_FORCE} AND NOT v.agency_id = ANY(tree.ids)
)
{_ON_A_DAY.replace("FROM agencies_version AS v", "FROM tree JOIN agencies_version AS v ON v.id = tree.id")}
WHERE array_length(tree.ids, 1) > 1
ORDER BY array_length(tree.ids, 1) DESC
"""  # noqa: S608


def _read(statement: str, **parameters: Any) -> list[AgencyOn]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return [AgencyOn(*row) for row in cursor]


def get(code: str) -> Agency:
    """Give the agency with a code, whatever it is on which day; what it was on a day tells `on`."""
    agency = Agency.objects.filter(code=code).first()
    if agency is None:
        raise Missing("agencies.no_agency", N_("There is no agency with the code %(code)s."), code=code)
    return agency


def find(code: str) -> Agency | None:
    """The agency with a code, or None."""
    return Agency.objects.filter(code=code).first()


def of_kind(*kinds: str) -> QuerySet[Agency]:
    """Agencies of some kinds, or all, also those that have ended, in Vietnamese alphabetical order."""
    found = Agency.objects.order_by("sort_key")
    return found.filter(kind__in=kinds) if kinds else found


def at_work(as_of: dt.date | None = None) -> QuerySet[Agency]:
    """Agencies that exist on a day (today), in Vietnamese alphabetical order, under their names of today."""
    return Agency.objects.filter(pk__in=_versions(as_of or clock.today()).values("agency")).order_by("sort_key")


def _versions(day: dt.date) -> QuerySet[Version]:
    return Version.objects.filter(Q(valid_to=None) | Q(valid_to__gte=day), valid_from__lte=day)


def serving(place: str, as_of: dt.date | None = None) -> Agency | None:
    """The People's Committee of the place with a code on a day (today): the highest agency that serves it."""
    day = as_of or clock.today()
    found = {version.agency_id: version for version in _versions(day).filter(place=place).select_related("agency")}
    tops = [version.agency for version in found.values() if version.parent_id not in found]
    return min(tops, key=lambda agency: agency.path, default=None)


def in_force(as_of: dt.date, *kinds: str) -> list[AgencyOn]:
    """Give the agencies of a day, of some kinds or all, as they were, in Vietnamese alphabetical order."""
    return _read(_LIST, day=as_of, kinds=list(kinds), ids=None)


def on(code: str, as_of: dt.date) -> AgencyOn:
    """Give what an agency was on a day; Missing when it did not exist then."""
    found = _these([get(code).pk], as_of)
    if not found:
        raise Missing(
            "agencies.not_that_day", N_("The agency %(code)s did not exist on %(day)s."), code=code, day=as_of
        )
    return found[0]


def _these(ids: list[int], day: dt.date) -> list[AgencyOn]:
    return _read(_LIST, day=day, kinds=[], ids=ids)


def subtree(code: str, as_of: dt.date) -> list[AgencyOn]:
    """Give an agency and all below it on a day, each after the one above it, in Vietnamese alphabetical order."""
    return _read(_BELOW, day=as_of, code=code)


def ancestors(code: str, as_of: dt.date) -> list[AgencyOn]:
    """Give the agencies above one on a day, from the top down to the one directly above."""
    return _read(_ABOVE, day=as_of, code=code)


def successors(code: str, as_of: dt.date) -> list[AgencyOn]:
    """Give the agencies in force on a day that took over from one, itself while it is in force; empty when none is known."""
    return _heirs(get(code).pk, as_of)


def sole_heirs(as_of: dt.date) -> dict[int, int]:
    """Give, by their numbers, the agencies that have ended by a day, each with the one in force that alone took over from it."""
    alive, recorded = _alive(as_of), _recorded(as_of)
    gone = {succession.before for succession in recorded} - alive
    found = {agency: validity.sole_heir(agency, recorded, as_of, alive) for agency in gone}
    return {agency: heir for agency, heir in found.items() if heir is not None}


def predecessors(code: str) -> list[Agency]:
    """Give the agencies that one directly took over from."""
    known = Succession.objects.filter(successor=get(code)).values("predecessor")
    return list(Agency.objects.filter(pk__in=known).order_by("sort_key"))


def _heirs(agency: int, day: dt.date) -> list[AgencyOn]:
    if itself := _these([agency], day):
        return itself
    found = validity.heirs(agency, _recorded(day), day, _alive(day))
    return _these(found, day) if found else []


def _alive(day: dt.date) -> set[int]:
    return set(_versions(day).values_list("agency", flat=True))


def _recorded(day: dt.date) -> list[validity.Succession[int]]:
    edges = Succession.objects.filter(on__lte=day).values_list("predecessor", "successor", "on")
    return [validity.Succession(*edge) for edge in edges]


def history(code: str) -> list[AgencyOn]:
    """Give all that an agency was, is and will be, in order."""
    return _read(f"{_ON_A_DAY} WHERE agency.code = %(code)s ORDER BY v.valid_from", code=code)


def code_of(code: str, scheme: str, as_of: dt.date) -> str | None:
    """Give the code in a scheme, on a day, of the agency with a code of the platform; None when it has none."""
    return _code_of(get(code), scheme, as_of)


def _code_of(agency: Agency, scheme: str, day: dt.date) -> str | None:
    listed = [_span(code) for code in Code.objects.filter(agency=agency, scheme=scheme)]
    if not listed and scheme == rules.NEW:  # the platform's own codes have this shape
        return agency.code
    return next((span.content.code for span in listed if span.contains(day)), None)


def _span(code: Code) -> validity.Version[Code]:
    return validity.Version(code.valid_from, code.valid_to, code)


def by_code(code: str, as_of: dt.date) -> CodeFound:
    """Give what a code of any scheme means on a day, and who answers for it when it is out of date.

    A code of the list goes before the platform's own. Missing for one that nobody has or had by then; for an unknown one of the
    old shape the error's `proposal` is what it might read in the new scheme, which only a person can confirm.
    """
    written = rules.written(code)
    spans = [_span(found) for found in Code.objects.filter(code=written).select_related("agency")]
    own = find(written)
    if own is not None:
        spans.append(validity.Version(own.valid_from, own.valid_to, Code(code=written, scheme=rules.NEW, agency=own)))
    begun = [span for span in spans if span.first <= as_of]
    if not begun:
        raise _unknown(written, [span.first for span in spans])
    holding = [span for span in begun if span.contains(as_of)] or [max(begun, key=lambda span: span.last or as_of)]
    return _meaning(holding[0], as_of)


def _meaning(span: validity.Version[Code], day: dt.date) -> CodeFound:
    agency, scheme = span.content.agency, span.content.scheme
    last = span.last if span.last is not None and span.last < day else day
    heirs = _heirs(agency.pk, day)
    meant = heirs if last == day and heirs and heirs[0].id == agency.pk else _these([agency.pk], last)
    code_now = ""
    if len(heirs) == 1:
        code_now = _code_of(Agency(pk=heirs[0].id, code=heirs[0].code), scheme, day) or ""
    standing: Standing
    if not heirs:
        standing = "ended"
    elif heirs[0].id == agency.pk:
        standing = "in_force" if span.contains(day) else "recoded"
    else:
        standing = "succeeded" if len(heirs) == 1 else "divided"
    if not meant:  # a code that was kept longer than the agency: as it was last
        meant = [was for was in history(agency.code) if was.valid_from <= last][-1:] or history(agency.code)[:1]
    return CodeFound(span.content.code, scheme, standing, meant[0], tuple(heirs), code_now)


def _unknown(code: str, later: list[dt.date]) -> Missing:
    if later:
        message = N_("The code %(code)s is in use only from %(day)s on.")
        return Missing("agencies.code_not_yet", message, code=code, day=min(later))
    scheme = rules.scheme_of(code)
    if scheme is None:
        message = N_("“%(code)s” is not an agency code: expected one like 000.00.13.H53 or H53.13.")
        return Missing("agencies.no_code", message, code=code)
    proposal = rules.root_first(code) if scheme == rules.OLD else ""
    message = N_("No agency has or had the code %(code)s.")
    return Missing("agencies.unknown_code", message, code=code, proposal=proposal)
