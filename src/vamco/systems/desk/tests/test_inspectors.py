"""Inspectors read any case within reach and its history, and change nothing."""

from __future__ import annotations

import datetime as dt
import html
from typing import Any

import pytest

from vamco.kernel.base import clock
from vamco.kernel.work.cases import public as cases
from vamco.kernel.world.access import pack as access_pack
from vamco.kernel.world.access.declaration import RoleItem
from vamco.kernel.world.agencies import public as agencies
from vamco.kernel.world.people import public as people
from vamco.kernel.world.people.models import Person
from vamco.lib.errors import Forbidden, Missing
from vamco.systems.desk import services
from vamco.systems.desk.tests import made
from vamco.web import addresses, casework


@pytest.fixture(autouse=True)
def _day(settings: Any) -> None:
    settings.VAMCO_TODAY = made.TODAY


@pytest.fixture
def inspector(db: None) -> Person:
    return made.person("auditor", made.INSPECTION, "Dương Thị Lệ Quyên")


@pytest.fixture
def request_case(db: None) -> cases.Case:
    """A request from Farming to Finance, in which the inspector has no part."""
    asks = made.person("department_official", made.FARMING, "Võ Hoàng Nam")
    return cases.open_case(
        "request",
        key="r",
        title="Cung cấp số liệu giải ngân",
        agency=agencies.get(made.FINANCE),
        issuer=agencies.get(made.FARMING),
        by=asks,
        note="Số liệu quý III.",
    )


@pytest.fixture
def directive(db: None) -> cases.Case:
    office = made.person("office", made.OFFICE, "Trần Quốc Bảo")
    return made.directive(made.alarm(), office, text="Sở Tài chính báo cáo nguyên nhân.")


def text(answer: Any) -> str:
    return html.unescape(answer.content.decode())


def state(case: cases.Case) -> tuple[str, int, int]:
    found = cases.Case.objects.get(pk=case.pk)
    return found.state, found.seq, found.entries.count()


def test_links_lead_only_to_cases_that_the_reader_may_see(
    directive: cases.Case, request_case: cases.Case, django_assert_num_queries: Any
) -> None:
    asked = Person.objects.get(name="Võ Hoàng Nam")
    ids = [directive.pk, None, 0, request_case.pk, directive.pk, 10**9]
    assert casework.links(asked, ids) == {request_case.pk: f"/desk/cases/{request_case.pk}"}
    assert (casework.link(asked, request_case.pk), casework.link(asked, directive.pk), casework.link(asked, None)) == (
        f"/desk/cases/{request_case.pk}", "", "",
    )  # fmt: skip
    with django_assert_num_queries(0):
        assert casework.links(None, ids) == casework.links(asked, [None]) == {}
    with pytest.raises(TypeError, match="case"):
        addresses.reachable("case", asked, directive.pk)


def test_a_case_and_its_history_are_open_and_offer_nothing_to_do(
    inspector: Person, directive: cases.Case, request_case: cases.Case
) -> None:
    reader = made.reader(inspector)
    for case, said in ((directive, "Sở Tài chính báo cáo nguyên nhân."), (request_case, "Số liệu quý III.")):
        page = text(reader.get(f"/desk/cases/{case.pk}"))
        assert said in page
        assert made.vietnamese("What has happened") in page
        assert made.vietnamese("You read this case") in page
        assert "?act=comment" not in page
        assert 'enctype="multipart/form-data"' not in page
        assert "?act=claim" not in page
        assert [act.code for act in cases.acts_for(case, inspector)] == []


@pytest.mark.parametrize("act", ["accept", "report", "close", "withdraw", "claim", "assign", "release", "comment"])
def test_every_act_is_refused_and_nothing_changes(inspector: Person, directive: cases.Case, act: str) -> None:
    before = state(directive)
    sent = {"seen": directive.seq, "note": "Tôi thử.", "person": inspector.pk, "evidence": made.upload()}
    answer = made.reader(inspector).post(f"/desk/cases/{directive.pk}?act={act}", sent)
    assert answer.status_code in {403, 409, 422}
    assert state(directive) == before
    with pytest.raises(Forbidden):
        services.comment(directive.pk, by=inspector, note="Tôi thử.", uploads=[made.upload()])
    assert state(directive) == before


def test_the_interface_reads_and_refuses_alike(inspector: Person, directive: cases.Case) -> None:
    reader = made.reader(inspector)
    assert reader.get(f"/api/v1/cases/{directive.pk}").json()["number"] == cases.number(directive)
    assert reader.post(f"/api/v1/cases/{directive.pk}/comments", {"note": "Tôi thử."}).status_code == 403


def test_evidence_can_be_read(inspector: Person, directive: cases.Case) -> None:
    finance = made.person("department_official", made.FINANCE, "Phạm Văn Đức")
    services.act(directive.pk, "accept", by=finance, seen=1, note="")
    services.act(directive.pk, "report", by=finance, seen=2, note="Xong.", uploads=[made.upload()])
    file = cases.Entry.objects.get(case=directive, act="report").files.get()
    assert b"".join(made.reader(inspector).get(f"/desk/files/{file.pk}")) == made.PDF  # type: ignore[arg-type]


def test_reading_reaches_only_so_far_as_the_role(directive: cases.Case, request_case: cases.Case) -> None:
    """As list and as object: an inspector of one department reads what that department handles or asks for."""
    item = {
        "code": "inside",
        "name": "x",
        "name_en": "x",
        "reach": "subtree",
        "acts": ["cases.read", "desk.view_inbox"],
    }
    access_pack.ROLES.put([RoleItem.model_validate(item)])
    expected = {made.FINANCE: {directive.pk, request_case.pk}, made.FARMING: {request_case.pk}, made.ROADS: set()}
    for agency, seen in expected.items():
        inside = people.add("Thanh tra nội bộ")
        people.appoint(inside, agencies.get(agency), "inside", since=dt.date(2025, 7, 1))
        assert set(cases.visible(inside).values_list("pk", flat=True)) == seen
        reader = made.reader(inside)
        for case in (directive, request_case):
            if case.pk in seen:
                assert cases.get(case.pk, inside).pk == case.pk
            else:
                with pytest.raises(Missing):
                    cases.get(case.pk, inside)
            assert reader.get(f"/desk/cases/{case.pk}").status_code == (200 if case.pk in seen else 404)
        assert not any(cases.takes_part(case, inside) for case in (directive, request_case))
    assert clock.today() == made.TODAY
