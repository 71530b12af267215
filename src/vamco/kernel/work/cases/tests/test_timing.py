"""When a case is due, and what pauses, steps and re-openings make of that."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from vamco.kernel.work.cases import public as cases
from vamco.kernel.work.cases.contracts import Turn
from vamco.kernel.work.cases.queries import definitions
from vamco.kernel.work.cases.rules import moves
from vamco.kernel.work.cases.tests.conftest import HANDLE, REQUEST, World, official, request, set_clock
from vamco.kernel.work.cases.tests.test_cases import refusal
from vamco.kernel.work.cases.tests.test_work import at, waits_for
from vamco.kernel.work.worktime import services as worktime_services
from vamco.kernel.work.worktime.contracts import Hours, Layer, Window
from vamco.kernel.world.agencies import public as agencies
from vamco.lib.errors import Refused

TIME = dt.time


def test_the_deadline_of_a_kind_counts_in_working_days(office: World) -> None:
    case = request(office)
    assert case.due_at == at(9, 21, 9)
    assert case.step_due_at == at(9, 7, 14, 30)  # four working hours from nine, over lunch
    assert [(promise.why, promise.due_at) for promise in cases.promises(case)] == [("opened", at(9, 21, 9))]


def test_received_after_the_cutoff_it_counts_from_the_next_working_day(
    office: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_clock(monkeypatch, at(9, 4, 15, 1))  # a Friday
    assert request(office).due_at == at(9, 18, 16, 30)


def test_a_pause_moves_the_deadline_by_exactly_the_working_time_in_it(
    office: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = request(office)
    cases.act(case.pk, "begin", by=office.handler)
    set_clock(monkeypatch, at(9, 8, 9))
    asked = cases.act(case.pk, "ask", by=office.handler, note="Thiếu bản vẽ", reason="paper")
    assert (asked.paused_at, asked.escalate_at, asked.due_at) == (at(9, 8, 9), None, at(9, 21, 9))
    set_clock(monkeypatch, at(9, 10, 9))
    answered = cases.act(case.pk, "answer", by=office.verifier)
    assert (answered.paused_at, answered.due_at) == (None, at(9, 23, 9))
    assert [(promise.why, promise.seq) for promise in cases.promises(case)] == [("resumed", 4), ("opened", 1)]
    (line,) = [entry for entry in cases.timeline(case) if entry.act == "ask"]
    assert (line.reason, line.agency.code) == ("paper", "H53.04")


def test_a_pause_makes_nothing_good_that_was_late_before(office: World, monkeypatch: pytest.MonkeyPatch) -> None:
    case = request(office)
    cases.act(case.pk, "begin", by=office.handler)
    set_clock(monkeypatch, at(9, 22, 9))
    cases.act(case.pk, "ask", by=office.handler, note="x", reason="fee")
    set_clock(monkeypatch, at(9, 30, 9))
    assert cases.act(case.pk, "answer", by=office.verifier).due_at == at(9, 21, 9)


def test_a_pause_before_a_promise_runs_moves_nothing(office: World, monkeypatch: pytest.MonkeyPatch) -> None:
    set_clock(monkeypatch, at(9, 4, 15, 1))  # Friday, after the cutoff: it counts from Monday
    case = request(office)
    cases.act(case.pk, "begin", by=office.handler)
    cases.act(case.pk, "ask", by=office.handler, note="x", reason="paper")
    set_clock(monkeypatch, at(9, 4, 16, 25))
    assert cases.act(case.pk, "answer", by=office.verifier).due_at == at(9, 18, 16, 30)
    cases.act(case.pk, "ask", by=office.handler, note="x", reason="paper")
    set_clock(monkeypatch, at(9, 8, 7))
    assert cases.act(case.pk, "answer", by=office.verifier).due_at == at(9, 21, 16, 30), "only Monday stood still"


def test_the_hour_of_receipt_says_nothing_about_a_deadline_that_was_given(
    office: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_clock(monkeypatch, at(9, 7, 15, 30))
    case = request(office, due_at=at(9, 9, 11))
    cases.act(case.pk, "begin", by=office.handler)
    cases.act(case.pk, "ask", by=office.handler, note="x", reason="paper")
    set_clock(monkeypatch, at(9, 7, 16, 30))
    assert cases.act(case.pk, "answer", by=office.verifier).due_at == at(9, 9, 13, 30), "an hour later, over lunch"


def test_what_was_promised_in_days_is_moved_in_days(office: World, monkeypatch: pytest.MonkeyPatch) -> None:
    morning, long, short = Window(TIME(7), TIME(11)), Window(TIME(13), TIME(17)), Window(TIME(13), TIME(16))
    hours = (
        Hours(dt.date(2025, 1, 1), dt.date(2026, 9, 10), ((morning, long),) * 5 + ((),) * 2),
        Hours(dt.date(2026, 9, 11), None, ((morning, short),) * 5 + ((),) * 2),
    )
    worktime_services.put("H53.04", Layer(hours, (), ()), subtree=True)
    set_clock(monkeypatch, at(9, 7, 7))
    case = request(office)
    assert case.due_at == at(9, 18, 16), "ten days, however long"
    cases.act(case.pk, "begin", by=office.handler)
    set_clock(monkeypatch, at(9, 8, 7))
    cases.act(case.pk, "ask", by=office.handler, note="x", reason="paper")
    set_clock(monkeypatch, at(9, 15, 7))
    assert cases.act(case.pk, "answer", by=office.verifier).due_at == at(9, 25, 16), "five days later"


def test_an_act_that_stays_puts_no_step_off(office: World, monkeypatch: pytest.MonkeyPatch) -> None:
    working = replace(REQUEST.states["working"], turn=Turn("handler", HANDLE, 4))
    definitions.put(replace(REQUEST, states={**REQUEST.states, "working": working}))
    case = request(office)
    begun = cases.act(case.pk, "begin", by=office.handler)
    assert begun.step_due_at == at(9, 7, 14, 30)
    set_clock(monkeypatch, at(9, 14, 9))
    stayed = cases.act(case.pk, "consult", by=office.handler, agency=agencies.get("H53.09"))
    assert stayed.step_due_at == at(9, 7, 14, 30)


def test_a_hand_over_taken_back_puts_no_step_off(office: World, monkeypatch: pytest.MonkeyPatch) -> None:
    case = request(office)
    due = case.step_due_at
    set_clock(monkeypatch, at(9, 8, 9))
    cases.act(case.pk, "transfer", by=office.handler, note="x", agency=agencies.get("H53.09"))
    assert cases.recall(case.pk, by=office.handler).step_due_at == due
    cases.act(case.pk, "transfer", by=office.handler, note="x", agency=agencies.get("H53.09"))
    assert cases.give_back(case.pk, by=office.neighbour, note="x").step_due_at == due
    cases.act(case.pk, "transfer", by=office.handler, note="x", agency=agencies.get("H53.09"))
    assert cases.receive(case.pk, by=office.neighbour).step_due_at == at(9, 8, 14, 30), "who takes it begins anew"


def test_a_kind_without_a_deadline_needs_one_given(world: World) -> None:
    assert refusal(lambda: world.open(due_at=None)) == (Refused, "cases.no_deadline")


def test_what_is_opened_again_gets_a_new_deadline_once(office: World, monkeypatch: pytest.MonkeyPatch) -> None:
    case = request(office)
    for code, who in (("begin", "handler"), ("finish", "handler"), ("confirm", "verifier")):
        cases.act(case.pk, code, by=getattr(office, who))
    set_clock(monkeypatch, at(10, 5, 9))
    again = cases.act(case.pk, "reopen", by=office.verifier, note="Sai tên")
    assert (again.open, again.closed_at, again.due_at) == (True, None, at(10, 19, 9))
    assert waits_for(office.handler) == [[case.pk]]
    for code, who in (("finish", "handler"), ("confirm", "verifier")):
        cases.act(case.pk, code, by=getattr(office, who))
    assert refusal(lambda: cases.act(case.pk, "reopen", by=office.verifier, note="x")) == (Refused, "cases.too_often")


def test_a_state_that_another_takes_the_place_of_begins_a_step_of_its_own(
    office: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = request(office)
    slower = replace(REQUEST.states["received"], code="checking", turn=Turn("handler", HANDLE, 40))
    states = {code: state for code, state in REQUEST.states.items() if code != "received"} | {"checking": slower}
    acts = {
        code: replace(
            act,
            sources=frozenset("checking" if source == "received" else source for source in act.sources),
            target="checking" if act.target == "received" else act.target,
        )
        for code, act in REQUEST.acts.items()
    }
    definitions.put(replace(REQUEST, initial="checking", states=states, acts=acts))
    set_clock(monkeypatch, at(9, 9, 7))
    cases.migrate("test_request", 2, by=official("Quản", ("administrator", "H53.01")), mapping={"received": "checking"})
    moved = cases.Case.objects.get(pk=case.pk)
    assert (moved.state, moved.step_due_at) == ("checking", at(9, 15, 16, 30))


RECEIVED = replace(
    REQUEST,
    deadline=None,
    acts=REQUEST.acts
    | {
        "begin": replace(REQUEST.acts["begin"], effect="begin"),
        "extend": replace(
            REQUEST.acts["ask"], code="extend", sources=frozenset({"working"}), target="", effect="extend", reasons=()
        ),
    },
)
"""The kind whose promise begins with its first act, by the terms of each case."""
THREE_DAYS = cases.Terms(cases.Deadline(3, "day", TIME(15)))


def received(office: World, terms: cases.Terms | None = THREE_DAYS) -> cases.Case:
    definitions.put(RECEIVED)
    return request(office, due_at=at(9, 8, 9), terms=terms)


def test_an_act_that_begins_promises_by_the_cases_own_terms_from_its_own_moment(
    office: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = received(office)
    set_clock(monkeypatch, at(9, 9, 15, 1))  # after the cutoff: it counts from Thursday
    begun = cases.act(case.pk, "begin", by=office.handler)
    assert begun.due_at == at(9, 14, 16, 30)
    assert [(promise.why, promise.due_at) for promise in cases.promises(case)] == [
        ("begun", at(9, 14, 16, 30)),
        ("opened", at(9, 8, 9)),
    ]
    set_clock(monkeypatch, at(9, 9, 15, 10))
    cases.act(case.pk, "ask", by=office.handler, note="x", reason="paper")
    set_clock(monkeypatch, at(9, 11, 7))
    assert cases.act(case.pk, "answer", by=office.verifier).due_at == at(9, 15, 16, 30), "only Thursday stood still"


def test_terms_without_a_deadline_are_promised_by_who_begins(office: World, monkeypatch: pytest.MonkeyPatch) -> None:
    case = received(office, cases.Terms())
    for until in (None, at(9, 7, 8)):
        with pytest.raises(Refused) as refused:
            cases.act(case.pk, "begin", by=office.handler, until=until)
        assert refused.value.code == "cases.until_missing"
    set_clock(monkeypatch, at(9, 7, 10))
    assert cases.act(case.pk, "begin", by=office.handler, until=at(10, 30, 16, 30)).due_at == at(10, 30, 16, 30)


def test_a_later_day_is_promised_and_an_earlier_one_is_refused(office: World, monkeypatch: pytest.MonkeyPatch) -> None:
    case = received(office)
    due = cases.act(case.pk, "begin", by=office.handler).due_at
    set_clock(monkeypatch, at(9, 30, 9))
    for until in (None, due, at(9, 29, 9)):
        with pytest.raises(Refused):
            cases.act(case.pk, "extend", by=office.handler, note="Quá tải", until=until)
    assert [promise.why for promise in cases.promises(case)] == ["begun", "opened"]
    assert cases.act(case.pk, "extend", by=office.handler, note="Quá tải", until=at(10, 2, 9)).due_at == at(10, 2, 9)
    assert [promise.why for promise in cases.promises(case)] == ["extended", "begun", "opened"]


def test_what_stands_still_is_not_extended() -> None:
    paused = replace(RECEIVED.acts["extend"], sources=frozenset({"working", "asking", "done"}))
    faults = moves.faults(replace(RECEIVED, acts=RECEIVED.acts | {"extend": paused}))
    assert [fault for fault in faults if "extend.from" in fault and "deadline runs" in fault] == [
        "acts.extend.from: states in which the deadline runs, found 'asking'",
        "acts.extend.from: states in which the deadline runs, found 'done'",
    ]
    assert moves.faults(RECEIVED) == []
