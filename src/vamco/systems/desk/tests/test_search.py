"""What the search finds of the whole platform, for whom, and what it says of it."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from vamco.kernel.base import clock
from vamco.kernel.record.documents.models import Issued, TemplateVersion
from vamco.kernel.record.documents.queries import found as documents_found
from vamco.kernel.record.search import public as search
from vamco.kernel.record.search.models import Entry
from vamco.kernel.work.cases import public as cases
from vamco.kernel.world.agencies import public as agencies
from vamco.kernel.world.people import public as people
from vamco.systems.desk import handlers, services
from vamco.systems.desk.queries import SOURCES
from vamco.systems.desk.tests import made
from vamco.vocab.cases import CaseActed

if TYPE_CHECKING:
    from django.test import Client

    from vamco.kernel.world.people.models import Person


@pytest.fixture(autouse=True)
def _day(settings: Any) -> None:
    settings.VAMCO_TODAY = made.TODAY


def index(kind: str) -> None:
    """What a load of the pack has the worker do."""
    source = SOURCES[kind]
    with transaction.atomic():
        search.put(*source.load(list(source.ids())))


def heard(case: cases.Case) -> None:
    """What the worker does after an act."""
    with transaction.atomic():
        handlers.findable(CaseActed(case.pk, "directive", "x", "x", "x"))


def text(answer: Any) -> str:
    return html.unescape(answer.content.decode())


def found(reader: Client, words: str, kind: str = "") -> list[str]:
    """The addresses of the records on the result page."""
    page = reader.get("/find", {"q": words, "kind": kind}).content.decode()
    sections = re.findall(r'(?s)<section aria-labelledby="found-.*?</section>', page)
    return [url for section in sections for url in re.findall(r'<li><a href="([^"]+)"', section)]


@pytest.fixture
def directive(office: Person) -> cases.Case:
    order = "Sở Tài chính " + "rà soát từng dự án chậm giải ngân và báo cáo. " * 6 + "Trường hợp Cầu Rạch Tràm nêu rõ."
    case = made.directive(made.alarm(), office, text=order)
    heard(case)
    return case


@pytest.mark.parametrize("words", ["rà soát từng dự án", "RA SOAT", "Rạch Tràm", "rach tram", "HCC08"])
def test_a_directive_is_found_by_its_whole_text(office: Person, directive: cases.Case, words: str) -> None:
    assert found(made.reader(office), words, "case") == [f"/desk/cases/{directive.pk}"]
    assert found(made.reader(office), f"NV-{directive.pk}") == [f"/desk/cases/{directive.pk}"]


def test_closed_work_is_found_with_its_state_and_agency(office: Person, finance: Person, directive: cases.Case) -> None:
    services.act(directive.pk, "withdraw", by=office, seen=1, note="Nhầm.")
    heard(directive)
    for reader in (made.reader(office, language="en"), made.reader(finance, language="en")):
        page = text(reader.get("/find", {"q": "rach tram"}))
        assert f'<a href="/desk/cases/{directive.pk}">' in page
        assert f"Directive · NV-{directive.pk} · Department of Finance" in page
        assert re.search(r'<span class="badge tone-none">.*?Withdrawn', page)


def test_who_has_no_right_finds_nothing_of_it_and_is_told_no_number(
    farming: Person, operator: Person, auditor: Person, directive: cases.Case
) -> None:
    for person in (farming, operator):
        reader = made.reader(person)
        for kind in ("", "case"):
            answer = text(reader.get("/find", {"q": "rach tram", "kind": kind}))
            assert f"/desk/cases/{directive.pk}" not in answer
            assert "Rạch" not in answer
            assert '<span class="count">1' not in answer
        assert search.search(person, "rach tram").hits == ()
        assert f"{directive.pk}" not in re.findall(
            r"/desk/cases/(\d+)", text(reader.get("/find?part=options&q=rach tram"))
        )
    assert found(made.reader(auditor), "rach tram") == [f"/desk/cases/{directive.pk}"]


def test_the_search_agrees_with_what_may_be_opened(
    office: Person, finance: Person, farming: Person, auditor: Person, operator: Person, directive: cases.Case
) -> None:
    asked = cases.open_case(
        "request",
        key="r",
        title="Cung cấp số liệu rạch tràm",
        agency=agencies.get(made.FINANCE),
        issuer=agencies.get(made.FARMING),
        by=farming,
        note="Quý III.",
    )
    heard(asked)
    commune = made.person("commune_official", made.COMMUNE, "C")
    for person in (office, finance, farming, auditor, operator, commune):
        seen = cases.visible(person).exclude(kind__code="alarm")  # the case in which the alarm waited has other words
        open_to = set(map(str, seen.values_list("pk", flat=True)))
        assert {hit.id for hit in search.search(person, "rach tram", kinds=["case"]).hits} == open_to, person.name


def test_a_case_that_moved_to_another_agency_is_found_there(
    directive: cases.Case, finance: Person, farming: Person
) -> None:
    cases.Case.objects.filter(pk=directive.pk).update(agency=agencies.get(made.FARMING))
    assert found(made.reader(finance), "rach tram") == []  # at once: what may be opened decides
    heard(directive)
    assert found(made.reader(farming), "rach tram") == [f"/desk/cases/{directive.pk}"]
    assert search.search(finance, "rach tram").hits == ()


def test_the_names_before_2025_lead_to_todays_places(finance: Person) -> None:
    index("place")
    reader = made.reader(finance)
    assert found(reader, "tỉnh long an", "place") == found(reader, "TINH LONG AN", "place") == ["/desk/places/80"]
    assert "Tỉnh Long An" in text(reader.get("/find", {"q": "tinh long an"}))
    page = text(reader.get("/desk/places/80"))
    assert "<h1>Tỉnh Tây Ninh</h1>" in page
    assert re.search(rf"{made.vietnamese('Formed from')}</dt><dd>[^<]*Tỉnh Long An", page)
    assert (
        found(reader, "phuong tan ninh", "place")[0] == "/desk/places/25459"
    )  # before what was formed from Phường Ninh Sơn, Xã Tân Bình …
    assert reader.get("/desk/places/00000").status_code == 404


def test_agencies_are_found_by_name_code_and_what_they_took_over(finance: Person) -> None:
    index("agency")
    reader = made.reader(finance)
    address = f"/desk/agencies/{made.FINANCE}"
    assert address in found(reader, "so tai chinh", "agency")
    assert address in found(reader, made.FINANCE, "agency")
    for old in agencies.predecessors(made.FINANCE):
        assert address in found(reader, old.name, "agency")
    page = text(reader.get(address))
    assert f'href="/desk/directives/all/?agency={made.FINANCE}"' in page
    assert reader.get("/desk/agencies/NONE").status_code == 404


def test_indicators_are_found_by_whoever_may_see_them_anywhere(finance: Person) -> None:
    reader = made.reader(finance, language="en")
    assert sorted(found(reader, "giai ngan", "indicator")) == [
        "/indicators/DTC01",
        "/indicators/DTC02",
    ]  # since the load
    assert found(reader, "HCC08", "indicator") == ["/indicators/HCC08"]
    assert "DTC01 · " in text(reader.get("/find", {"q": "DTC01"}))
    nobody = people.add("Q")  # sees no indicators
    assert search.search(nobody, "giai ngan").hits == ()


def test_documents_are_found_by_their_number_in_their_agency(finance: Person, farming: Person) -> None:
    version = TemplateVersion.objects.order_by("pk").first()
    assert version is not None
    row = Issued.objects.create(
        code="ABCD2345EFGH6789",
        template=version,
        agency=agencies.get(made.FINANCE),
        number="15/QĐ-STC",
        issued_on=made.TODAY,
        issued_at=clock.now(),
        revoked_reason="",
    )
    with transaction.atomic():
        search.put(*documents_found([str(row.pk)]))
    assert found(made.reader(finance), "15/qd-stc") == [f"/v/{row.code}"]
    assert made.vietnamese("In force") in text(made.reader(finance).get("/find", {"q": "15/qd-stc"}))
    assert found(made.reader(farming), "15/qd-stc") == []


def test_one_kind_is_leafed_through_and_counts_say_when_there_is_more(office: Person) -> None:
    for agency in agencies.at_work()[:30]:
        heard(made.directive(made.alarm(agency=agency.code), office, text="Lật trang."))
    reader = made.reader(office)
    page = text(reader.get("/find", {"q": "lat trang"}))
    assert '<span class="count">5+</span>' in page
    more = re.search(r'href="(/find\?q=lat\+trang&kind=case)"', page)
    assert more
    first = found(reader, "lat trang", "case")
    assert len(first) == 25
    onwards = re.search(r'href="(/find\?[^"]*after=[^"]+)"', text(reader.get(more[1])))
    assert onwards
    rest = re.findall(r'<li><a href="(/desk/cases/\d+)"', text(reader.get(onwards[1])))
    assert (
        len(set(first) | set(rest))
        == cases.Case.objects.filter(kind__code="directive").count()
        == len(first) + len(rest)
    )


def test_what_was_there_before_is_found_after_a_reindex_and_nothing_is_lost(
    office: Person, directive: cases.Case
) -> None:
    Entry.objects.all().delete()
    assert search.search(office, "rach tram").hits == ()
    assert set(search.refresh()) == set(search.kinds())  # of none anything is found yet
    index("case")
    assert Entry.objects.filter(kind="case").count() == cases.Case.objects.count()
    assert {"agency", "indicator", "place", "document"} <= set(search.refresh())  # no document was ever issued


def test_the_page_costs_few_questions(office: Person, directive: cases.Case) -> None:
    for kind in SOURCES:
        index(kind)
    reader = made.reader(office)
    reader.get("/find", {"q": "tay ninh"})
    with CaptureQueriesContext(connection) as asked:
        reader.get("/find", {"q": "tay ninh"})
    assert len(asked) <= 70, len(asked)
