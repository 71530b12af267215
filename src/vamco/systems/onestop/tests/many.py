"""A year of a province's dossiers as rows for COPY: what the engine itself would have written for the same stories. Also what the benchmark runs.

Every day has a chance of its own (`seed`, day), so that any day can be told again alone. What is written: persons, cases with their
timelines and promises, dossiers, numbers. What is not: audit, news and search words of the past, which no list of dossiers reads.
"""

from __future__ import annotations

import datetime as dt
import random
import uuid
from bisect import bisect_right
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache, cached_property
from importlib import import_module
from importlib.util import find_spec
from itertools import accumulate
from typing import TYPE_CHECKING, Any, Final

from vamco.kernel.work.cases import public as cases
from vamco.kernel.work.cases.queries import definitions, timing
from vamco.kernel.work.worktime import public as worktime
from vamco.lib.text import fold, sort_key
from vamco.lib.time import HCM
from vamco.systems.onestop.contracts import KIND, ROOM
from vamco.systems.onestop.models import Dossier
from vamco.systems.onestop.rules import terms

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from vamco.kernel.world.agencies.models import Agency
    from vamco.kernel.world.people.models import Person
    from vamco.systems.onestop.declaration import ProcedureItem
    from vamco.systems.onestop.models import ProcedureVersion

DAYS: Final = 365
RECENT: Final = 15
SURNAMES: Final = [
    "Nguyễn",
    "Trần",
    "Lê",
    "Phạm",
    "Huỳnh",
    "Phan",
    "Võ",
    "Đặng",
    "Bùi",
    "Đỗ",
    "Hồ",
    "Ngô",
    "Dương",
    "Lý",
    "Trương",
    "Đoàn",
    "Mai",
    "Châu",
    "Tạ",
    "Quách",
]
MIDDLE: Final = [
    "Văn",
    "Thị",
    "Hữu",
    "Đức",
    "Ngọc",
    "Minh",
    "Thanh",
    "Hoàng",
    "Kim",
    "Quốc",
    "Xuân",
    "Bảo",
    "Gia",
    "Tuấn",
    "Mỹ",
]
GIVEN: Final = [
    "An",
    "Anh",
    "Ánh",
    "Bình",
    "Bích",
    "Chi",
    "Cường",
    "Dũng",
    "Dung",
    "Đạt",
    "Đào",
    "Giang",
    "Hà",
    "Hải",
    "Hạnh",
    "Hòa",
    "Hoa",
    "Hùng",
    "Hương",
    "Khánh",
    "Khôi",
    "Lan",
    "Linh",
    "Long",
    "Lợi",
    "Mai",
    "Nam",
    "Nga",
    "Nghĩa",
    "Ngân",
    "Nhung",
    "Oanh",
    "Phong",
    "Phúc",
    "Phượng",
    "Quang",
    "Quỳnh",
    "Sơn",
    "Tâm",
    "Tân",
    "Thảo",
    "Thắng",
    "Thủy",
    "Thúy",
    "Tiến",
    "Trang",
    "Trí",
    "Tuyết",
    "Tú",
    "Uyên",
    "Vinh",
    "Vy",
    "Yến",
]
WEIGHTS: Final = (10, 12, 5, 4, 14, 6, 24, 8, 1, 3, 5, 2, 4, 2)
WAY: Final = ("accept", "take_on", "propose", "approve", "sign", "number", "issue")
CASE: Final = (
    "id", "kind_id", "title", "state", "open", "agency_id", "issuer_id", "audience_id", "applicant_id", "matter", "terms", "opened_by_id",
    "opened_at", "due_at", "closed_at", "seq", "key", "holder_id", "needed", "step_due_at", "paused_at", "escalate_at", "escalated", "part",
    "open_parts",
)  # fmt: skip
ENTRY: Final = (
    "case_id",
    "seq",
    "act",
    "from_state",
    "to_state",
    "by_id",
    "machine",
    "agency_id",
    "at",
    "reason",
    "note",
    "other",
)
PROMISE: Final = ("case_id", "seq", "due_at", "at", "why")
DOSSIER: Final = tuple(
    name
    for name in (
        "case_id", "number", "sending", "answers", "applicant_name", "folded", "phone", "email", "address", "office_id", "filed_by_id",
        "procedure_id", "channel", "delivery", "finance", "delivered", "sync", "sent_at", "received_at", "finished_at", "delivered_at",
        "promised_at", "result", "reach",
    )
    if name in {field.attname for field in Dossier._meta.concrete_fields}  # Django's own; what the table has by now
)  # fmt: skip
TAKEN: Final = ("series_id", "key", "unit", "period", "day", "n", "text")
TABLES: Final = {
    "cases_case": CASE,
    "cases_entry": ENTRY,
    "cases_promise": PROMISE,
    "onestop_dossier": DOSSIER,
    "numbers_taken": TAKEN,
}
_TICK, _HOUR = dt.timedelta(microseconds=1), dt.timedelta(hours=1)
_MINUTE = dt.timedelta(minutes=1)
Rows = dict[str, list[tuple[Any, ...]]]


@dataclass(frozen=True)
class Desk:
    """An office with its people."""

    office: Agency
    clerk: Person
    specialist: Person
    head: Person


@dataclass(frozen=True)
class Story:
    """A dossier from its sending to where it stands: acts, each with its moment and who did it."""

    place: int  # among all dossiers
    n: int  # among those of its office on its day
    desk: Desk
    procedure: int
    person: int
    online: bool
    phone: str
    sending: uuid.UUID
    sent: dt.datetime
    acts: tuple[tuple[str, dt.datetime, str], ...]  # act, when, reason
    until: dt.datetime | None = None


@dataclass
class Year:
    """A year of dossiers that ends at a moment."""

    count: int
    seed: int
    desks: Sequence[Desk]
    procedures: Sequence[tuple[ProcedureVersion, ProcedureItem]]
    first_person: int
    people: int
    first_case: int
    ends: dt.datetime
    _terms: dict[int, Any] = field(default_factory=dict)

    @cached_property
    def version(self) -> Any:
        return definitions.newest(KIND)

    @cached_property
    def definition(self) -> Any:
        return cases.definition_of(self.version)

    @cached_property
    def calendar(self) -> Any:
        """All desks are communes, which keep the province's hours."""
        return worktime.calendar_of(self.desks[0].office)

    @cached_property
    def begins(self) -> list[int]:
        """At which place each day's dossiers begin; the last is the number of all."""
        weights = [15 if self.day(n).weekday() >= 5 else 100 for n in range(DAYS)]
        return [0, *(self.count * each // sum(weights) for each in accumulate(weights))]

    def day(self, number: int) -> dt.date:
        """The day of a number, 0 to 364."""
        return self.ends.astimezone(HCM).date() - dt.timedelta(days=DAYS - 1 - number)

    def told(self, place: int) -> Story:
        """The story of a dossier."""
        number = bisect_right(self.begins, place) - 1
        return list(self.stories(number))[place - self.begins[number]]

    # ── stories ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def stories(self, number: int) -> Iterator[Story]:
        """All stories of a day, in the order in which they were sent."""
        rng = random.Random(f"{self.seed} {number}")
        midnight = dt.datetime.combine(self.day(number), dt.time(), HCM)
        many = self.begins[number + 1] - self.begins[number]
        last = min(86_399.0, (self.ends - midnight).total_seconds() - 60)
        seconds = sorted(min(last, max(0.0, rng.gauss(38_000, 12_000))) for _ in range(many))
        counted: dict[int, int] = {}
        for place, second in enumerate(seconds, start=self.begins[number]):
            desk = int(len(self.desks) * rng.random() ** 1.6)
            counted[desk] = counted.get(desk, 0) + 1
            sent = (midnight + dt.timedelta(seconds=second)).replace(microsecond=rng.randrange(10**6))
            yield self._story(rng, place, counted[desk], self.desks[desk], sent, recent=number >= DAYS - RECENT)

    def _story(self, rng: random.Random, place: int, n: int, desk: Desk, sent: dt.datetime, *, recent: bool) -> Story:
        acts, at = [], sent
        for act in self._acts(rng, recent=recent):
            at += dt.timedelta(seconds=rng.expovariate(1 / 9_000) + 20)
            if at >= self.ends:
                break
            acts.append((act, at, _REASONS.get(act, "")))
        extended = next((when for act, when, _reason in acts if act == "extend"), None)
        return Story(
            place=place,
            n=n,
            desk=desk,
            procedure=rng.choices(range(len(self.procedures)), _weights(len(self.procedures)))[0],
            person=rng.randrange(self.people),
            online=rng.random() < 0.8,
            phone=f"09{rng.randrange(10**8):08}",
            sending=uuid.UUID(int=rng.getrandbits(128), version=4),
            sent=sent,
            acts=tuple(acts),
            until=_afternoon(extended) if extended else None,
        )

    def _acts(self, rng: random.Random, *, recent: bool) -> list[str]:
        chance = rng.random()
        corrected = ["ask_correction", "correct"] if rng.random() < 0.05 else []
        if chance < 0.03:
            return [*corrected, "refuse"]
        if chance < 0.05:
            return [*corrected, *(["accept"] if rng.random() < 0.5 else []), "withdraw"]
        between = ["ask_supplement", "supply"] if rng.random() < 0.08 else []
        between += ["ask_duty", "confirm_duty"] if rng.random() < 0.03 else []
        between += ["extend"] if rng.random() < 0.01 else []
        if chance < 0.07:
            return [*corrected, *WAY[:2], *between, "stop"]
        found = [*corrected, *WAY[:2], *between, *WAY[2:], "store" if rng.random() < 0.6 else "deliver"]
        if rng.random() < (0.62 if recent else 0.004):
            return found[: rng.randrange(len(found))]
        return found

    # ── rows ──────────────────────────────────────────────────────────────────────────────────────────────────────────

    def rows(self, story: Story) -> Rows:
        """What the engine writes for a story."""
        return _Writing(self, story).rows()

    def promise_of(self, procedure: int) -> tuple[str, Any]:
        """The terms of a procedure as a case keeps them, and its rule."""
        if procedure not in self._terms:
            found = terms.of(self.procedures[procedure][1])
            self._terms[procedure] = timing.written(found), found.deadline
        known: tuple[str, Any] = self._terms[procedure]
        return known


_REASONS: Final = {
    "ask_correction": "paper",
    "ask_supplement": "unreadable",
    "refuse": "incomplete",
    "extend": "workload",
    "stop": "no_ground",
}
NOTED: Final = {"ask_correction", "ask_supplement", "refuse", "extend", "stop", "ask_duty", "confirm_duty"}
NOTE: Final = "Theo hồ sơ."


def _weights(count: int) -> Sequence[int]:
    return WEIGHTS[:count] if count <= len(WEIGHTS) else [1] * count


def _afternoon(at: dt.datetime) -> dt.datetime:
    """A month later, at the close of the day: later than every deadline here."""
    return dt.datetime.combine(at.astimezone(HCM).date() + dt.timedelta(days=40), dt.time(16, 30), HCM)


class _Writing:
    """Goes through a story as the engine does, without it."""

    def __init__(self, year: Year, story: Story) -> None:
        self.year, self.story = year, story
        self.office = story.desk.office.pk
        self.case = year.first_case + story.place
        self.terms, self.rule = year.promise_of(story.procedure)
        self.state, self.seq = "submitted", 1
        self.paused: dt.datetime | None = None
        self.planned = story.sent
        self.begun: tuple[dt.datetime, str] = (story.sent, "opened")
        self.due = self._due(story.sent, 8, "hour")
        self.entries: list[tuple[Any, ...]] = []
        self.promises: list[tuple[Any, ...]] = []
        self.times: dict[str, dt.datetime] = {}
        self.promised_first: dt.datetime | None = None

    def _due(self, at: dt.datetime, count: int | Fraction, unit: Any, cutoff: dt.time | None = None) -> dt.datetime:
        return worktime.due(at, worktime.Amount(count, unit), self.year.calendar, cutoff=cutoff)

    def rows(self) -> Rows:
        year, story = self.year, self.story
        applicant = year.first_person + story.person
        self._promise(story.sent, "opened")
        self._enter("open", "submitted", applicant, story.sent, "")
        for act, at, reason in story.acts:
            self._act(act, at, reason, applicant)
        version, item = year.procedures[story.procedure]
        name = person(story.person)[0]
        number, day = self._number()
        state = year.definition.states[self.state]
        closed = self.times.get("closed")
        turn = None if state.final else state.turn
        holder = self.office if turn and turn.party != "applicant" else None
        channel = "online" if story.online else "counter"
        values = {
            "case_id": self.case, "number": number, "sending": story.sending, "answers": "{}", "applicant_name": name,
            "folded": _looking()(name, number), "phone": story.phone, "email": "", "address": "", "office_id": self.office,
            "filed_by_id": applicant, "procedure_id": version.pk, "channel": channel, "delivery": channel, "finance": "none",
            "delivered": self._delivered(), "sync": "none", "sent_at": story.sent, "received_at": self.times.get("accept"),
            "finished_at": self.times.get("issue"), "delivered_at": self.times.get("deliver") or self.times.get("store"),
            "promised_at": self.promised_first, "result": "{}", "reach": [self.office],
        }  # fmt: skip
        dossier = tuple(values[column] for column in DOSSIER)
        case = (
            self.case, year.version.pk, item.name, self.state, not state.final, self.office, self.office, year.version.audience_id, applicant,
            item.filing.matter if item.filing else "", self.terms, applicant, story.sent, self.due, closed, self.seq, f"{KIND}:{story.sending}", holder,
            turn.may if turn else "", self._step(turn), self.paused, self._escalation(turn), 0, "", 0,
        )  # fmt: skip
        taken = (
            "onestop.dossier",
            f"dossier:{story.sending}",
            story.desk.office.code,
            day.isoformat(),
            day,
            story.n,
            number,
        )
        return {
            "cases_case": [case],
            "cases_entry": self.entries,
            "cases_promise": self.promises,
            "onestop_dossier": [dossier],
            "numbers_taken": [taken],
        }

    def _number(self) -> tuple[str, dt.date]:
        day = self.story.sent.astimezone(HCM).date()
        return f"{self.story.desk.office.code}-{day:%y%m%d}-{self.story.n:04}", day

    def _delivered(self) -> str:
        return "stored" if "store" in self.times else "handed_over" if "deliver" in self.times else "none"

    def _act(self, act: str, at: dt.datetime, reason: str, applicant: int) -> None:
        desk, known, before = self.story.desk, self.year.definition.acts[act], self.state
        by = {"handler": desk.specialist.pk, "issuer": desk.clerk.pk, "applicant": applicant, "system": None}[
            known.party
        ]
        if known.may in {"onestop.approve", "onestop.sign"}:
            by = desk.head.pk
        elif known.may == "onestop.number":
            by = desk.clerk.pk
        self.seq += 1
        self._enter(act, known.target or before, by, at, reason)
        if known.effect == "begin":
            self.paused, self.begun = None, (at, "begun")
            self.due = self._due(at, self.rule.amount, self.rule.unit, self.rule.cutoff)
            self.promised_first = self.due
            self._promise(at, "begun")
        elif known.effect == "extend":
            assert self.story.until is not None
            self.due, self.begun = self.story.until, (at, "extended")
            self._promise(at, "extended")
        self.times[act] = at
        state = self.year.definition.states[self.state]
        if self.paused is not None and (state.final or state.clock == "runs"):
            since, self.paused = self.paused, None
            if not state.final:
                self._resume(since, at)
        if self.paused is None and state.clock == "paused" and not state.final:
            self.paused = at
        if state.final:
            self.times["closed"] = at
        if before != self.state:
            self.planned = at

    def _enter(self, act: str, to: str, by: int | None, at: dt.datetime, reason: str) -> None:
        before, self.state = "" if act == "open" else self.state, to
        note = NOTE if act in NOTED else ""
        machine = "" if by else ROOM
        self.entries.append(
            (self.case, self.seq, act, before or to, to, by, machine, self.office, at, reason, note, "")
        )

    def _promise(self, at: dt.datetime, why: str) -> None:
        self.promises.append((self.case, self.seq, self.due, at, why))

    def _resume(self, since: dt.datetime, now: dt.datetime) -> None:
        """The pause moves the deadline by what was worked in it."""
        if self.due <= since:
            return
        begun, calendar = since, self.year.calendar
        rule = {"opened": self.year.definition.deadline, "begun": self.rule}.get(self.begun[1])
        if rule is not None:
            begun = worktime.running_since(self.begun[0], calendar, rule.cutoff)
        rest = worktime.worked(max(since, begun), self.due, calendar)
        by_day = rule is not None and rule.unit == "day"
        amount = rest.days if by_day else Fraction(rest.time // _TICK, _HOUR // _TICK)
        moved = (
            max(self.due, self._due(max(now, begun), amount, "day" if by_day else "hour"))
            if amount
            else max(self.due, now)
        )
        if moved != self.due:
            self.due = moved
            self._promise(now, "resumed")

    def _step(self, turn: Any) -> dt.datetime | None:
        """Until when the step should be done that it is in."""
        if turn is None or not turn.hours or (self.paused and turn.party == "applicant"):
            return None
        return self._due(self.planned, turn.hours, "hour")

    def _escalation(self, turn: Any) -> dt.datetime | None:
        if turn is None or self.paused is not None:
            return None
        opened, calendar = self.story.sent, self.year.calendar
        total = worktime.worked(opened, self.due, calendar).time - 8 * _HOUR
        if total <= dt.timedelta():
            return opened
        return self._due(opened, Fraction(total // _TICK, _HOUR // _TICK), "hour")


@cache
def _looking() -> Callable[[str, str], str]:
    """How the officials' search puts a name and a number, where that is part of this checkout."""
    known = find_spec("vamco.systems.onestop.rules.looking")
    if known is None:
        return lambda name, number: fold(f"{name} {number}")
    folded: Callable[[str, str], str] = import_module(known.name).folded
    return folded


def person(number: int) -> tuple[str, str, str]:
    """A made-up name, its sorting key, and it without diacritics."""
    return _name(number * 7919 % (len(SURNAMES) * len(MIDDLE) * len(GIVEN) * len(GIVEN)))


_NAMES: dict[int, tuple[str, str, str]] = {}


def _name(code: int) -> tuple[str, str, str]:
    if code not in _NAMES:
        rest, surname = divmod(code, len(SURNAMES))
        rest, middle = divmod(rest, len(MIDDLE))
        second, given = divmod(rest, len(GIVEN))
        names = (SURNAMES[surname * surname // len(SURNAMES)], MIDDLE[middle], GIVEN[second], GIVEN[given])
        name = " ".join(names if second % 3 else (names[0], names[1], names[3]))
        _NAMES[code] = (name, sort_key(name), fold(name))
    return _NAMES[code]
