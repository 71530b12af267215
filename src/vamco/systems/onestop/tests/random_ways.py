"""Random people try random acts on dossiers: what is allowed is done, what is not changes nothing. Also what the benchmark runs.

`walk` goes through the engine's rules and times without a database, so that a hundred thousand ways are soon gone; `live` goes through
`cases.act`, in a database, with the other three axes moved in between. What is legal is read here from the pack's text itself.
"""

from __future__ import annotations

import datetime as dt
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from unittest import mock

from ruamel.yaml import YAML

from vamco.kernel.work.cases import public as cases
from vamco.kernel.work.cases.contracts import Deadline, Terms
from vamco.kernel.work.cases.models import Case
from vamco.kernel.work.cases.queries import rows, timing
from vamco.kernel.work.cases.rules import moves
from vamco.kernel.work.worktime import public as worktime
from vamco.lib.errors import VamcoError
from vamco.lib.time import HCM
from vamco.systems.onestop.models import Dossier
from vamco.systems.onestop.services import moving
from vamco.systems.onestop.tests import made

if TYPE_CHECKING:
    import random
    from collections import Counter
    from collections.abc import Callable, Iterator, Sequence

    from vamco.kernel.work.cases.contracts import Definition

_PACK: Final = Path(__file__).parents[5] / "packs" / "vietnam" / "cases" / "dossier.yaml"
RIGHTS: Final = {
    "applicant": {"onestop.apply"},
    "clerk": {"onestop.receive", "onestop.number"},
    "specialist": {"onestop.appraise"},
    "head": {"onestop.approve", "onestop.sign"},
    "machine": {"onestop"},
    "stranger": set[str](),
    "both": {"onestop.appraise", "onestop.approve", "onestop.sign"},  # a small office: who proposes may not approve
}
"""What each may do at the office of the dossier, which also decides."""
PEOPLE: Final = {name: number for number, name in enumerate(RIGHTS, start=1)}
LONGEST: Final = 40
PAUSED: Final = frozenset({"correcting", "supplement", "charging", "ready"})
_RULES: Final = (
    Deadline(3, "day"),
    Deadline(1, "day", dt.time(15)),
    Deadline(0, "close", dt.time(15)),
    Deadline(10, "hour"),
    Deadline(15, "day"),
)
BEGUN: Final = dt.datetime(2026, 3, 2, 8, 0, tzinfo=HCM)
AXES: Final = {
    "finance": ("none", "due", "part", "paid", "refunding", "refunded"),
    "sync": ("none", "waiting", "sent", "failed"),
}


@cache
def told() -> dict[str, Any]:
    """The kind as its file says it."""
    found: dict[str, Any] = YAML(typ="safe", pure=True).load(_PACK.read_text("utf-8"))
    return found["acts"] | {"": found["states"]}


def legal(act: str, who: str, state: str, past: list[tuple[str, str]], *, parts: int = 0) -> str | None:
    """Return the state after an act, by the text of the kind alone; None where it may not be done."""
    known, states = told()[act], told()[""]
    if state not in known["from"] or known["may"] not in RIGHTS[who]:
        return None
    if (who == "machine") is not (known["of"] == "system") or (who == "applicant") is not (known["of"] == "applicant"):
        return None
    if any(done in known.get("not_by", ()) and by == who for done, by in past):
        return None
    if known.get("at_most") and sum(done == act for done, _by in past) >= known["at_most"]:
        return None
    to: str = known.get("to", state)
    ends = states[to].get("final", False) and to != state
    if parts and not known.get("ends_parts") and ("parts" in known.get("needs", ()) or ends):
        return None
    return to


def _chosen(rng: random.Random, acts: Sequence[str], case: Case, past: list[tuple[str, str]]) -> tuple[str, str]:
    """Who tries what: most know what they do, so that ways get far, and few end a dossier early; the others try anything."""
    if rng.random() < 0.4:
        return rng.choice(acts), rng.choice(tuple(RIGHTS))
    here = [act for act in acts if case.state in told()[act]["from"]]
    able = [(act, who) for act in here for who in RIGHTS if legal(act, who, case.state, past, parts=case.open_parts)]
    on = [pair for pair in able if pair[0] not in {"refuse", "withdraw", "stop"}]
    found = on if on and rng.random() < 0.95 else able
    return rng.choice(found) if found else (rng.choice(acts), rng.choice(tuple(RIGHTS)))


@dataclass
class Way:
    """A dossier on its way: the case in memory, what was promised, and how much working time was paused."""

    case: Case
    definition: Definition
    calendar: Any
    past: list[tuple[str, str]] = field(default_factory=list)
    cutoff: dt.time | None = None
    promised: tuple[dt.datetime, dt.datetime, str] = (BEGUN, BEGUN, "opened")
    stood: dt.timedelta = dt.timedelta()
    since: dt.datetime | None = None

    def attempt(self, act: str, who: str) -> str:
        """Try an act as the engine judges it; the state after it. Refused or Forbidden else."""
        known = self.definition.acts[act]
        behind = {"applicant": known.party == "applicant", "machine": known.party == "system"}
        tried = moves.Attempt(
            act=act,
            by=None if who == "machine" else PEOPLE[who],
            allowed=known.may in RIGHTS[who] and behind.get(who, known.party in moves.AGENCIES),
            own=who == "applicant",
            has_note=True,
            reason=known.reasons[0].code if known.reasons else "",
            past=tuple((done, frozenset({PEOPLE[by]})) for done, by in self.past),
            open_parts=self.case.open_parts,
        )
        return moves.judge(self.definition, self.case.state, tried)

    def go(self, act: str, who: str, target: str, now: dt.datetime) -> None:
        """Do what was judged, with the engine's own times, and check them."""
        known, before, due = self.definition.acts[act], self.case.state, self.case.due_at
        late = self.since is not None and due <= self.since
        self.past.append((act, who))
        self.case.state, self.case.seq = target, self.case.seq + 1
        self.case.open_parts = 0 if known.ends_parts else self.case.open_parts + len(known.parts)
        until = max(due, now) + dt.timedelta(days=1)
        if known.effect == "begin":
            timing.begin(self.case, self.definition, now, until)
        if known.effect == "extend":
            timing.extend(self.case, now, until)
        timing.settle(self.case, self.definition, before, now)
        self._check(act, before, due, now, late=late)

    def _runs_from(self) -> dt.datetime:
        """What was received after the cutoff runs from the next working day, and a pause before that costs nothing."""
        at, _due, why = self.promised
        cutoff = self.cutoff if why == "begun" else None
        if cutoff is None or at.astimezone(HCM).time() <= cutoff:
            return at
        midnight = dt.datetime.combine(at.astimezone(HCM).date() + dt.timedelta(days=1), dt.time(), HCM)
        return worktime.due(midnight, worktime.Amount(1, "hour"), self.calendar) - dt.timedelta(hours=1)

    def _check(self, act: str, before: str, due: dt.datetime, now: dt.datetime, *, late: bool) -> None:
        case, final = self.case, self.definition.states[self.case.state].final
        assert (case.paused_at is not None) is (case.state in PAUSED), (
            f"{act}: {case.state} stands since {case.paused_at}"
        )
        if before not in PAUSED and case.state in PAUSED:
            assert case.paused_at == now
            self.since = now
        if before in PAUSED and case.state not in PAUSED:
            assert self.since is not None
            runs = self._runs_from()
            stood = worktime.worked(max(self.since, runs), max(now, runs), self.calendar).time
            self.since = None
            if final or late:
                assert case.due_at == due, f"{act}: what had ended, or was late, moved"
            else:
                self.stood += stood
        if act in {"accept", "extend"}:
            self.stood = dt.timedelta()
        moved = worktime.worked(self.promised[1], case.due_at, self.calendar).time
        assert moved == self.stood, f"{act}: stood for {self.stood}, moved by {moved}"
        assert not final or (case.step_due_at, case.escalate_at, case.paused_at) == (None, None, None)


@contextmanager
def memory(calendar: Any) -> Iterator[list[Way]]:
    """Let the engine's times keep promises in memory; the list is to hold the way that is gone."""
    current: list[Way] = []

    def promise(case: Case, at: dt.datetime, why: str) -> None:
        if why != "resumed":
            current[0].promised = (at, case.due_at, why)

    def promised(_case: Case) -> tuple[dt.datetime, dt.datetime, str]:
        return current[0].promised

    with ExitStack() as stack:
        stack.enter_context(mock.patch.object(rows, "promise", promise))
        stack.enter_context(mock.patch.object(rows, "promised", promised))
        stack.enter_context(mock.patch.object(worktime, "calendar_of", return_value=calendar))
        yield current


def walk(
    rng: random.Random, definition: Definition, calendar: Any, office: Any, current: list[Way], seen: Counter[str]
) -> None:
    """Go one way from the sending to an end, or until everybody has tried enough; AssertionError for what should not be."""
    rule = Terms(deadline=rng.choice(_RULES))
    now = BEGUN + dt.timedelta(minutes=rng.randrange(300_000))
    case = Case(
        state=definition.initial, agency=office, issuer=office, opened_at=now, seq=1, terms=timing.written(rule)
    )
    way = Way(case, definition, calendar, cutoff=rule.deadline.cutoff if rule.deadline else None)
    current[:] = [way]
    case.due_at = timing.first_due(definition.deadline, office, now)
    way.promised = (now, case.due_at, "opened")
    acts = tuple(definition.acts)
    for _ in range(rng.randrange(4, LONGEST)):
        # Half of those who try know what they do, so that ways get far; the others try anything.
        act, who = _chosen(rng, acts, case, way.past)
        now += dt.timedelta(minutes=int(rng.expovariate(1 / 400)))
        expected = legal(act, who, case.state, way.past, parts=case.open_parts)
        before = (case.state, case.due_at, case.paused_at, case.seq)
        try:
            target = way.attempt(act, who)
        except VamcoError:
            assert expected is None, f"{who} could not {act} in {case.state}"
            assert (case.state, case.due_at, case.paused_at, case.seq) == before
            seen["refused"] += 1
            continue
        assert target == expected, f"{who} did {act} in {before[0]}: {target}, not {expected}"
        way.go(act, who, target, now)
        seen["done"] += 1
        if rng.random() < 0.3:
            case.open_parts = 0  # the other agencies have answered
        if case.state in {"refused", "stopped", "withdrawn"}:
            break
    seen["ways"] += 1
    seen[f"ended {case.state}"] += 1


# ── in a database ─────────────────────────────────────────────────────────────────────────────────────────────────────


class Office:
    """People of an office, by what they may do."""

    def __init__(self) -> None:
        self.applicant = made.citizen("Trần Thị Mai")
        self.people: dict[str, Any] = {
            "applicant": self.applicant,
            "clerk": made.official("onestop_clerk", "Lê Thị Cẩm Tú"),
            "specialist": made.official("onestop_specialist", "Nguyễn Thị Bích Trâm"),
            "head": made.official("onestop_head", "Hồ Văn Phước"),
            "machine": moving.MACHINE,
            "stranger": made.citizen("Võ Người Lạ"),
            "both": made.official("onestop_specialist", "Phan Văn Kiêm"),
        }
        made.people.appoint(self.people["both"], made.agencies.get(made.OFFICE), "onestop_head", since=made.SINCE)
        self.procedure = made.provincial(duty=True)


def live(rng: random.Random, office: Office, set_clock: Callable[[dt.datetime], None], seen: Counter[str]) -> None:
    """The same with a real dossier; its finance and synchronisation are moved in between, and move nothing."""
    now = BEGUN + dt.timedelta(minutes=rng.randrange(300_000))
    set_clock(now)
    pk = made.dossier(office.applicant, procedure=office.procedure).pk
    past: list[tuple[str, str]] = []
    acts = tuple(
        act for act in told() if act and not told()[act].get("parts") and told()[act].get("effect") != "hand_over"
    )
    for _ in range(rng.randrange(4, 20)):
        case = Case.objects.get(pk=pk)
        act, who = _chosen(rng, acts, case, past)
        now += dt.timedelta(minutes=1 + int(rng.expovariate(1 / 400)))
        set_clock(now)
        axis = rng.choice(tuple(AXES))
        Dossier.objects.filter(pk=pk).update(**{axis: rng.choice(AXES[axis])})
        axes = Dossier.objects.filter(pk=pk).values("finance", "sync", "delivered").get()
        assert _facts(pk) == _facts_of(case), "an axis moved the case"
        expected = legal(act, who, case.state, past)
        known = told()[act]
        until = max(case.due_at, now) + dt.timedelta(days=1) if known.get("effect") == "extend" else None
        reason = next(iter(known.get("reasons", {})), "")
        try:
            cases.act(pk, act, by=office.people[who], note="Theo hồ sơ.", reason=reason, until=until)
        except VamcoError as error:
            assert expected is None, f"{who} could not {act} in {case.state}: {error}"  # noqa: PT017  # and if it was not, more
            assert _facts(pk) == _facts_of(case), f"{act} was refused and changed something"
            seen["refused"] += 1
        else:
            assert expected is not None, f"{who} could {act} in {case.state}"
            past.append((act, who))
            seen["done"] += 1
            _check_axes(pk, act, expected, axes)
    entries = list(Case.objects.get(pk=pk).entries.order_by("seq").values_list("act", "from_state", "to_state"))
    assert [act for act, _from, _to in entries] == ["open", *(act for act, _who in past)]
    assert all(one[2] == other[1] for one, other in zip(entries, entries[1:], strict=False))
    seen["ways"] += 1


def _facts(pk: int) -> tuple[Any, ...]:
    return _facts_of(Case.objects.get(pk=pk))


def _facts_of(case: Case) -> tuple[Any, ...]:
    return case.state, case.seq, case.due_at, case.paused_at, case.open, case.closed_at, case.holder_id, case.needed


def _check_axes(pk: int, act: str, state: str, before: dict[str, str]) -> None:
    """An act moves business; of the other axes delivery, where a result is handed over, and at an end finance to what invoices say: none."""
    dossier = Dossier.objects.select_related("case").get(pk=pk)
    assert dossier.case.state == state
    finance = "none" if act in {"refuse", "withdraw", "stop"} else before["finance"]
    assert (dossier.finance, dossier.sync) == (finance, before["sync"])
    handed = {"deliver": "handed_over", "store": "stored"}.get(act, before["delivered"])
    assert dossier.delivered == handed
    assert (dossier.delivered_at is not None) is (state == "done")
