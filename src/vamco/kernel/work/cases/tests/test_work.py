"""All that can happen to a case beside being moved by its kind's acts."""

from __future__ import annotations

import datetime as dt
import io
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from vamco.kernel.base.audit import public as audit
from vamco.kernel.base.events.models import Event
from vamco.kernel.record.files import public as files
from vamco.kernel.work.cases import jobs
from vamco.kernel.work.cases import public as cases
from vamco.kernel.work.cases.contracts import Escalation
from vamco.kernel.work.cases.queries import definitions
from vamco.kernel.work.cases.services import escalating, holding
from vamco.kernel.work.cases.tests.conftest import (
    ISSUE,
    OPINION,
    REQUEST,
    World,
    official,
    request,
    set_clock,
)
from vamco.kernel.work.cases.tests.test_cases import refusal, traces
from vamco.kernel.world.agencies import public as agencies
from vamco.kernel.world.people import public as people
from vamco.kernel.world.people.models import Membership
from vamco.lib.errors import Forbidden, Missing, Refused
from vamco.lib.time import HCM

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vamco.kernel.world.people.models import Person


def at(month: int, day: int, hour: int, minute: int = 0) -> dt.datetime:
    return dt.datetime(2026, month, day, hour, minute, tzinfo=HCM)


def waits_for(*people: Person | None) -> list[list[int]]:
    return [[case.pk for case in cases.Inbox(person).page().cases] for person in people]


@pytest.fixture
def colleague(office: World) -> Person:
    return official("Hồ Đồng", ("department_official", "H53.04"))


@pytest.fixture
def head(office: World) -> Person:
    return official("Bùi Trưởng", ("department_head", "H53.04"))


@pytest.fixture(autouse=True)
def _chains_hold(office: World) -> Iterator[None]:
    yield
    assert audit.verify() == {}


# Who has it in hand


def test_what_one_has_claimed_no_colleague_does(office: World, colleague: Person) -> None:
    case = request(office)
    assert waits_for(office.handler, colleague) == [[case.pk], [case.pk]]
    cases.claim(case.pk, by=office.handler)
    before = traces()
    assert waits_for(office.handler, colleague) == [[case.pk], []]
    assert cases.claim(case.pk, by=office.handler).seq == 2  # twice is once
    assert refusal(lambda: cases.claim(case.pk, by=colleague)) == (Refused, "cases.taken")
    assert refusal(lambda: cases.act(case.pk, "begin", by=colleague)) == (Refused, "cases.taken")
    assert refusal(lambda: cases.release(case.pk, by=colleague))[0] is Forbidden
    assert traces() == before
    seen = cases.get(case.pk, colleague)
    assert (cases.acts_for(seen, colleague), cases.holding_for(seen, colleague)) == ([], [])
    cases.release(case.pk, by=office.handler)
    assert waits_for(colleague) == [[case.pk]]
    assert refusal(lambda: cases.release(case.pk, by=office.handler)) == (Refused, "cases.not_taken")


def test_who_stands_for_an_absent_person_has_in_hand_what_they_had(office: World, colleague: Person) -> None:
    case, other = request(office), request(office)
    cases.claim(case.pk, by=office.handler)
    cases.claim(other.pk, by=office.handler)
    month = {"since": dt.date(2026, 9, 1), "until": dt.date(2026, 9, 30)}
    people.substitute(office.handler, colleague, actor=audit.SYSTEM, **month)
    deputy = people.Person.objects.get(pk=colleague.pk)
    assert waits_for(deputy) == [[case.pk, other.pk]]
    seen = cases.get(case.pk, deputy)
    assert "begin" in {act.code for act in cases.acts_for(seen, deputy)}
    assert "release" in cases.holding_for(seen, deputy)
    assert cases.Inbox(deputy).page(only=cases.Filter(taken="mine")).cases == [case, other]
    assert cases.act(case.pk, "begin", by=deputy).state == "working"
    assert cases.release(other.pk, by=deputy).taken_by is None


def test_who_stands_for_somebody_in_one_thing_does_not_hold_the_rest(office: World, colleague: Person) -> None:
    case = request(office)
    absent = official("Quách Hai", ("department_official", "H53.04"), ("department_official", "H53.09"))
    cases.claim(case.pk, by=absent)
    month = {"since": dt.date(2026, 9, 1), "until": dt.date(2026, 9, 30)}
    for narrow in ({"agency": agencies.get("H53.09")}, {"acts": {"desk.view_inbox"}}):
        people.substitute(absent, colleague, actor=audit.SYSTEM, **month, **narrow)
        month = {"since": dt.date(2026, 10, 1), "until": dt.date(2026, 10, 30)}
    deputy = people.Person.objects.get(pk=colleague.pk)
    assert waits_for(deputy) == [[]]
    assert refusal(lambda: cases.act(case.pk, "begin", by=deputy)) == (Refused, "cases.taken")
    assert refusal(lambda: cases.claim(case.pk, by=deputy)) == (Refused, "cases.taken")
    assert refusal(lambda: cases.release(case.pk, by=deputy))[0] is Forbidden


def test_what_somebody_had_claimed_who_has_left_waits_for_the_colleagues(office: World, colleague: Person) -> None:
    case, kept = request(office), request(office)
    leaver = official("Trịnh Nghỉ", ("department_official", "H53.04"))
    cases.claim(case.pk, by=leaver)
    cases.claim(kept.pk, by=office.handler)
    assert holding.release_left() == 0
    people.dismiss(Membership.objects.get(person=leaver), until=dt.date(2026, 9, 6), actor=audit.SYSTEM)
    leaver = people.Person.objects.get(pk=leaver.pk)
    assert refusal(lambda: cases.release(case.pk, by=leaver))[0] is Forbidden
    jobs.succeed()
    assert waits_for(colleague) == [[case.pk]]
    last = cases.timeline(case)[0]
    assert (last.act, last.by) == ("release", None)
    assert cases.Case.objects.get(pk=kept.pk).taken_by == office.handler


def test_a_case_comes_back_to_who_had_it_in_hand(office: World, colleague: Person) -> None:
    case, other = request(office), request(office)
    for one, by in ((case, office.handler), (other, colleague)):
        cases.claim(one.pk, by=by)
        cases.act(one.pk, "begin", by=by)
        asked = cases.act(one.pk, "ask", by=by, note="x", reason="paper")
        assert (asked.taken_by, asked.left_with) == (None, by)
    cases.claim(case.pk, by=office.verifier)
    people.dismiss(Membership.objects.get(person=colleague), until=dt.date(2026, 9, 6), actor=audit.SYSTEM)
    back = cases.act(case.pk, "answer", by=office.verifier)
    assert (back.taken_by, back.left_with) == (office.handler, office.verifier)
    assert cases.act(other.pk, "answer", by=office.verifier).taken_by is None, "who has left gets nothing back"
    signed = cases.act(case.pk, "finish", by=office.handler)
    assert (signed.taken_by, signed.left_with) == (office.verifier, office.handler)
    done = cases.act(case.pk, "confirm", by=office.verifier)
    assert (done.holder, done.taken_by) == (None, None)


def test_only_whose_turn_it_is_claims(office: World) -> None:
    case = request(office)
    for who in (office.neighbour, office.verifier):
        assert refusal(lambda who=who: cases.claim(case.pk, by=who)) == (Forbidden, "cases.not_your_turn")


def test_a_head_gives_work_to_those_who_may_do_it(office: World, colleague: Person, head: Person) -> None:
    case = request(office)
    assert refusal(lambda: cases.assign(case.pk, colleague, by=office.handler))[0] is Forbidden
    assert refusal(lambda: cases.assign(case.pk, office.neighbour, by=head)) == (Refused, "cases.cannot_do")
    cases.assign(case.pk, colleague, by=head)
    assert waits_for(office.handler, colleague) == [[], [case.pk]]
    assert "release" in cases.holding_for(cases.get(case.pk, head), head)
    cases.release(case.pk, by=head)
    assert waits_for(office.handler) == [[case.pk]]


def test_a_claim_ends_when_the_turn_goes_to_others(office: World) -> None:
    case = request(office)
    cases.claim(case.pk, by=office.handler)
    assert cases.act(case.pk, "begin", by=office.handler).taken_by == office.handler
    assert cases.act(case.pk, "finish", by=office.handler).taken_by is None
    assert waits_for(office.handler, office.verifier) == [[], [case.pk]]


def test_a_case_that_is_handed_over_needs_a_receipt(office: World) -> None:
    case = request(office)
    to = agencies.get("H53.09")
    assert refusal(lambda: cases.act(case.pk, "transfer", by=office.handler, note="x")) == (
        Refused,
        "cases.agency_missing_for_hand_over",
    )
    assert refusal(lambda: cases.act(case.pk, "transfer", by=office.handler, note="x", agency=case.agency)) == (
        Refused,
        "cases.same_agency",
    )
    asked = cases.act(case.pk, "transfer", by=office.handler, note="Thuộc sở khác", agency=to)
    assert (asked.agency.code, asked.handed_to, asked.holder) == ("H53.04", to, to)
    assert waits_for(office.handler, office.neighbour) == [[], [case.pk]]
    assert refusal(lambda: cases.act(case.pk, "begin", by=office.handler)) == (Refused, "cases.in_hand_over")
    assert refusal(lambda: cases.claim(case.pk, by=office.neighbour)) == (Refused, "cases.in_hand_over")
    assert refusal(lambda: cases.receive(case.pk, by=office.handler)) == (Forbidden, "cases.not_your_turn")
    assert refusal(lambda: cases.give_back(case.pk, by=office.neighbour, note=" ")) == (Refused, "cases.reason_needed")
    assert cases.holding_for(cases.get(case.pk, office.neighbour), office.neighbour) == ["receive", "give_back"]
    back = cases.give_back(case.pk, by=office.neighbour, note="Không thuộc thẩm quyền")
    assert (back.agency.code, back.handed_to) == ("H53.04", None)
    assert refusal(lambda: cases.get(case.pk, office.neighbour)) == (Missing, "cases.no_case")
    cases.act(case.pk, "transfer", by=office.handler, note="Vẫn thuộc", agency=to)
    taken = cases.receive(case.pk, by=office.neighbour)
    assert (taken.agency, taken.handed_to) == (to, None)
    assert refusal(lambda: cases.receive(case.pk, by=office.neighbour)) == (Refused, "cases.not_handed")
    assert refusal(lambda: cases.get(case.pk, office.handler)) == (Missing, "cases.no_case")
    assert cases.act(case.pk, "begin", by=office.neighbour).state == "working"


def test_a_hand_over_that_nobody_answers_is_taken_back(office: World, colleague: Person) -> None:
    case = request(office)
    assert refusal(lambda: cases.recall(case.pk, by=office.handler)) == (Refused, "cases.not_handed")
    gone = agencies.get("H39")
    for code in ("transfer", "consult"):
        if code == "consult":
            cases.act(case.pk, "begin", by=office.handler)
        assert refusal(lambda code=code: cases.act(case.pk, code, by=office.handler, note="x", agency=gone)) == (
            Refused,
            "cases.agency_ended",
        )
    cases.act(case.pk, "transfer", by=office.handler, note="Nhầm", agency=agencies.get("H53.09"))
    assert cases.holding_for(cases.get(case.pk, colleague), colleague) == ["recall"]
    assert cases.holding_for(cases.get(case.pk, office.neighbour), office.neighbour) == ["receive", "give_back"]
    assert refusal(lambda: cases.recall(case.pk, by=office.neighbour)) == (Forbidden, "cases.not_your_turn")
    back = cases.recall(case.pk, by=colleague)
    assert (back.handed_to, back.holder.code, back.agency.code) == (None, "H53.04", "H53.04")  # type: ignore[union-attr]
    assert waits_for(office.neighbour) == [[]]
    assert refusal(lambda: cases.receive(case.pk, by=office.neighbour)) == (Refused, "cases.not_handed")
    assert cases.act(case.pk, "begin", by=office.handler).state == "working"


# Parts


def test_parts_are_cases_of_other_agencies_that_the_case_waits_for(office: World) -> None:
    case = request(office)
    cases.act(case.pk, "begin", by=office.handler)
    assert refusal(lambda: cases.act(case.pk, "consult", by=office.handler)) == (Refused, "cases.agency_missing")
    cases.act(case.pk, "consult", by=office.handler, agency=agencies.get("H53.09"))
    parts = list(case.parts.order_by("pk"))
    assert [(part.part, part.agency.code, part.issuer.code, part.kind.code) for part in parts] == [
        ("police", "H53.09", "H53.04", "test_opinion"),
        ("any", "H53.09", "H53.04", "test_opinion"),
    ]
    assert parts[0].due_at == at(9, 9, 9)
    assert waits_for(office.neighbour) == [[part.pk for part in parts]]
    assert refusal(lambda: cases.act(case.pk, "finish", by=office.handler)) == (Refused, "cases.parts_open")
    cases.act(parts[0].pk, "answer", by=office.neighbour, note="Đồng ý")
    assert refusal(lambda: cases.act(case.pk, "finish", by=office.handler)) == (Refused, "cases.parts_open")
    cases.act(parts[1].pk, "answer", by=office.neighbour, note="Đồng ý")
    lines = [entry for entry in cases.timeline(case) if entry.act == "part_ended"]
    assert [(entry.other, entry.by, entry.agency.code) for entry in lines] == [
        (f"case:{part.pk}", office.neighbour, "H53.09") for part in reversed(parts)
    ]
    assert cases.act(case.pk, "finish", by=office.handler).state == "signed"


def test_who_handles_a_case_reads_what_others_found_for_it(office: World) -> None:
    case = request(office)
    cases.act(case.pk, "begin", by=office.handler)
    cases.act(case.pk, "consult", by=office.handler, agency=agencies.get("H53.09"))
    part = case.parts.order_by("pk")[0]
    cases.act(part.pk, "answer", by=office.neighbour, note="Không đồng ý")
    seen = cases.get(part.pk, office.handler)
    assert cases.timeline(seen)[0].note == "Không đồng ý"
    assert (cases.acts_for(seen, office.handler), cases.holding_for(seen, office.handler)) == ([], [])
    assert refusal(lambda: cases.get(case.pk, office.neighbour)) == (Missing, "cases.no_case"), "and not the other way"
    stranger = official("Lạ", ("department_official", "H53.05"))
    assert refusal(lambda: cases.get(part.pk, stranger)) == (Missing, "cases.no_case")


def test_an_act_may_call_the_parts_back(office: World) -> None:
    case = request(office)
    cases.act(case.pk, "begin", by=office.handler)
    cases.act(case.pk, "consult", by=office.handler, agency=agencies.get("H53.09"))
    refused = cases.act(case.pk, "refuse", by=office.handler, note="Không đủ điều kiện")
    assert (refused.open, refused.open_parts) == (False, 0)
    assert [(part.state, part.open) for part in case.parts.all()] == [("called_off", False)] * 2
    assert waits_for(office.neighbour) == [[]]


# Escalations, remarks, merging, many at once


def test_before_and_after_its_time_a_case_is_brought_before_others_once(
    office: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = request(office)
    assert case.escalate_at == at(9, 18, 9)  # eight working hours before
    assert escalating.escalate() == 0
    set_clock(monkeypatch, at(9, 18, 9, 1))
    assert (escalating.escalate(), escalating.escalate()) == (1, 0)
    set_clock(monkeypatch, at(9, 22, 8))
    assert (escalating.escalate(), escalating.escalate()) == (1, 0)
    told = Event.objects.filter(name="cases.case_escalated").order_by("pk").values_list("payload", flat=True)
    assert [(event["case"], event["level"], event["may"], event["agency"]) for event in told] == [
        (case.pk, 1, "warnings.issue_directive", "H53.04"),
        (case.pk, 2, "warnings.issue_directive", "H53.04"),
    ]
    lines = [entry for entry in cases.timeline(case) if entry.act == "escalate"]
    assert [entry.by for entry in lines] == [None, None]
    assert (
        cases.act(case.pk, "begin", by=office.handler, seen=1).state == "working"
    )  # an escalation makes nothing stale


def test_nobody_is_told_twice_because_a_pause_was_short(office: World, monkeypatch: pytest.MonkeyPatch) -> None:
    case = request(office)
    cases.act(case.pk, "begin", by=office.handler)
    set_clock(monkeypatch, at(9, 18, 10))
    assert escalating.escalate() == 1
    cases.act(case.pk, "ask", by=office.handler, note="x", reason="paper")
    set_clock(monkeypatch, at(9, 18, 10, 5))
    answered = cases.act(case.pk, "answer", by=office.verifier)
    assert (answered.escalated, escalating.escalate()) == (1, 0)
    cases.act(case.pk, "ask", by=office.handler, note="x", reason="paper")
    set_clock(monkeypatch, at(9, 25, 9))
    answered = cases.act(case.pk, "answer", by=office.verifier)
    assert (answered.escalated, escalating.escalate()) == (1, 0)
    set_clock(monkeypatch, answered.due_at)
    assert (escalating.escalate(), escalating.escalate()) == (1, 0), "the next level comes in its time"


def test_a_case_that_cannot_be_escalated_holds_up_no_other(office: World, monkeypatch: pytest.MonkeyPatch) -> None:
    definitions.put(replace(REQUEST, escalations=(Escalation(0, ISSUE), Escalation(16, ISSUE))))
    set_clock(monkeypatch, at(12, 1, 9).replace(year=2027))
    stuck = request(
        office, due_at=at(12, 30, 16).replace(year=2027)
    )  # its second level lies in a year without a calendar
    definitions.put(REQUEST)
    good = request(office, due_at=at(12, 31, 9).replace(year=2027))
    set_clock(monkeypatch, at(12, 31, 16).replace(year=2027))
    assert (escalating.escalate(), escalating.escalate()) == (2, 0)
    assert [cases.Case.objects.get(pk=case.pk).escalated for case in (stuck, good)] == [0, 2]


def test_a_remark_makes_nobodys_decision_stale(office: World) -> None:
    case = request(office)
    cases.comment(case.pk, by=office.verifier, note="Xin ưu tiên")
    assert cases.act(case.pk, "begin", by=office.handler, seen=1).seq == 3
    assert refusal(lambda: cases.act(case.pk, "refuse", by=office.handler, note="x", seen=2)) == (
        Refused,
        "cases.changed",
    )
    assert refusal(lambda: cases.comment(case.pk, by=office.verifier, note=" ")) == (Refused, "cases.empty_comment")
    assert refusal(lambda: cases.comment(case.pk, by=office.neighbour, note="x")) == (Missing, "cases.no_case")


def test_following_is_for_those_who_may_see(office: World) -> None:
    case = request(office)
    cases.watch(case.pk, by=office.verifier)
    cases.watch(case.pk, by=office.verifier)
    assert [watch.person for watch in case.watches.all()] == [office.verifier]
    assert refusal(lambda: cases.watch(case.pk, by=office.neighbour)) == (Missing, "cases.no_case")
    cases.watch(case.pk, by=office.verifier, follows=False)
    assert not case.watches.exists()


def test_a_case_ends_in_another_which_says_so(office: World) -> None:
    case, other = request(office), request(office)
    strange = office.open()
    for into, code in ((None, "cases.merge_target"), (case.pk, "cases.merge_target"), (strange.pk, "cases.merge_kind")):
        assert refusal(lambda into=into: cases.act(case.pk, "join", by=office.handler, into=into)) == (Refused, code)
    assert refusal(lambda: cases.act(case.pk, "join", by=office.handler, into=2**40)) == (Missing, "cases.no_case")
    joined = cases.act(case.pk, "join", by=office.handler, into=other.pk)
    assert (joined.open, joined.merged_into) == (False, other)
    (line, _opened) = cases.timeline(other)
    assert (line.act, line.other) == ("merged", f"case:{case.pk}")
    assert refusal(lambda: cases.act(other.pk, "join", by=office.handler, into=case.pk)) == (
        Refused,
        "cases.merge_kind",
    )


def test_nobody_ends_a_case_in_one_that_they_do_not_see_or_that_others_handle(office: World) -> None:
    mine, theirs = request(office), request(office, agency=agencies.get("H53.09"))
    two = official("Hai Nơi", ("department_official", "H53.04"), ("department_official", "H53.09"))
    before = traces()
    assert refusal(lambda: cases.act(mine.pk, "join", by=office.handler, into=theirs.pk)) == (Missing, "cases.no_case")
    assert refusal(lambda: cases.act(mine.pk, "join", by=two, into=theirs.pk)) == (Refused, "cases.merge_agency")
    assert traces() == before


def test_of_many_each_says_what_became_of_it(office: World) -> None:
    good, bad, also = request(office), request(office), request(office)
    cases.act(bad.pk, "begin", by=office.handler)
    seen = {good.pk: good.seq, bad.pk: None, 2**40: None, also.pk: None}
    outcomes = cases.each(seen, lambda case, seq: cases.act(case, "begin", by=office.handler, seen=seq))
    assert [(outcome.case, outcome.error and outcome.error.code) for outcome in outcomes] == [
        (good.pk, None),
        (bad.pk, "cases.illegal_move"),
        (2**40, "cases.no_case"),
        (also.pk, None),
    ]


def test_an_inbox_is_narrowed_and_paged_by_key(office: World, colleague: Person) -> None:
    opened = [request(office, due_at=at(9, 8, 8) + dt.timedelta(days=n // 2)) for n in range(7)]
    other = office.open(due_at=at(12, 1, 8))
    cases.claim(opened[0].pk, by=office.handler)
    found, after = [], None
    while True:
        page = cases.Inbox(office.handler).page(after=after, count=3)
        found += page.cases
        if (after := page.after) is None:
            break
    assert found == [*opened, other]
    assert cases.Inbox(office.handler).count() == 8

    def narrowed(**only: object) -> list[cases.Case]:
        return cases.Inbox(office.handler).page(only=cases.Filter(**only)).cases  # type: ignore[arg-type]

    assert narrowed(kind="test_directive") == [other]
    assert narrowed(taken="mine") == opened[:1]
    assert narrowed(taken="nobody") == [*opened[1:], other]
    assert narrowed(due_before=at(9, 9, 0)) == opened[:2]
    assert narrowed(state="issued") == [other]
    assert narrowed(agency="H53.09") == []


def test_a_head_sees_how_much_waits_for_whom(office: World, colleague: Person, head: Person) -> None:
    first = request(office, due_at=at(9, 1, 8))
    for _ in range(2):
        request(office)
    request(office, agency=agencies.get("H53.09"))
    cases.claim(first.pk, by=colleague)
    loads = cases.load(head, soon=at(9, 9, 8))
    assert [(load.agency.code, load.person, load.open, load.overdue, load.soon, load.oldest_due) for load in loads] == [
        ("H53.04", colleague, 1, 1, 0, at(9, 1, 8)),
        ("H53.04", None, 2, 0, 0, at(9, 21, 9)),
    ]
    assert cases.load(office.handler, soon=at(9, 9, 8)) == []


# Migration


def test_a_migration_is_shown_before_it_is_done(office: World) -> None:
    admin = official("Quản Trị", ("administrator", "H53.01"))
    running, asking, ended = request(office), request(office), request(office)
    for case in (asking, ended):
        cases.act(case.pk, "begin", by=office.handler)
    cases.act(asking.pk, "ask", by=office.handler, note="x", reason="paper")
    cases.act(ended.pk, "refuse", by=office.handler, note="x")
    states = {code: state for code, state in REQUEST.states.items() if code != "asking"}
    acts = {code: act for code, act in REQUEST.acts.items() if code not in {"ask", "answer", "join"}}
    definitions.put(replace(REQUEST, states=states, acts=acts))

    bare = cases.effect("test_request")
    assert (bare.version, bare.states, bare.homeless) == (2, {("received", "received"): 1}, {"asking": 1})
    assert bare.lost == {"received": ["join"]}
    shown = cases.effect("test_request", mapping={"asking": "working"})
    assert (shown.homeless, shown.resumed, shown.states["asking", "working"]) == ({}, 1, 1)
    assert cases.get(running.pk, office.handler).kind.version == 1

    def migrate(version: int, by: Person, **mapping: str) -> int:
        return cases.migrate("test_request", version, by=by, mapping=mapping)

    assert refusal(lambda: migrate(2, office.handler, asking="working"))[0] is Forbidden
    assert refusal(lambda: migrate(1, admin, asking="working")) == (Refused, "cases.newer_version")
    assert refusal(lambda: migrate(2, admin)) == (Refused, "cases.homeless")
    assert migrate(2, admin, asking="working") == 2
    assert migrate(2, admin, asking="working") == 0
    moved = cases.get(asking.pk, office.handler)
    assert (moved.kind.version, moved.state, moved.paused_at) == (2, "working", None)
    assert cases.Case.objects.get(pk=ended.pk).kind.version == 1
    assert refusal(lambda: cases.act(running.pk, "join", by=office.handler, into=asking.pk)) == (
        Refused,
        "cases.illegal_move",
    )
    assert cases.timeline(moved)[0].act == "migrate"


def test_a_kind_is_drawn(office: World) -> None:
    drawn = cases.draw(REQUEST)
    where = {box.state.code: (box.column, box.row) for box in drawn.boxes}
    assert where == {
        "received": (0, 0),
        "working": (1, 0),
        "asking": (2, 0),
        "signed": (2, 1),
        "done": (3, 0),
        "refused": (3, 1),
        "joined": (3, 2),
    }
    ways = {(arrow.source, arrow.target): ([act.code for act in arrow.acts], arrow.back) for arrow in drawn.arrows}
    assert ways["received", "working"] == (["begin"], False)
    assert ways["asking", "working"] == (["answer"], True)
    assert ways["working", "working"] == (["consult"], True)
    assert (drawn.columns, drawn.rows) == (4, 3)
    assert cases.draw(OPINION).columns == 2


def test_who_acts_for_an_absent_person_is_named_and_does_not_check_their_work(office: World) -> None:
    case = office.open()
    people.substitute(
        office.handler, office.verifier, since=dt.date(2026, 9, 1), until=dt.date(2026, 9, 30), actor=audit.SYSTEM
    )
    verifier = people.Person.objects.get(pk=office.verifier.pk)  # the next request
    cases.act(case.pk, "accept", by=verifier)
    evidence = files.store(io.BytesIO(b"Xong.\n"), name="kq.txt")
    cases.act(case.pk, "report", by=verifier, note="Xong", files=[evidence])
    (report, accept, _opened) = cases.timeline(case)
    assert [entry.acting_for for entry in (report, accept)] == [office.handler] * 2
    assert refusal(lambda: cases.act(case.pk, "close", by=verifier, note="x")) == (Refused, "cases.second_person")
    assert cases.act(case.pk, "close", by=office.both, note="x").state == "closed"


def test_who_is_acted_for_does_not_check_it_either(office: World) -> None:
    case = office.open()
    people.substitute(
        office.both, office.neighbour, since=dt.date(2026, 9, 1), until=dt.date(2026, 9, 30), actor=audit.SYSTEM
    )
    neighbour = people.Person.objects.get(pk=office.neighbour.pk)
    cases.act(case.pk, "accept", by=neighbour)
    evidence = files.store(io.BytesIO(b"Xong.\n"), name="kq.txt")
    cases.act(case.pk, "report", by=neighbour, note="Xong", files=[evidence])
    assert refusal(lambda: cases.act(case.pk, "close", by=office.both, note="x")) == (Refused, "cases.second_person")
    assert [act.code for act in cases.acts_for(cases.get(case.pk, office.both), office.both)] == ["withdraw"]
    assert cases.act(case.pk, "close", by=office.verifier, note="x").state == "closed"
