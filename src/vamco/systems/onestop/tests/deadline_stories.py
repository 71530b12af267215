"""Generated dossiers whose deadlines are asked of the product and of the walk by minutes. Also what the benchmark runs.

A world is the calendar of a province, an office and who decides, perhaps with holidays that are announced on the way; its dossiers live in it side by
side. Every story is told twice: `foretold` walks, `lived` files and acts under a set clock; what they say must be the same after every act.
"""

# ruff: noqa: DTZ001 - naive on purpose: the walk knows no time zones
from __future__ import annotations

import datetime as dt
import itertools
import uuid
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from vamco.kernel.work.cases import public as cases
from vamco.kernel.work.worktime import public as worktime
from vamco.kernel.work.worktime.pack import CalendarItem
from vamco.kernel.work.worktime.queries import LAYERS
from vamco.kernel.work.worktime.tests import worlds
from vamco.kernel.world.agencies import public as agencies
from vamco.lib.errors import VamcoError
from vamco.lib.time import HCM
from vamco.systems.onestop import queries
from vamco.systems.onestop.declaration import ProcessingTime
from vamco.systems.onestop.services import filing
from vamco.systems.onestop.tests import made
from vamco.systems.onestop.tests.minute_walk import MINUTE, Office, Point, Promise, promised

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Iterator

    from vamco.kernel.world.people.models import Person

DAY: Final = dt.timedelta(days=1)
LINEAGE: Final = {
    "H53": ["H53"],
    "H53.25708": ["H53", "H53.25708"],
    "H53.16": ["H53", "H53.01", "H53.16"],
    "H53.04": ["H53", "H53.04"],
}
LIVELY: Final = (
    dt.date(2026, 1, 1), dt.date(2026, 1, 9), dt.date(2026, 2, 13), dt.date(2026, 4, 24), dt.date(2026, 4, 29), dt.date(2026, 8, 20),
    dt.date(2026, 8, 30), dt.date(2026, 11, 23), dt.date(2026, 12, 31), dt.date(2027, 2, 2), dt.date(2027, 4, 29),
)  # fmt: skip
"""Days around which much is asked: New Year, swap days, Tết, the Hung Kings, National Day, the Day of Culture."""
BORDERS: Final = [dt.time(h, m) for h in (7, 11, 13, 15, 16) for m in (0, 1, 29, 30, 31)] + [
    dt.time(0),
    dt.time(23, 59),
]
PAUSES: Final = (("ask_supplement", "supply"), ("ask_duty", "confirm_duty"))
_MILLISECOND: Final = 0.001


@dataclass
class Step:
    """An act at a moment; `later` is how many minutes after the deadline, or after now, the new one lies."""

    act: str
    at: dt.datetime
    later: int = 0
    until: dt.datetime | None = None


@dataclass
class Story:
    """A dossier: by which time it is promised, received where, decided where, and what happens to it."""

    unit: str
    amount: int
    cutoff: str
    office: str
    handler: str
    sent: dt.datetime
    steps: list[Step]
    version_changes_after: int = -1
    due: list[Point] = field(default_factory=list)


@dataclass
class World:
    """The calendar as items of a pack, and perhaps as it is from a moment on."""

    items: list[dict[str, Any]]
    later: list[dict[str, Any]] | None
    changes: dt.datetime
    stories: list[Story]
    offices: dict[tuple[bool, str], Office] = field(default_factory=dict)

    def office(self, code: str, at: dt.datetime) -> Office:
        """What is known of an office's hours at a moment."""
        items = self.later if self.later is not None and at >= self.changes else self.items
        by_agency = {item.get("agency", ""): item for item in items}
        near = [
            each
            for each in LINEAGE[code]
            if each in by_agency and (each == code or by_agency[each].get("subtree", True))
        ]
        known = (items is self.later, code)
        return self.offices.setdefault(known, Office([by_agency[""], *(by_agency[each] for each in near)]))


# ── generating ────────────────────────────────────────────────────────────────────────────────────────────────────────


def world(rng: random.Random, stories: int) -> World:
    """Return a world: every second one with the province's own calendar."""
    items = worlds.pack() if rng.random() < 0.4 else _strange(rng)
    changes = worlds_day(rng)
    later = _announced(rng, items, changes.date()) if rng.random() < 0.6 else None
    around = [changes.date() + DAY * n for n in range(-4, 1)]
    found = World(items, later, changes, [])
    while len(found.stories) < stories:
        story = _story(rng, around if later else [])
        with suppress(LookupError):  # it would lead into a year of which nothing is known
            foretold(found, story)
            found.stories.append(story)
    return found


def worlds_day(rng: random.Random) -> dt.datetime:
    """Return a moment in the known years, often on a lively day, often at a border of the hours."""
    date = (
        rng.choice(LIVELY) + DAY * rng.randrange(-4, 5)
        if rng.random() < 0.6
        else dt.date(2026, 1, 5) + DAY * rng.randrange(540)
    )
    time = rng.choice(BORDERS) if rng.random() < 0.5 else dt.time(rng.randrange(24), rng.randrange(60))
    return max(dt.datetime.combine(date, time), dt.datetime(2026, 1, 1))


def _strange(rng: random.Random) -> list[dict[str, Any]]:
    """A calendar by chance; its agencies are the province and the two offices."""
    names = dict(zip(worlds.LINEAGE, ("H53", "H53.25708", "H53.16"), strict=True))
    return [item | ({"agency": names[item["agency"]]} if "agency" in item else {}) for item in worlds.world(rng)]


def _announced(rng: random.Random, items: list[dict[str, Any]], today: dt.date) -> list[dict[str, Any]]:
    """The same calendar after something was announced: days off, a swap, or hours of an office."""
    first = today + DAY * rng.randrange(0, 12)
    days = {
        "first": first,
        "last": min(first + DAY * rng.randrange(3), dt.date(first.year, 12, 31)),
        "name": "nghỉ",
        "name_en": "off",
    }
    general = dict(items[0])
    if rng.random() < 0.5:
        general["years"] = [
            {**year, "holidays": [*year["holidays"], days]} if int(year["year"]) == first.year else year
            for year in general["years"]
        ]
        return [general, *items[1:]]
    own = {
        "agency": "H53.25708",
        "exceptions": [days | {"closed": rng.choice(("day", "morning", "afternoon")), "source": "?"}],
    }
    return [*(item for item in items if item.get("agency") != "H53.25708"), own]


def _story(rng: random.Random, around: list[dt.date]) -> Story:
    unit = rng.choice(("same_day", "hour", "working_day", "working_day", "day"))
    amount = {"hour": rng.randrange(1, 41), "working_day": rng.choice((1, 1, 2, 3, 3, 5, 7, 10, 15))}.get(unit, 0)
    cutoff = "15:00" if rng.random() < {"same_day": 0.8, "day": 0}.get(unit, 0.4) else ""
    sent = worlds_day(rng)
    if around and rng.random() < 0.7:
        sent = dt.datetime.combine(rng.choice(around), sent.time())
    office = rng.choice(("H53.25708", "H53.16"))
    handler = office if rng.random() < 0.6 else "H53.04"
    steps = list(_steps(rng, sent, unit))
    return Story(
        unit, amount, cutoff, office, handler, sent, steps, rng.randrange(len(steps)) if rng.random() < 0.3 else -1
    )


def _steps(rng: random.Random, at: dt.datetime, unit: str) -> Iterator[Step]:
    if rng.random() < 0.3:
        at = _after(rng, at)
        yield Step("ask_correction", at)
        at = _after(rng, at)
        yield Step("correct", at)
    at = _after(rng, at)
    yield Step("accept", at, rng.randrange(60, 15_000) if unit == "day" else 0)
    pauses = rng.choice((0, 1, 1, 2, 2, 3))
    apology = rng.randrange(pauses + 1) if rng.random() < 0.3 else -1
    for number in range(pauses + 1):
        if number == apology:
            at = _after(rng, at)
            yield Step("extend", at, rng.randrange(1, 8_000))
        if number < pauses:
            for act in rng.choice(PAUSES):
                at = _after(rng, at)
                yield Step(act, at)


def _after(rng: random.Random, at: dt.datetime) -> dt.datetime:
    """A later moment: at once, soon, on the same or one of the next days, now and then at a border."""
    later = at + MINUTE * rng.choice((0, rng.randrange(1, 90), rng.randrange(1, 600), rng.randrange(1, 5_000)))
    if rng.random() < 0.4:
        bordered = dt.datetime.combine(later.date(), rng.choice(BORDERS))
        return max(bordered, at)
    return later


# ── the walk ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def foretold(world: World, story: Story) -> None:
    """Walk a story: fill in its deadlines, one after the filing and one after every act, and the days that people name."""
    # Eight working hours of the office that receives; then what the law gives, in the hours of the agency that decides.
    promise = promised(world.office(story.office, story.sent), story.sent, "hour", 8, "")
    story.due, keeper, since = [promise.due], story.office, story.sent
    for step in story.steps:
        office = world.office(keeper, step.at)
        if step.act == "accept":
            keeper = story.handler
            office = world.office(keeper, step.at)
            if story.unit == "day":
                step.until = step.at + MINUTE * step.later
                promise = Promise(Point(step.until), step.at, by_day=False)
            else:
                promise = promised(office, step.at, story.unit, story.amount, story.cutoff)
        elif step.act == "extend":
            step.until = max(promise.due.whole(), step.at) + MINUTE * step.later
            promise = Promise(Point(step.until), step.at, by_day=False)
        elif step.act in {"correct", *(back for _ask, back in PAUSES)}:
            promise.pause(office, since, step.at)
        since = step.at
        story.due.append(promise.due)


# ── the product ───────────────────────────────────────────────────────────────────────────────────────────────────────


class Cast:
    """Who files and acts in the stories: one person for each role in each office."""

    def __init__(self) -> None:
        self.citizen = made.citizen("Trần Thị Mai")
        self.clerks = {code: made.official("onestop_clerk", "Lê Thị Cẩm Tú", code) for code in ("H53.25708", "H53.16")}
        self.heads = {code: made.official("onestop_head", "Hồ Văn Phước", code) for code in LINEAGE}
        self.specialists = {code: made.official("onestop_specialist", "Nguyễn Thị Bích Trâm", code) for code in LINEAGE}

    def of(self, act: str, story: Story) -> Person:
        """Who does an act."""
        if act in {"correct", "supply"}:
            return self.citizen
        if act in {"accept", "ask_correction"}:
            return self.clerks[story.office]
        return (self.heads if act == "extend" else self.specialists)[story.handler]


def lived(world: World, cast: Cast, set_clock: Callable[[dt.datetime], None]) -> Iterator[tuple[Story, int, str]]:
    """Let all stories of a world happen, in the order of time; yield every difference: the story, at which act, what is wrong."""
    moments = [(story.sent, number, 0, story) for number, story in enumerate(world.stories)]
    for number, story in enumerate(world.stories):
        moments += [(step.at, number, place, story) for place, step in enumerate(story.steps, start=1)]
    numbers: dict[int, int] = {}
    put_calendar(world.items)
    changed = world.later is None
    for at, number, place, story in sorted(moments, key=lambda each: each[:3]):
        if not changed and at >= world.changes and world.later is not None:
            put_calendar(world.later)
            changed = True
        if place and number not in numbers:
            continue  # it was told already why
        set_clock(at.replace(tzinfo=HCM))
        try:
            if place == 0:
                dossier = _filed(story, cast)
                numbers[number], due_at = dossier.pk, dossier.case.due_at
            else:
                due_at = _acted(numbers[number], story, story.steps[place - 1], cast)
        except VamcoError as error:
            numbers.pop(number, None)
            yield story, place, f"{error.code}: {error}"
            continue
        if place == story.version_changes_after + 1 and story.version_changes_after >= 0:
            _procedure(story, "later")
        local = due_at.astimezone(HCM).replace(tzinfo=None)
        if abs(story.due[place].seconds_from(local)) > _MILLISECOND:
            yield story, place, f"due {local}, not {story.due[place]}"


def put_calendar(items: list[dict[str, Any]]) -> None:
    """Load a calendar as a pack does; agencies of an earlier one keep nothing of their own."""
    parsed = {item.get("agency", ""): CalendarItem.model_validate(item) for item in items}
    nothing = {code: CalendarItem(agency=code) for code in ("H53", *LINEAGE)}
    for code, item in (nothing | parsed).items():
        LAYERS.put(code, item.layer(), agency=agencies.get(code) if code else None, subtree=item.subtree)
    worktime.calendar_of(agencies.get("H53"))


_codes = itertools.count(1)
_procedures: dict[tuple[Any, ...], str] = {}


def _procedure(story: Story, version: str = "first") -> Any:
    """A version of a procedure with the time of a story; the "later" one gives much more."""
    key = (story.unit, story.amount, story.cutoff, story.handler == story.office or story.handler)
    code = _procedures.setdefault(key, f"9.{next(_codes):06d}")
    base = queries.PROCEDURES.get(queries.PROCEDURES.newest(made.PROCEDURE))
    assert base.filing is not None
    counted = story.unit in {"hour", "working_day", "day"}
    unit, most = (story.unit, (story.amount or 30) if counted else None) if version == "first" else ("working_day", 90)
    item = base.model_copy(
        update={
            "code": code,
            "route": "provincial",
            "time": ProcessingTime.model_validate({"unit": unit, "most": most, "cutoff": story.cutoff}),
            "filing": base.filing.model_copy(
                update={"handled_by": "office" if story.handler == story.office else story.handler, "duty": True}
            ),
        }
    )
    queries.PROCEDURES.put(code, item)
    return queries.PROCEDURES.newest(code)


def _filed(story: Story, cast: Cast) -> Any:
    given = filing.Filed(
        sending=uuid.uuid4(),
        procedure=_procedure(story),
        applicant=cast.citizen,
        by=cast.citizen,
        office=agencies.get(story.office),
        channel="online",
        delivery="online",
    )
    return filing.file(given)


def _acted(case: int, story: Story, step: Step, cast: Cast) -> dt.datetime:
    reason = {"ask_correction": "paper", "ask_supplement": "paper", "extend": "workload"}.get(step.act, "")
    until = step.until.replace(tzinfo=HCM) if step.until else None
    return cases.act(case, step.act, by=cast.of(step.act, story), note="Đã xem", reason=reason, until=until).due_at


def met(world: World, story: Story) -> set[str]:
    """What special a story went through, so that nobody takes an easy set of stories for a proof."""
    accepted = next(step for step in story.steps if step.act == "accept")
    asked = {act for act, _back in PAUSES}
    late = story.cutoff and accepted.at.time() > dt.time.fromisoformat(story.cutoff)
    pauses = [step.at for step in story.steps if step.act in asked]
    moved = [before.minute != after.minute for before, after in itertools.pairwise(story.due)]
    backs = [moved[n] for n, step in enumerate(story.steps) if step.act in {back for _ask, back in PAUSES}]
    first = next((step.at for step in story.steps if step.act == "extend"), None)
    last = story.steps[-1].at
    found = {
        story.unit: True,
        f"{len(pauses)} pauses": True,
        "reception after the cutoff": late,
        "pause before it runs": late and any(at.date() == accepted.at.date() for at in pauses),
        "pause before reception": story.steps[0].act == "ask_correction",
        "pause that moves it": any(backs),
        "pause that moves nothing": bool(backs) and not all(backs),
        "same day with a pause": story.unit == "same_day" and any(backs),
        "extension": first is not None,
        "extension then pause": first is not None and any(at >= first for at in pauses),
        "other agency decides": story.handler != story.office,
        "calendar changed on the way": world.later is not None and story.sent < world.changes <= last,
        "procedure changed on the way": story.version_changes_after >= 0,
        "tet": any(point.minute.date() in _TET for point in (*story.due, Point(story.sent))),
    }
    return {name for name, holds in found.items() if holds}


_TET: Final = {dt.date(2026, 2, 13) + DAY * n for n in range(12)} | {dt.date(2027, 2, 2) + DAY * n for n in range(12)}
