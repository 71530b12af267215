"""The catalogue as it is in force: read once by each process, asked of the database only whether something is newer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.urls import reverse

from vamco.kernel.base import clock
from vamco.kernel.base.packs import public as packs
from vamco.kernel.record.search import public as search_index
from vamco.kernel.world.agencies import public as agencies
from vamco.lib.errors import N_, Missing, Named
from vamco.systems.onestop.contracts import FilingWay, LifeEvent, Office, Procedure, SearchAnswer, SearchHit
from vamco.systems.onestop.declaration import (
    FilingWayItem,
    LifeEventItem,
    PaperItem,
    ProcedureFieldItem,
    ProcedureItem,
    SearchWordItem,
)
from vamco.systems.onestop.models import (
    FilingWayVersion,
    LifeEventVersion,
    PaperVersion,
    ProcedureFieldVersion,
    ProcedureVersion,
    SearchWordVersion,
)
from vamco.systems.onestop.rules import asking, reading
from vamco.web import addresses

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Sequence


def _no_procedure(code: str) -> Missing:
    return Missing("onestop.no_procedure", N_("There is no procedure %(code)s."), code=code[:20])


def _no_life_event(code: str) -> Missing:
    return Missing("onestop.no_life_event", N_("There is no life event %(code)s."), code=code[:40])


def _nothing(code: str) -> Missing:
    return Missing("onestop.nothing", N_("The catalogue holds no %(code)s."), code=code[:60])


PROCEDURES: Final = packs.Versioned[ProcedureVersion, ProcedureItem, ProcedureItem](
    ProcedureVersion, ProcedureItem, missing=_no_procedure
)
LIFE_EVENTS: Final = packs.Versioned[LifeEventVersion, LifeEventItem, LifeEventItem](
    LifeEventVersion, LifeEventItem, missing=_no_life_event
)
FIELDS: Final = packs.Versioned[ProcedureFieldVersion, ProcedureFieldItem, ProcedureFieldItem](
    ProcedureFieldVersion, ProcedureFieldItem, missing=_nothing
)
PAPERS: Final = packs.Versioned[PaperVersion, PaperItem, PaperItem](PaperVersion, PaperItem, missing=_nothing)
WORDS: Final = packs.Versioned[SearchWordVersion, SearchWordItem, SearchWordItem](
    SearchWordVersion, SearchWordItem, missing=_nothing
)
WAYS: Final = packs.Versioned[FilingWayVersion, FilingWayItem, FilingWayItem](
    FilingWayVersion, FilingWayItem, missing=_nothing
)


# ── procedures ───────────────────────────────────────────────────────────────────────────────────────────────────────


def versions(code: str) -> list[Procedure]:
    """Return all versions of a procedure, oldest first; Missing when there is none."""
    rows = PROCEDURES.versions(code)
    if not rows:
        raise _no_procedure(code)
    items = PROCEDURES.get_all(rows)
    return [Procedure(item, row.version) for row, item in zip(rows, items, strict=True)]


def procedure(code: str, on: dt.date | None = None) -> Procedure:
    """Return a procedure as it is in force on a day (today), also one that has ended; Missing when there is none."""
    found = versions(code)
    return found[reading.version_on([each.item for each in found], on or clock.today())]


def procedures(on: dt.date | None = None) -> list[Procedure]:
    """Return the procedures in force on a day (today), by code."""
    day = on or clock.today()
    by_code: dict[str, list[Procedure]] = {}
    rows = PROCEDURES.versions()
    for row, item in zip(rows, PROCEDURES.get_all(rows), strict=True):
        by_code.setdefault(row.code, []).append(Procedure(item, row.version))
    chosen = (held[reading.version_on([each.item for each in held], day)] for _, held in sorted(by_code.items()))
    return [each for each in chosen if not has_ended(each.item, day)]


def has_ended(item: ProcedureItem, on: dt.date) -> bool:
    """Tell whether a procedure is no more on a day."""
    return item.ended is not None and item.ended <= on


def fields() -> dict[str, ProcedureFieldItem]:
    """Return the fields of procedures by code."""
    return {item.code: item for item in FIELDS.get_all(FIELDS.in_force().values())}


def papers() -> dict[str, PaperItem]:
    """Return the papers by code."""
    return {item.code: item for item in PAPERS.get_all(PAPERS.in_force().values())}


def name_of(item: ProcedureItem) -> Named:
    """Return the official name in both languages."""
    return Named(item.name, item.name_en)


# ── life events ──────────────────────────────────────────────────────────────────────────────────────────────────────


def life_events() -> list[LifeEvent]:
    """Return the life events in order, each with those of its procedures that are in force."""
    known = {each.item.code: each for each in procedures()}
    items = sorted(LIFE_EVENTS.get_all(LIFE_EVENTS.in_force().values()), key=lambda item: (item.order, item.code))
    return [_life_event(item, known) for item in items if any(code in known for code in item.procedures)]


def life_event(code: str) -> LifeEvent:
    """Return a life event; Missing when there is none."""
    item = LIFE_EVENTS.get(LIFE_EVENTS.newest(code))
    return _life_event(item, {each.item.code: each for each in procedures()})


def _life_event(item: LifeEventItem, known: dict[str, Procedure]) -> LifeEvent:
    return LifeEvent(item, tuple(known[code] for code in item.procedures if code in known))


# ── how and where it is filed ────────────────────────────────────────────────────────────────────────────────────────


def ways(item: ProcedureItem) -> list[FilingWay]:
    """Return the ways in which a procedure is filed, the one to take first."""
    known = {way.code: way for way in WAYS.get_all(WAYS.in_force().values())}
    codes = ["counter"] if item.online == "none" else [item.route, "counter"]
    return [_way(known[code], item.code) for code in codes if code in known]


def _way(way: FilingWayItem, code: str) -> FilingWay:
    known = not code.startswith(reading.PLACEHOLDER)
    simulated = addresses.to("national_filing", code) if way.code == "national" else ""
    url = simulated or way.url.replace("{code}", code)
    return FilingWay(way.code, way.name, way.name_en, url if known else "")


def offices(item: ProcedureItem, place: str = "") -> list[Office]:
    """Return where a procedure is filed at a counter, for people of a commune where one is named."""
    found = []
    for receiver in item.received_by:
        label = reading.RECEIVERS[receiver]
        agency = agencies.serving(place) if place and receiver == "commune_centre" else None
        found.append(Office(label, label, agencies.on(agency.code, clock.today()) if agency else None))
    return found


# ── search ───────────────────────────────────────────────────────────────────────────────────────────────────────────

_built: dict[tuple[Any, ...], tuple[asking.Index, asking.Index]] = {}


def indexes() -> tuple[asking.Index, asking.Index]:
    """Return the indexes of procedures and of life events in force today, built anew when the pack or the day has changed.

    They are two, so that the names of the one do not make words of the other say less.
    """
    day = clock.today()
    stamp = (PROCEDURES.stamp(), LIFE_EVENTS.stamp(), WORDS.stamp(), FIELDS.stamp(), day)
    found = _built.get(stamp)
    if found is None:
        known = fields()
        typed = {word.code: word.means for word in WORDS.get_all(WORDS.in_force().values()) if word.code != word.means}
        events = [asking.Entry(each.item.code, (each.item.name, *each.item.also)) for each in life_events()]
        found = (
            asking.Index([entry(each.item, known) for each in procedures(day)], typed),
            asking.Index(events, typed),
        )
        _built.clear()
        _built[stamp] = found
    return found


def entry(item: ProcedureItem, known: dict[str, ProcedureFieldItem]) -> asking.Entry:
    """Return a procedure as the search knows it."""
    said = f"{item.code} {item.summary.vi} {known[item.field].name if item.field in known else ''}"
    return asking.Entry(item.code, (item.name, *item.also), said)


def search(text: str, limit: int = 10) -> SearchAnswer:
    """Return what people mean by the words that they typed: procedures, then life events, each best first; none when nothing fits."""
    by_code = {each.item.code: each.item for each in procedures()}
    wanted = text.strip()
    if wanted in by_code:
        return SearchAnswer((_hit(by_code[wanted], 1.0),))
    index, events_index = indexes()
    meant = index.ask(text, limit=limit)
    events = {each.item.code: each.item for each in life_events()}
    hits = [_hit(by_code[each.key], each.score) for each in meant if each.key in by_code]
    hits += [_event_hit(events[each.key], each.score) for each in events_index.ask(text, limit=2) if each.key in events]
    unsure = len(meant) > 1 and meant[0].score - meant[1].score < asking.CLOSE
    read = index.read(text)
    return SearchAnswer(tuple(hits), unsure, " ".join(word.spelled for word in read.words) if read.changed else "")


def _hit(item: ProcedureItem, score: float) -> SearchHit:
    url = reverse("onestop:procedure", args=[item.code])
    return SearchHit("procedure", item.code, item.name, item.name_en, item.summary.vi, item.summary.en, url, score)


def _event_hit(item: LifeEventItem, score: float) -> SearchHit:
    url = reverse("onestop:life_event", args=[item.code])
    return SearchHit("life_event", item.code, item.name, item.name_en, item.summary.vi, item.summary.en, url, score)


def codes() -> list[str]:
    """Return the codes of the procedures in force today."""
    return [each.item.code for each in procedures()]


def only(wanted: Sequence[str]) -> list[Procedure]:
    """Return those procedures in force that have one of some codes."""
    return [each for each in procedures() if each.item.code in set(wanted)]


# ── the platform's own search ────────────────────────────────────────────────────────────────────────────────────────

PROCEDURE: Final = "onestop.procedure"
LIFE_EVENT: Final = "onestop.life_event"


def _procedure_items(ids: Sequence[str]) -> Iterator[search_index.Item]:
    known = fields()
    for each in only(ids):
        item, row = each.item, PROCEDURES.newest(each.item.code)
        said = entry(item, known)
        yield search_index.Item(
            kind=PROCEDURE,
            id=item.code,
            title=item.name,
            text=" ".join((*said.names[1:], said.text, item.name_en)),
            act=search_index.PUBLIC,
            url=reverse("onestop:procedure", args=[item.code]),
            at=row.loaded_at,
        )


def _event_items(ids: Sequence[str]) -> Iterator[search_index.Item]:
    for event in life_events():
        item = event.item
        if item.code in set(ids):
            yield search_index.Item(
                kind=LIFE_EVENT,
                id=item.code,
                title=item.name,
                text=" ".join((*item.also, item.summary.vi, item.name_en)),
                act=search_index.PUBLIC,
                url=reverse("onestop:life_event", args=[item.code]),
                at=LIFE_EVENTS.newest(item.code).loaded_at,
            )


SOURCES: Final = {
    PROCEDURE: search_index.Source(ids=codes, load=_procedure_items, pack=True),
    LIFE_EVENT: search_index.Source(
        ids=lambda: [event.item.code for event in life_events()], load=_event_items, pack=True
    ),
}
