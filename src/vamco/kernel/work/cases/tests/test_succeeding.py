"""An agency ends, and another takes over: what it had to do goes on there."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from vamco.kernel.base.audit import public as audit
from vamco.kernel.work.cases import jobs
from vamco.kernel.work.cases import public as cases
from vamco.kernel.work.cases.services import ledger, succeeding
from vamco.kernel.work.cases.tests.conftest import World, official, request, set_clock
from vamco.kernel.work.cases.tests.test_cases import refusal
from vamco.kernel.work.cases.tests.test_work import at, waits_for
from vamco.kernel.world.agencies import jobs as agencies_jobs
from vamco.kernel.world.agencies import public as agencies
from vamco.kernel.world.agencies import services
from vamco.kernel.world.agencies.declaration import AgencyItem
from vamco.kernel.world.agencies.pack import SuccessionItem
from vamco.kernel.world.people import public as people
from vamco.lib.errors import Forbidden, Missing, Refused

if TYPE_CHECKING:
    from vamco.kernel.world.people.models import Person

DAY = dt.date(2026, 9, 14)  # a Monday, a week after the clock of the tests


def end(code: str, *heirs: str, kind: str = "merged") -> None:
    agency = agencies.on(code, DAY)
    row = {
        "code": code,
        "name": agency.name,
        "name_en": agency.name_en,
        "kind": agency.kind,
        "parent": agency.parent,
        "place": agency.place,
        "valid_from": agency.valid_from,
        "valid_to": DAY - dt.timedelta(days=1),
    }
    services.put([AgencyItem.model_validate(row)])
    services.put_successions(
        [SuccessionItem(predecessor=code, successor=heir, on=DAY, kind=kind, source="made") for heir in heirs]  # type: ignore[arg-type]
    )


def on_the_day(monkeypatch: pytest.MonkeyPatch) -> None:
    set_clock(monkeypatch, at(9, 14, 9))
    agencies_jobs.turn()


@pytest.fixture
def heir(office: World) -> Person:
    """Somebody of the agency that takes over from the one that handles."""
    return official("Đỗ Nối", ("department_official", "H53.09"))


def test_open_cases_go_on_with_who_took_over(office: World, heir: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    case, ended = request(office), request(office)
    cases.act(case.pk, "begin", by=office.handler)
    cases.act(ended.pk, "refuse", by=office.handler, note="Không thuộc thẩm quyền")
    end("H53.04", "H53.09")
    assert succeeding.follow() == 0, "the day has not come"
    on_the_day(monkeypatch)
    assert refusal(lambda: cases.act(case.pk, "finish", by=office.handler)) == (Forbidden, "cases.not_allowed")
    before = cases.Case.objects.get(pk=case.pk)
    jobs.succeed()
    assert succeeding.follow() == 0, "once"
    after = cases.Case.objects.get(pk=case.pk)
    assert (after.agency.code, after.holder.code, after.issuer_id) == ("H53.09", "H53.09", before.issuer_id)  # type: ignore[union-attr]
    assert (after.due_at, after.step_due_at, after.escalate_at) == (
        before.due_at,
        before.step_due_at,
        before.escalate_at,
    )
    last = cases.timeline(after)[0]
    assert (last.act, last.by, last.agency.code, last.other) == ("succeed", None, "H53.09", "agency:H53.04")
    assert waits_for(heir) == [[case.pk]]
    assert refusal(lambda: cases.act(case.pk, "finish", by=heir, seen=before.seq)) == (Refused, "cases.changed")
    assert cases.act(case.pk, "finish", by=heir, seen=after.seq).state == "signed"
    assert cases.Case.objects.get(pk=ended.pk).agency.code == "H53.04", "what has ended stays with who ended it"
    assert cases.get(ended.pk, heir).pk == ended.pk, "and can be read by who took over"
    assert audit.verify() == {}


def test_who_went_along_keeps_what_they_had_in_hand(office: World, monkeypatch: pytest.MonkeyPatch) -> None:
    kept, lost = request(office), request(office)
    leaver = official("Trịnh Nghỉ", ("department_official", "H53.04"))
    cases.claim(kept.pk, by=office.handler)
    cases.claim(lost.pk, by=leaver)
    people.appoint(office.handler, agencies.get("H53.09"), "department_official", since=dt.date(2026, 9, 1))
    end("H53.04", "H53.09")
    on_the_day(monkeypatch)
    assert succeeding.follow() == 2
    assert [cases.Case.objects.get(pk=case.pk).taken_by for case in (kept, lost)] == [office.handler, None]


def test_who_asked_and_who_was_asked_to_take_it_are_followed_too(
    office: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = request(office)
    cases.act(case.pk, "transfer", by=office.handler, note="Thuộc Công an", agency=agencies.get("H53.09"))
    end("H53.09", "H53.04")
    end(case.issuer.code, "H53.05")
    on_the_day(monkeypatch)
    assert succeeding.follow() == 1
    case = cases.Case.objects.get(pk=case.pk)
    assert (case.agency.code, case.handed_to, case.issuer.code) == ("H53.04", None, "H53.05")
    lines = [(entry.agency.code, entry.other) for entry in cases.timeline(case) if entry.act == "succeed"]
    assert sorted(lines) == [("H53.04", "agency:H53.09"), ("H53.05", "agency:H53.01")]


def test_one_case_keeps_no_other_from_it_and_no_calendar_is_needed(
    office: World, monkeypatch: pytest.MonkeyPatch, heir: Person
) -> None:
    first, second = request(office), request(office)
    end("H53.04", "H53.09")
    set_clock(monkeypatch, at(12, 31, 16).replace(year=2027))  # no calendar is known of the next year
    agencies_jobs.turn()
    held = ledger.held
    monkeypatch.setattr(
        ledger, "held", lambda number: held(2**40) if number == first.pk else held(number)
    )  # as if it could not be read
    assert succeeding.follow() == 1
    monkeypatch.setattr(ledger, "held", held)
    assert succeeding.follow() == 1
    assert waits_for(heir) == [[first.pk, second.pk]]


def test_where_several_took_over_a_person_decides(office: World, heir: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    case = request(office)
    end("H53.04", "H53.09", "H53.05", kind="split")
    on_the_day(monkeypatch)
    assert succeeding.follow() == 0
    assert cases.Case.objects.get(pk=case.pk).agency.code == "H53.04"
    assert refusal(lambda: cases.get(case.pk, heir)) == (Missing, "cases.no_case")
