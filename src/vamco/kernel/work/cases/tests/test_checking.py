"""What is handed in to be checked: the deadline stands still meanwhile, and what is sent back is known as such."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from vamco.kernel.base import clock
from vamco.kernel.base.events.models import Event
from vamco.kernel.work.cases import public as cases
from vamco.kernel.work.cases.contracts import Escalation, Turn
from vamco.kernel.work.cases.queries import definitions
from vamco.kernel.work.cases.rules import moves
from vamco.kernel.work.cases.services import escalating
from vamco.kernel.work.cases.tests.conftest import DEFINITION, REQUEST, VERIFY, World, official, request, set_clock
from vamco.kernel.work.cases.tests.test_cases import evidence
from vamco.kernel.work.cases.tests.test_work import at
from vamco.kernel.work.worktime import public as worktime
from vamco.kernel.world.agencies import public as agencies

CHECKED = replace(
    DEFINITION,
    states=DEFINITION.states
    | {"reported": replace(DEFINITION.states["reported"], clock="paused", turn=Turn("issuer", VERIFY, 16))},
    escalations=(Escalation(-8, "cases.assign"), Escalation(0, "cases.assign")),
)


@pytest.fixture
def checked(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """The world with a kind whose deadline stands still while a result is checked; it is Monday, 7 September 2026, at nine."""
    definitions.put(CHECKED)
    set_clock(monkeypatch, at(9, 7, 9))
    return world


def accepted(world: World, due: dt.datetime) -> cases.Case:
    case = world.open(due_at=due)
    return cases.act(case.pk, "accept", by=world.handler)


def report(world: World, case: cases.Case) -> cases.Case:
    return cases.act(case.pk, "report", by=world.handler, note="x", files=[evidence()])


# ── the deadline stands still ────────────────────────────────────────────────────────────────────────────────────────


def test_while_somebody_checks_the_deadline_stands_still_and_the_checker_has_a_term(
    checked: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = accepted(checked, at(9, 10, 16, 30))
    set_clock(monkeypatch, at(9, 9, 16, 30))
    handed_in = report(checked, case)
    assert (handed_in.paused_at, handed_in.step_due_at) == (at(9, 9, 16, 30), at(9, 11, 16, 30))
    set_clock(monkeypatch, at(9, 14, 9))
    assert cases.left(handed_in, clock.now()).time == dt.timedelta(hours=8)
    back = cases.act(case.pk, "send_back", by=checked.verifier, note="Thiếu số liệu")
    assert (back.paused_at, back.due_at) == (None, at(9, 15, 9)), "eight hours were left, and are"
    assert [(promise.why, promise.due_at) for promise in cases.promises(case)] == [
        ("resumed", at(9, 15, 9)),
        ("opened", at(9, 10, 16, 30)),
    ]


def test_a_deadline_after_closing_time_is_never_drawn_forward(checked: World, monkeypatch: pytest.MonkeyPatch) -> None:
    case = accepted(checked, at(9, 10, 17))  # the office closes at half past four
    report(checked, case)
    assert cases.act(case.pk, "send_back", by=checked.verifier, note="x").due_at == at(9, 10, 17)
    report(checked, case)
    set_clock(monkeypatch, at(9, 7, 10))
    assert cases.act(case.pk, "send_back", by=checked.verifier, note="x").due_at == at(9, 11, 8), "an hour"


def test_a_case_is_overdue_only_where_its_agency_is_late(checked: World, monkeypatch: pytest.MonkeyPatch) -> None:
    in_time, late = accepted(checked, at(9, 10, 16)), accepted(checked, at(9, 8, 16))
    set_clock(monkeypatch, at(9, 9, 9))
    report(checked, in_time)
    report(checked, late)
    set_clock(monkeypatch, at(9, 21, 9))
    now = clock.now()
    assert list(cases.Case.objects.filter(cases.overdue(now))) == [late]
    assert [cases.is_overdue(cases.Case.objects.get(pk=case.pk), now) for case in (in_time, late)] == [False, True]
    only = cases.Filter(due_before=now)
    assert [case.pk for case in cases.Inbox(checked.verifier).page(only=only).cases] == [late.pk, in_time.pk], (
        "one is late, of the other the checker's own term has passed"
    )
    set_clock(monkeypatch, at(9, 10, 16, 30))
    only = cases.Filter(due_before=clock.now())
    assert [case.pk for case in cases.Inbox(checked.verifier).page(only=only).cases] == [late.pk]


def test_the_load_counts_no_case_as_late_whose_deadline_stands_still(
    checked: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    head = official("Trưởng", ("department_head", "H53.04"))
    definitions.put(
        replace(
            REQUEST,
            parts={},
            acts={code: act for code, act in REQUEST.acts.items() if not act.parts},
            states=REQUEST.states | {"working": replace(REQUEST.states["working"], clock="paused")},
        )
    )
    case = request(checked, due_at=at(9, 8, 16))
    cases.act(case.pk, "begin", by=checked.handler)
    set_clock(monkeypatch, at(9, 14, 9))
    (load,) = cases.load(head, soon=at(9, 20, 9))
    assert (load.open, load.overdue, load.soon) == (1, 0, 0)


def test_when_the_checkers_term_is_over_the_checkers_head_is_told_and_the_agency_is_not(
    checked: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = accepted(checked, at(9, 10, 16, 30))
    report(checked, case)
    set_clock(monkeypatch, at(9, 9, 8, 59))
    assert escalating.escalate() == 0
    set_clock(monkeypatch, at(9, 14, 9))
    assert (escalating.escalate(), escalating.escalate()) == (1, 0)
    (told,) = Event.objects.filter(name="cases.case_escalated")
    assert told.payload == {
        "case": case.pk, "kind": CHECKED.code, "level": 0, "may": "cases.assign", "agency": "H53.01", "seq": 4,
    }  # fmt: skip
    back = cases.act(case.pk, "send_back", by=checked.verifier, note="x")
    assert (back.escalated, back.escalate_at) == (0, at(9, 16, 16, 30)), "the deadline's own are all to come"


def test_an_open_case_stays_on_its_version_and_its_deadline_as_it_is(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_clock(monkeypatch, at(9, 7, 9))
    waiting, working = accepted(world, at(9, 10, 16)), accepted(world, at(9, 10, 16))
    report(world, waiting)
    definitions.put(CHECKED)
    set_clock(monkeypatch, at(9, 9, 9))
    report(world, working)
    for case in (waiting, working):
        case.refresh_from_db()
        assert (case.paused_at, case.due_at) == (None, at(9, 10, 16)), "promised under a version without a pause"
    assert cases.act(waiting.pk, "send_back", by=world.verifier, note="x").due_at == at(9, 10, 16)
    shown = cases.effect(CHECKED.code)
    assert (shown.version, shown.paused) == (2, 1), "who moves them sees whose clock would stop"
    assert cases.migrate(CHECKED.code, 2, by=official("Quản", ("administrator", "H53.01"))) == 2
    working.refresh_from_db()
    assert (working.paused_at, working.due_at) == (at(9, 9, 9), at(9, 10, 16)), (
        "from then on, and not from the report on"
    )


MINUTE = dt.timedelta(minutes=1)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    promised=st.integers(1, 12 * 24 * 60),
    gaps=st.lists(st.integers(0, 5 * 24 * 60), min_size=1, max_size=8),
)
def test_checking_neither_lengthens_nor_shortens_the_working_time_of_the_agency(
    checked: World, promised: int, gaps: list[int]
) -> None:
    """However often it is checked, at whatever hours: what the agency worked and what it has left is what it was promised."""
    calendar = worktime.calendar_of(agencies.get("H53.04"))
    with pytest.MonkeyPatch.context() as patch:
        moment = at(9, 7, 9)
        set_clock(patch, moment)
        due = moment + promised * MINUTE
        case = accepted(checked, due)
        total = worktime.worked(moment, due, calendar).time
        used, running = dt.timedelta(), True
        for gap in gaps:
            before, moment = moment, moment + gap * MINUTE
            set_clock(patch, moment)
            if running:
                used += worktime.worked(before, moment, calendar).time
                case = report(checked, case)
            else:
                case = cases.act(case.pk, "send_back", by=checked.verifier, note="x")
            running = not running
        assert cases.left(case, clock.now()).time == max(total - used, dt.timedelta())
        assert case.due_at >= due.astimezone(dt.UTC)
        if used < total:
            assert not cases.is_overdue(case, clock.now())


# ── whose turn it is now ─────────────────────────────────────────────────────────────────────────────────────────────


def passed() -> list[int]:
    return [event.payload["seq"] for event in Event.objects.filter(name="cases.case_passed").order_by("pk")]


def test_an_event_says_when_others_have_the_turn_and_no_other_act_does(checked: World) -> None:
    case = checked.open()
    cases.claim(case.pk, by=checked.handler)
    cases.comment(case.pk, by=checked.handler, note="x")
    cases.act(case.pk, "accept", by=checked.handler)
    report(checked, case)
    cases.act(case.pk, "send_back", by=checked.verifier, note="x")
    report(checked, case)
    cases.act(case.pk, "close", by=checked.verifier, note="x")
    acts = {entry.seq: (entry.act, cases.passage(case, entry)) for entry in cases.timeline(case)}
    assert [acts[seq] for seq in passed()] == [
        ("open", "given"), ("report", "passed"), ("send_back", "sent_back"), ("report", "passed"), ("close", "ended"),
    ]  # fmt: skip
    assert {acts[seq] for seq in acts.keys() - passed()} == {("claim", ""), ("comment", ""), ("accept", "")}


@pytest.mark.parametrize(
    ("act", "before", "after", "expected"),
    [
        ("begin", "received", "working", ""),
        ("ask", "working", "asking", "passed"),
        ("answer", "asking", "working", "passed"),
        ("consult", "working", "working", ""),
        ("transfer", "received", "received", "given"),
        ("receive", "received", "received", ""),
        ("give_back", "received", "received", "sent_back"),
        ("recall", "received", "received", ""),
        ("refuse", "working", "refused", "ended"),
        ("reopen", "done", "working", "sent_back"),
        ("called_back", "working", "refused", "ended"),
        ("migrate", "received", "working", ""),
        ("begin", "a state of long ago", "working", "passed"),
        ("begin", "working", "a state of long ago", ""),
    ],
)
def test_what_an_entry_does_to_whose_turn_it_is(act: str, before: str, after: str, expected: str) -> None:
    assert moves.passage(REQUEST, act, before, after) == expected


def test_what_came_back_is_known_until_it_moves_on(office: World) -> None:
    case, other = request(office), request(office)
    cases.act(case.pk, "transfer", by=office.handler, note="x", agency=agencies.get("H53.09"))
    assert cases.sent_back([cases.get(case.pk, office.handler)]) == {}
    cases.give_back(case.pk, by=office.neighbour, note="Không phải việc của chúng tôi")
    found = cases.sent_back(cases.Case.objects.filter(pk__in=[case.pk, other.pk]))
    assert {number: (entry.by, entry.note) for number, entry in found.items()} == {
        case.pk: (office.neighbour, "Không phải việc của chúng tôi")
    }
    cases.claim(case.pk, by=office.handler)
    cases.comment(case.pk, by=office.handler, note="x")
    assert set(cases.sent_back(cases.Case.objects.all())) == {case.pk}
    cases.act(case.pk, "begin", by=office.handler)
    assert cases.sent_back(cases.Case.objects.all()) == {}
    cases.act(case.pk, "finish", by=office.handler)
    cases.act(case.pk, "confirm", by=office.verifier)
    cases.act(case.pk, "reopen", by=office.verifier, note="Sai tên")
    assert set(cases.sent_back(cases.Case.objects.all())) == {case.pk}


def test_what_is_to_be_decided_on_is_the_newest_result(checked: World) -> None:
    case = accepted(checked, at(9, 10, 16))
    assert cases.handed_in(case) is None
    report(checked, case)
    cases.act(case.pk, "send_back", by=checked.verifier, note="x")
    assert cases.handed_in(cases.get(case.pk, checked.verifier)) is None
    newest = cases.act(case.pk, "report", by=checked.both, note="Lần hai", files=[evidence()])
    entry = cases.handed_in(newest)
    assert entry is not None
    assert (entry.note, entry.by, len(entry.files.all())) == ("Lần hai", checked.both, 1)


# ── who is to know ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_who_has_the_turn_is_whoever_has_it_in_hand_else_all_who_may(checked: World) -> None:
    case = checked.open()
    assert set(cases.in_turn(case)) == {checked.handler, checked.both}
    assert cases.in_turn(cases.claim(case.pk, by=checked.handler)) == [checked.handler]
    assert cases.working_on(case) == [checked.handler]
    cases.act(case.pk, "accept", by=checked.handler)
    waiting = report(checked, case)
    assert set(cases.in_turn(waiting)) == {checked.issuer, checked.verifier, checked.both}
    assert cases.asked_by(waiting) == [checked.issuer]
    assert cases.working_on(waiting) == [checked.handler]
    assert cases.in_turn(cases.act(case.pk, "close", by=checked.verifier, note="x")) == []
