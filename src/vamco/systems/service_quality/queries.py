"""The score of an office out of its facts: reckoned when it is asked for, so that what is shown is what the events say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.db.models import Count, Q

from vamco.kernel.base.packs import public as packs
from vamco.kernel.world.agencies import public as agencies
from vamco.lib.errors import N_, Missing
from vamco.systems.onestop import public as onestop
from vamco.systems.service_quality.contracts import SATISFIED, Counted, Group, Ratio, Score
from vamco.systems.service_quality.declaration import GroupItem
from vamco.systems.service_quality.models import Fact, GroupVersion
from vamco.systems.service_quality.rules import score as rules

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Sequence

    from vamco.systems.service_quality.contracts import Measure


def _no_group(code: str) -> Missing:
    return Missing("service_quality.no_group", N_("The score has no group %(code)s."), code=code[:40])


GROUPS: Final = packs.Versioned[GroupVersion, GroupItem, GroupItem](GroupVersion, GroupItem, missing=_no_group)
_RECEIVERS: Final = {"commune_centre": True, "province_centre": False}


def groups() -> list[Group]:
    """Return the groups of the score in order."""
    items = sorted(GROUPS.get_all(GROUPS.in_force().values()), key=lambda item: (item.order, item.code))
    return [item.group() for item in items]


def window(last: dt.date) -> tuple[dt.date, dt.date]:
    """Return what the score of a day counts: its month up to it."""
    return last.replace(day=1), last


def score(office: str, last: dt.date) -> Score:
    """Return the shadow score of an office for a month up to a day; Missing for an office that is not known."""
    return scores([office], last)[0]


def scores(offices: Sequence[str], last: dt.date) -> list[Score]:
    """Return the scores of offices, in their order."""
    first, last = window(last)
    known, found = groups(), _counts(offices, first, last)
    offered = _offered(last)
    done = []
    for code in offices:
        agency = agencies.get(code)
        ratios = {**found.get(code, _NONE), **_services(code, first, last, offered[agency.place_id is not None])}
        points, parts = rules.of_office(known, ratios, agency.kind)
        done.append(Score(code, first, last, points, parts))
    return done


_NONE: Final[dict[Measure, Ratio]] = {
    name: Ratio(0, 0) for name in ("synced", "on_time", "online_filed", "stored", "satisfied")
}


def _spans(first: dt.date, last: dt.date) -> dict[Measure, tuple[Q, Q]]:
    """Return for each measure which facts are asked, and which of them speak for the office."""
    received = Q(received_on__range=(first, last))
    return {
        "synced": (Q(sent_on__range=(first, last)), Q(synced=True)),
        "on_time": (Q(finished_on__range=(first, last), in_time__isnull=False), Q(in_time=True)),
        "online_filed": (received, Q(channel="online")),
        "stored": (Q(delivered_on__range=(first, last)), Q(stored=True)),
        "satisfied": (Q(rated_on__range=(first, last)), Q(rating__gte=SATISFIED)),
    }


def _counts(offices: Sequence[str], first: dt.date, last: dt.date) -> dict[str, dict[Measure, Ratio]]:
    spans = _spans(first, last)
    counted = {}
    for name, (asked, speaks) in spans.items():
        counted[f"{name}_total"] = Count("pk", filter=asked)
        counted[f"{name}_counted"] = Count("pk", filter=asked & speaks)
    facts = Fact.objects.filter(office__code__in=offices)
    rows: Iterable[dict[str, Any]] = facts.values("office__code").annotate(**counted)  # type: ignore[assignment]
    return {
        row["office__code"]: {name: Ratio(row[f"{name}_counted"], row[f"{name}_total"]) for name in spans}
        for row in rows
    }


def _offered(day: dt.date) -> dict[bool, tuple[set[str], set[str]]]:
    """Return the procedures within the powers of communes (True) and of the province, and those of them that are online."""
    found: dict[bool, tuple[set[str], set[str]]] = {True: (set(), set()), False: (set(), set())}
    for each in onestop.procedures(day):
        for receiver in each.item.received_by:
            if receiver in _RECEIVERS:
                every, online = found[_RECEIVERS[receiver]]
                every.add(each.item.code)
                if each.item.online != "none":
                    online.add(each.item.code)
    return found


def _services(office: str, first: dt.date, last: dt.date, offered: tuple[set[str], set[str]]) -> dict[Measure, Ratio]:
    every, online = offered
    rows = Fact.objects.filter(office__code=office, received_on__range=(first, last), channel="online")
    used = set(rows.values_list("procedure", flat=True).distinct()) & online
    return {"online_offered": Ratio(len(online), len(every)), "online_used": Ratio(len(used), len(online))}


def counted(office: str, measure: Measure, last: dt.date, limit: int = 200) -> list[Counted]:
    """Return the dossiers that an indicator of an office counted, those that speak against it first; Missing for one that counts none."""
    first, last = window(last)
    spans = _spans(first, last)
    if measure not in spans:
        raise Missing("service_quality.no_dossiers", N_("This indicator does not count dossiers."))
    asked, speaks = spans[measure]
    rows = Fact.objects.filter(asked, office__code=office)
    good = set(rows.filter(speaks).values_list("pk", flat=True))
    found = [Counted(row.case_id, row.number, _day(row, measure), row.pk in good) for row in rows.order_by("-pk")]
    return sorted(found, key=lambda each: each.counts)[:limit]


def _day(row: Fact, measure: Measure) -> dt.date:
    days = {"synced": row.sent_on, "on_time": row.finished_on, "stored": row.delivered_on, "satisfied": row.rated_on}
    return days.get(measure, row.received_on) or row.sent_on


def offices() -> list[str]:
    """Return the offices that have facts, by code."""
    return list(Fact.objects.order_by("office__code").values_list("office__code", flat=True).distinct())
