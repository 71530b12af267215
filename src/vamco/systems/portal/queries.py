from __future__ import annotations

import datetime as dt
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any, Final

from django.apps import apps
from django.core.cache import cache
from django.db.models import Min, Sum

from vamco.kernel.base import clock
from vamco.kernel.base.modes import public as modes
from vamco.kernel.work.worktime import public as worktime
from vamco.kernel.world.agencies import public as agencies
from vamco.kernel.world.places import public as places
from vamco.lib.errors import N_, Missing
from vamco.lib.text import fold
from vamco.lib.time import HCM
from vamco.systems.portal.contracts import (
    DayHours,
    DowntimeDraft,
    DowntimeRevision,
    DowntimeView,
    Finding,
    OfficeView,
    ServiceMode,
    ServiceState,
    ServiceView,
)
from vamco.systems.portal.models import Beat, Downtime, DowntimeVersion, Measurement, Office, Service
from vamco.systems.portal.rules import downtime as downtime_rules
from vamco.systems.portal.rules import label as label_rules
from vamco.systems.portal.rules import offices as office_rules

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from vamco.kernel.work.worktime.public import Calendar

_LOOKED_AHEAD: Final = 15  # days: longer than Tet
_KEPT_S: Final = 20  # for so long the front page need not ask again
_EPOCH: Final = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


# ── services ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def services() -> list[ServiceView]:
    """Return the directory in its order, kept for some seconds. Mode and state of a system here are as they are, whatever the pack says."""
    found: list[ServiceView] | None = cache.get("portal.services")
    if found is None:
        held = {one.system: one.mode.value for one in modes.listed()}
        found = [_service(row, held) for row in Service.objects.order_by("order", "code")]
        cache.set("portal.services", found, _KEPT_S)
    return found


def _service(row: Service, held: dict[str, str]) -> ServiceView:
    mode, state, url = ServiceMode(row.mode), ServiceState(row.state), row.url
    if row.system:
        mode = ServiceMode(held.get(row.system, mode))
        if row.system not in apps.app_configs:
            state, url = ServiceState.COMING, ""
    return ServiceView(
        row.code, row.name, row.name_en, row.purpose, row.purpose_en, row.runs_it, row.runs_it_en, mode, state, url
    )


# ── offices ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def offices(words: str = "", near: str = "", *, limit: int | None = None) -> list[OfficeView]:
    """Return offices whose name, address or commune holds the words; the nearest to the commune `near` first, if one is named."""
    now = clock.now()
    asked, every = fold(words).split(), Office.objects.order_by("order", "name")
    communes = places.communes(clock.today())
    if asked or near:
        rows = list(every)
    else:  # the front page shows one, and need not read a hundred
        rows = list(every[:limit])
        communes = communes.filter(code__in=[row.place for row in rows])
    spots = {unit.code: unit for unit in communes}
    kept = [row for row in rows if _fits(row, spots, asked)]
    heart = spots.get(near)
    distances = {row.pk: _km(row, spots, heart) for row in kept} if heart is not None else {}
    if distances:
        kept.sort(key=lambda row: (distances[row.pk] is None, distances[row.pk] or 0.0, row.order))
    kept = kept[:limit]
    bodies = {agency.code: agency for agency in agencies.at_work().filter(code__in=[row.agency for row in kept])}
    calendars = worktime.calendars_of(bodies.values())
    return [
        replace(_office(row, spots, calendars.get(row.agency), now), km=distances.get(row.pk))
        for row in kept
        if row.agency in bodies
    ]


def _fits(row: Office, spots: dict[str, Any], asked: Sequence[str]) -> bool:
    commune = spots[row.place].full_name if row.place in spots else ""
    text = fold(f"{row.name} {row.name_en} {row.address} {commune}")
    return all(word in text for word in asked)


def _position(row: Office, spots: dict[str, Any]) -> tuple[float, float] | None:
    if row.lon is not None and row.lat is not None:
        return row.lon, row.lat
    unit = spots.get(row.place)
    return (unit.lon, unit.lat) if unit is not None and unit.lon is not None else None


def _km(row: Office, spots: dict[str, Any], heart: Any) -> float | None:
    position = _position(row, spots)
    if position is None or heart.lon is None:
        return None
    return office_rules.distance_km(position, (heart.lon, heart.lat))


def _office(row: Office, spots: dict[str, Any], calendar: Calendar | None, now: dt.datetime) -> OfficeView:
    days = _days(calendar, now) if calendar is not None else (DayHours(now.astimezone(HCM).date(), ()),)
    lon, lat = _position(row, spots) or (None, None)
    return OfficeView(
        code=row.agency,
        name=row.name,
        name_en=row.name_en,
        address=row.address,
        phone=row.phone,
        note=row.note,
        note_en=row.note_en,
        place=spots[row.place].full_name if row.place in spots else "",
        place_en=spots[row.place].name_en if row.place in spots else "",
        lon=lon,
        lat=lat,
        exact=row.lon is not None,
        opening=office_rules.opening(now, days),
        today=days[0],
    )


def _days(calendar: Calendar, now: dt.datetime) -> tuple[DayHours, ...]:
    first = now.astimezone(HCM).date()
    found = []
    for day in (first + dt.timedelta(days=n) for n in range(_LOOKED_AHEAD)):
        known = calendar.days_by_date.get(day)
        if known is None:
            found.append(DayHours(day, ()))
            continue
        windows = tuple((_moment(opens), _moment(closes)) for opens, closes in known.windows)
        named = known.reason.name if known.reason.code in {"holiday", "swap", "own", "make_up"} else ""
        found.append(DayHours(day, windows, named, known.reason.name_en if named else ""))
    return tuple(found)


def _moment(microseconds: int) -> dt.datetime:
    return (_EPOCH + dt.timedelta(microseconds=microseconds)).astimezone(HCM)


# ── planned downtime ─────────────────────────────────────────────────────────────────────────────────────────────────


def earliest_begin(now: dt.datetime) -> dt.datetime:
    """Return the first moment at which a downtime may begin that is announced now. Source: NĐ 224/2026/NĐ-CP, Đ. 13."""
    province = places.province(now.astimezone(HCM).date())
    agency = agencies.serving(province.code) if province else None
    if agency is None:
        raise Missing("portal.no_province", N_("No province has been loaded."))
    ahead = worktime.Amount(downtime_rules.WORKING_DAYS_AHEAD, "day")
    return worktime.due(now, ahead, worktime.calendar_of(agency)).astimezone(HCM)


def announcements(*, limit: int = 50, before: int | None = None) -> list[DowntimeView]:
    """Return announcements, those that matter now first: under way, then ahead, then past, each by their beginning."""
    rows = Downtime.objects.order_by("-begins", "-pk")
    rows = rows.filter(pk__lt=before) if before else rows
    views = _views(rows[:limit])
    rank = {"now": 0, "ahead": 1, "over": 2, "withdrawn": 2}
    ahead = sorted((one for one in views if rank[one.phase] < 2), key=lambda one: (rank[one.phase], one.draft.begins))  # noqa: PLR2004
    return [*ahead, *(one for one in views if rank[one.phase] == 2)]  # noqa: PLR2004


def current() -> list[DowntimeView]:
    """Return what is under way or ahead; kept for some seconds, for every citizen's page asks."""
    held: list[DowntimeView] | None = cache.get("portal.downtime")
    if held is None:
        held = _views(Downtime.objects.filter(ends__gt=clock.now(), withdrawn_at=None).order_by("begins")[:20])
        cache.set("portal.downtime", held, _KEPT_S)
    return held


def forget_current() -> None:
    """Have the next page ask anew."""
    cache.delete("portal.downtime")


def announcement(downtime: int) -> DowntimeView:
    """Return one announcement with its revisions; Missing where there is none."""
    row = Downtime.objects.filter(pk=downtime).first()
    if row is None:
        raise Missing("portal.no_downtime", N_("There is no such announcement."))
    versions = DowntimeVersion.objects.filter(downtime=row).order_by("-number")
    revisions = tuple(DowntimeRevision(one.number, one.until, one.because, read(one.content)) for one in versions)
    return replace(_views([row])[0], revisions=revisions)


def _views(rows: Iterable[Downtime]) -> list[DowntimeView]:
    now = clock.now()
    names = {row.code: (row.name, row.name_en) for row in Service.objects.all()}
    return [
        DowntimeView(
            id=row.pk,
            draft=(draft := read(row.content)),
            announced_at=row.announced_at,
            changed_at=row.changed_at,
            in_time=row.in_time,
            phase=downtime_rules.phase(row.begins, row.ends, withdrawn=row.withdrawn_at is not None, now=now),
            withdrawn_because=row.withdrawn_because,
            names=tuple(names.get(code, (code, code)) for code in draft.services),
        )
        for row in rows
    ]


def read(content: dict[str, Any]) -> DowntimeDraft:
    """Read a draft from its row."""
    moments = {name: dt.datetime.fromisoformat(content[name]).astimezone(HCM) for name in ("begins", "ends")}
    return DowntimeDraft(**{**content, **moments, "services": tuple(content["services"])})


def written(draft: DowntimeDraft) -> dict[str, Any]:
    """Write a draft for its row."""
    content = asdict(draft)
    moments = {name: content[name].isoformat() for name in ("begins", "ends")}
    return {**content, **moments, "services": list(draft.services)}


# ── what the platform knows of itself ────────────────────────────────────────────────────────────────────────────────

_DAYS: Final = 30
_LOG_HOURS: Final = 48


def findings() -> list[Finding]:
    """Return what is known for each requirement of the label, and nothing that is not known."""
    return [_connected(), Finding("backup", "not_measured", None, {}), _available(), _log(), *_unmeasured()]


def _connected() -> Finding:
    declared = modes.listed()
    national = sum(len(one.platforms) for one in declared)
    facts: dict[str, int | str] = {"systems": len(declared), "platforms": national}
    return Finding("connectivity", "partly" if declared else "not_measured", clock.now() if declared else None, facts)


def _available() -> Finding:
    now = clock.now()
    since = now.astimezone(HCM).date() - dt.timedelta(days=_DAYS - 1)
    held = Beat.objects.filter(day__gte=since).aggregate(first=Min("first_at"), count=Sum("count"))
    verdict, share = label_rules.availability(held["count"] or 0, first_at=held["first"], now=now, days=_DAYS)
    return Finding("availability", verdict, now if verdict != "not_measured" else None, {"share": share, "days": _DAYS})


def _log() -> Finding:
    row = Measurement.objects.filter(code="log").first()
    if row is None:
        return Finding("log", "not_measured", None, {})
    if label_rules.stale(row.at, now=clock.now(), hours=_LOG_HOURS):
        return Finding("log", "not_measured", row.at, row.facts)
    return Finding("log", "met" if row.fine else "not_met", row.at, row.facts)


def _unmeasured() -> list[Finding]:
    return [Finding(code, "not_measured", None, {}) for code in ("accessibility", "users", "data", "level")]
