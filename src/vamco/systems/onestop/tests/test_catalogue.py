"""The catalogue as the pack gives it: versions, what ended, what changed, and its pages."""

from __future__ import annotations

import datetime as dt
import html
import re
from typing import TYPE_CHECKING, Any

import pytest
from pydantic import ValidationError

from vamco.kernel.record.search import public as search
from vamco.lib.errors import Missing
from vamco.systems.onestop import pack, public, queries
from vamco.systems.onestop.declaration import FeeRule, LegalBasis, ProcedureItem, ProcessingTime, Told
from vamco.systems.onestop.rules import reading

if TYPE_CHECKING:
    from django.test import Client

pytestmark = pytest.mark.django_db
BIRTH = "1.001193"
TODAY = dt.date(2026, 11, 30)


@pytest.fixture(autouse=True)
def _day(settings: Any) -> None:
    settings.VAMCO_TODAY = TODAY


def page(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, address
    return html.unescape(answer.content.decode())


def birth(**changes: Any) -> ProcedureItem:
    return public.procedure(BIRTH).item.model_copy(update=changes)


# ── rules ──


def test_articles_stand_only_where_they_were_read() -> None:
    with pytest.raises(ValidationError, match="articles stand only where the document was read"):
        LegalBasis(document="NĐ 123/2015/NĐ-CP", articles="Đ. 15", certainty="background")


@pytest.mark.parametrize(
    ("time", "said"),
    [
        (ProcessingTime(unit="same_day", cutoff="15:00"), {"cutoff": "15:00"}),
        (ProcessingTime(unit="working_day", most=3), {"least": None, "most": 3}),
        (ProcessingTime(unit="day", least=7, most=20), {"least": 7, "most": 20}),
        (ProcessingTime(unit="by_plan"), {}),
        (ProcessingTime(unit="unknown"), {}),
    ],
)
def test_time_in_words(time: ProcessingTime, said: dict[str, Any]) -> None:
    message, data = reading.time(time)
    assert data == said
    assert set(re.findall(r"%\((\w+)\)s", message)) <= set(data)


@pytest.mark.parametrize(
    "wrong", [{"unit": "working_day"}, {"unit": "unknown", "most": 3}, {"unit": "day", "least": 5, "most": 5}]
)
def test_a_time_is_whole(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        ProcessingTime(**wrong)


def test_a_fee_that_nobody_knows_is_not_free() -> None:
    assert reading.fee(FeeRule(amount=None))[0] != reading.fee(FeeRule(amount=0))[0]
    assert reading.fee(FeeRule(amount=0, upto=15000)) == ("%(amount)s to %(upto)s", {"amount": 0, "upto": 15000})


def test_the_version_of_a_day() -> None:
    items = [birth(valid_from=dt.date(2025, 7, 1)), birth(valid_from=dt.date(2027, 3, 1))]
    assert reading.version_on(items, dt.date(2027, 2, 28)) == 0
    assert reading.version_on(items, dt.date(2027, 3, 1)) == 1
    assert reading.version_on(items, dt.date(2020, 1, 1)) == 0


def test_the_law_of_a_day() -> None:
    field = queries.fields()["civil_status"].legal_basis
    names = [each.document for each in reading.in_force(field, dt.date(2027, 2, 28))]
    assert names == ["Luật Hộ tịch 60/2014/QH13", "NĐ 123/2015/NĐ-CP"]
    assert "Luật Hộ tịch 60/2014/QH13" not in [each.document for each in reading.in_force(field, dt.date(2027, 3, 1))]
    assert [each.document for each in reading.coming(field, TODAY)] == ["Luật Hộ tịch 03/2026/QH16"]


# ── the pack ──


def test_the_pack_has_the_catalogue_of_the_reference() -> None:
    found = public.procedures()
    assert len(found) >= 70
    events = public.life_events()
    assert len(events) >= 10
    assert all(event.procedures for event in events)
    assert not [each.item.code for each in found for basis in each.item.legal_basis if basis.articles]
    assert len([each for each in found if each.item.route == "provincial"]) >= 3


def test_a_new_version_stands_beside_the_old_one() -> None:
    before = len(public.versions(BIRTH))
    later = birth(time=ProcessingTime(unit="working_day", most=1), valid_from=dt.date(2027, 3, 1))
    queries.PROCEDURES.put(BIRTH, later)
    every = public.versions(BIRTH)
    assert len(every) == before + 1
    assert public.procedure(BIRTH).item.time.unit == "same_day"
    assert public.procedure(BIRTH, dt.date(2027, 3, 1)).item.time.unit == "working_day"
    assert reading.changed(every[-2].item, every[-1].item) == ["time", "valid_from"]


def test_what_leaves_the_pack_has_ended_and_is_found_no_more(client: Client) -> None:
    pack._end_procedures([BIRTH])
    assert BIRTH not in {each.item.code for each in public.procedures()}
    assert BIRTH not in {hit.code for hit in public.search("làm giấy khai sinh cho con").hits}
    assert "This procedure ended on" in page(client, f"/procedures/{BIRTH}")
    with pytest.raises(Missing):
        public.procedure("9.999999")


# ── pages ──


@pytest.fixture(autouse=True)
def _english(client: Client, settings: Any) -> None:
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"


def test_the_list_by_life_event_field_and_office(client: Client) -> None:
    assert "Birth of a child" in page(client, "/procedures")
    assert "Civil status" in page(client, "/procedures?by=field")
    assert "Provincial police" in page(client, "/procedures?by=office")
    assert "Birth of a child" in page(client, "/procedures?by=<script>")


def test_words_find_procedures(client: Client) -> None:
    found = page(client, "/procedures?q=lam+giay+khai+sinh+cho+con")
    assert f'href="/procedures/{BIRTH}"' in found
    assert "Nothing fits these words" in page(client, "/procedures?q=phim+hay+hom+nay")
    assert "Marriage registration" not in page(client, "/procedures?q=lam+giay+khai+sinh&field=residence")


def test_a_procedure_says_what_it_needs_and_what_nobody_has_compared(client: Client) -> None:
    found = page(client, f"/procedures/{BIRTH}?commune=25708")
    for expected in (
        "Birth registration declaration",
        "On the same day; what comes after 15:00",
        "People's Committee of Trang Bang Ward",
        "Not yet compared with the decision",
        "ma_thu_tuc=1.001193",
        "not compared with the original",
    ):
        assert expected in found, expected
    assert 'type="checkbox"' in found
    assert "25708" not in page(client, f"/procedures/{BIRTH}?commune=khong-co").split("<select", 1)[0]


def test_a_procedure_without_a_national_code_has_no_deep_link(client: Client) -> None:
    found = page(client, "/procedures/0.000001")
    assert "National code not known yet" in found
    assert "ma_thu_tuc" not in found


def test_a_new_version_says_what_it_changes(client: Client) -> None:
    text = Told(vi="Một ngày làm việc.", en="One working day.")
    queries.PROCEDURES.put(
        BIRTH, birth(time=ProcessingTime(unit="working_day", most=1, note=text), valid_from=dt.date(2027, 3, 1))
    )
    found = page(client, f"/procedures/{BIRTH}")
    assert re.search(r"From [^<]*2027 a new version holds", found)
    assert "<del>On the same day" in found
    assert "<ins>At most 1 working day. One working day." in found


def test_the_sheet_and_the_code(client: Client) -> None:
    sheet = page(client, f"/procedures/{BIRTH}/print")
    assert "<svg" in sheet
    assert f"http://testserver/procedures/{BIRTH}" in sheet
    answer = client.get(f"/procedures/{BIRTH}/qr.svg")
    assert answer.headers["Content-Type"] == "image/svg+xml"
    assert b"<svg" in answer.content
    assert client.get("/procedures/9.999999").status_code == 404
    assert client.get("/life/khong-co").status_code == 404


def test_a_visitor_finds_procedures_by_the_platforms_own_search() -> None:
    search.reindex(queries.PROCEDURE)
    search.reindex(queries.LIFE_EVENT)
    found = search.search(None, "giay khai sinh", order="ranked", kinds=[queries.PROCEDURE])
    assert BIRTH in {hit.id for hit in found.hits}
    assert search.search(None, "Công an", kinds=["agencies.agency"]).hits == ()


def test_a_page_asks_little_of_the_database(client: Client, django_assert_max_num_queries: Any) -> None:
    page(client, f"/procedures/{BIRTH}")
    with django_assert_max_num_queries(20):
        page(client, f"/procedures/{BIRTH}")
