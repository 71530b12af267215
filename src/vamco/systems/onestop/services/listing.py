"""An office's dossiers as its officials see them: by what waits, by due time, by name and number, within their reach."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.db import connection
from django.db.models import Count, F, Q

from vamco.kernel.base import clock
from vamco.kernel.work.cases import public as cases
from vamco.kernel.world.access import public as access
from vamco.lib.errors import N_, Missing
from vamco.systems.onestop.contracts import APPRAISE, APPROVE, NUMBER, RECEIVE, SIGN
from vamco.systems.onestop.models import Dossier
from vamco.systems.onestop.rules import looking

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from django.db.models import QuerySet

    from vamco.kernel.world.people.models import Person

VIEW: Final = access.declare("onestop.view_dossiers", N_("See the list of an office's dossiers"))
LEAD: Final = access.declare("onestop.lead", N_("See who has which dossiers in hand, and move work between colleagues"))
WINDOW: Final = 1000
"""So many of the newest dossiers are looked through first."""
ENOUGH: Final = 25
FOUND_AT_MOST: Final = 2000
"""So many hits of a search are put in order; who finds more types another word."""


@dataclass(frozen=True, slots=True)
class Tab:
    """A part of the list: the states in it, and whether it is late ones only."""

    code: str
    name: str  # a msgid
    states: tuple[str, ...] = ()
    late: bool = False


TABS: Final = {
    tab.code: tab
    for tab in (
        Tab("receive", N_("To receive"), ("submitted",)),
        Tab("work", N_("In work"), ("received", "appraising")),
        Tab("waiting", N_("Waiting for the citizen"), ("correcting", "supplement", "charging")),
        Tab("approve", N_("To approve"), ("approving",)),
        Tab("sign", N_("To sign"), ("signing",)),
        Tab("issue", N_("To number and release"), ("numbering", "releasing")),
        Tab("ready", N_("Result is ready"), ("ready",)),
        Tab("late", N_("Late"), late=True),
    )
}


def reach(person: Person | None) -> tuple[frozenset[int] | None, frozenset[int] | None]:
    """Return for which offices a person receives, and for which agencies they decide; None for all."""
    receives = access.agency_ids(access.scope(person, RECEIVE))
    decides: frozenset[int] | None = frozenset()
    for act in (APPRAISE, APPROVE, SIGN, NUMBER):
        ids = access.agency_ids(access.scope(person, act))
        decides = None if ids is None or decides is None else decides | ids
    return receives, decides


def dossiers(person: Person | None) -> QuerySet[Dossier]:
    """Return the dossiers that somebody handles as an official, never those that they applied for."""
    receives, decides = reach(person)
    mine = Q()
    if receives is not None and decides is not None:
        mine = Q(case__issuer__in=receives) | Q(case__agency__in=decides) | Q(case__handed_to__in=decides)
    rows = Dossier.objects.filter(mine).exclude(
        access.involving(person, "case__applicant", "case__applicant_organisation")
    )
    beside = ("case", "case__kind", "case__agency", "case__issuer", "case__taken_by", "office")
    return rows.select_related(*beside).defer("case__kind__content", "answers", "case__terms")


def in_tab(rows: QuerySet[Dossier], tab: Tab) -> QuerySet[Dossier]:
    """Return those of a part of the list."""
    rows = rows.filter(case__open=True)
    if tab.late:
        now = clock.now()
        return rows.filter(case__due_at__lt=now).filter(_running_or_late())
    return rows.filter(case__state__in=tab.states)


def _running_or_late() -> Q:
    return Q(case__paused_at=None) | Q(case__due_at__lt=F("case__paused_at"))


@dataclass(frozen=True, slots=True)
class Found:
    """Dossiers that a search found; `cut`: there are more, and only the newest are among these."""

    rows: QuerySet[Dossier]
    cut: bool = False


def search(rows: QuerySet[Dossier], text: str, person: Person | None) -> Found:
    """Return those that words or a number find; all where nothing was typed."""
    wanted = looking.read(text)
    if wanted.number:
        return Found(rows.filter(number=wanted.number))
    if wanted.case:
        return Found(rows.filter(pk=wanted.case))
    if not wanted.words:
        return Found(rows if not text.strip() else rows.none())
    ids, cut = _hits(wanted.words, person)
    return Found(rows.filter(pk__in=ids), cut)


_LAST = """
SELECT case_id FROM (SELECT case_id, folded FROM onestop_dossier {office} ORDER BY case_id DESC LIMIT %(window)s) AS last
WHERE string_to_array(folded, ' ') @> %(words)s::text[] ORDER BY case_id DESC
"""
_NEAR = """
SELECT case_id FROM onestop_dossier
WHERE {reach} string_to_array(folded, ' ') @> %(words)s::text[] LIMIT %(most)s
"""


def _hits(words: Sequence[str], person: Person | None) -> tuple[list[int], bool]:
    """Return the ids of dossiers near the person that have all words, and whether there are more.

    A common name is among the newest ones of an office, and its thousands of hits need not be gathered; a rare one the index on reach
    and words finds at once. Which it is, the newest ones tell. As SQL, because the order of the two steps must not be turned round.
    """
    receives, decides = reach(person)
    everywhere = receives is None or decides is None
    asked: dict[str, Any] = {"words": list(words), "window": WINDOW, "most": FOUND_AT_MOST + 1}
    with connection.cursor() as cursor:
        if everywhere or (receives is not None and len(receives) == 1):
            asked["office"] = next(iter(receives)) if receives else None
            cursor.execute(_LAST.format(office="" if everywhere else "WHERE office_id = %(office)s"), asked)
            if len(last := [row[0] for row in cursor]) > ENOUGH:
                return last, True
        asked["reach"] = [] if receives is None or decides is None else sorted(receives | decides)
        cursor.execute(_NEAR.format(reach="" if everywhere else "reach && %(reach)s::bigint[] AND"), asked)
        found = [row[0] for row in cursor]
    return found[:FOUND_AT_MOST], len(found) > FOUND_AT_MOST


def counts(person: Person | None) -> Mapping[str, int]:
    """Return how many open dossiers each part of the list has."""
    now = clock.now()
    open_rows = dossiers(person).filter(case__open=True).select_related(None).order_by()
    late = Count("pk", filter=Q(case__due_at__lt=now) & _running_or_late())
    found = {row["case__state"]: row for row in open_rows.values("case__state").annotate(number=Count("pk"), late=late)}
    return {
        tab.code: sum(row["late"] for row in found.values()) if tab.late else _sum(found, tab.states)
        for tab in TABS.values()
    }


def _sum(found: Mapping[str, Any], states: Collection[str]) -> int:
    return sum(found[state]["number"] for state in states if state in found)


def words(case: cases.Case) -> str:
    """Return by what more a dossier's case is found in the platform's own search: its number; names are looked for in the list."""
    return Dossier.objects.filter(pk=case.pk).values_list("number", flat=True).first() or ""


def one(case_id: int, person: Person | None) -> Dossier:
    """Return a dossier that an official may see, with its case; to others it does not exist."""
    case = cases.get(case_id, person)
    return of(case)


def of(case: cases.Case) -> Dossier:
    """Return the dossier of a case; Missing where its kind is another."""
    found = (
        Dossier.objects.select_related("procedure", "form", "office", "filed_by", "helped_at")
        .filter(pk=case.pk)
        .first()
    )
    if found is None:
        raise Missing("onestop.no_dossier", N_("There is no such dossier."))
    found.case = case
    return found
