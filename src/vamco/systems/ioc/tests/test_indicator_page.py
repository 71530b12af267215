"""The page of one indicator, the way from a value to its rows, and the map."""

from __future__ import annotations

import datetime as dt
import html
import json
import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import translation

from vamco.kernel.world.places.models import MapLayer
from vamco.systems.indicators import public as indicators
from vamco.systems.indicators.public import wording
from vamco.systems.indicators.tests.made import (
    BUILDINGS,
    FINANCE,
    NORTH,
    ROADS,
    SOUTH,
    redefine,
    settle,
    values,
)
from vamco.systems.ioc.pages import figures, indicator_page, place_map
from vamco.systems.ioc.pages.indicator_page import Where
from vamco.systems.warnings import public as warnings
from vamco.systems.warnings.models import Alarm
from vamco.systems.warnings.services import judging
from vamco.systems.warnings.tests import made

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from django.test import Client

    from vamco.kernel.world.people.models import Person
    from vamco.systems.indicators.tests.made import Clock, Departments

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 3, 10)
NEW_YEAR = dt.date(2026, 1, 1)
CODES = ["DTC01", "NS02", "HCC07", "HCC08", "DTC02", "NS01", "DN01", "HCC10", "GT01", "GT02"]


@pytest.fixture(autouse=True)
def _clock(clock: Clock) -> Iterator[None]:
    clock.set(DAY)
    with translation.override("vi"):
        yield


def text(answer: Any) -> str:
    return html.unescape(answer.content.decode())


@pytest.fixture
def paid(departments: Departments) -> None:
    """25 % of the roads' plan in the north and 10 % of the buildings' in the south on 9 March; the path stands near 4."""
    departments.payments((dt.date(2026, 3, 2), ROADS, NORTH, 250), (dt.date(2026, 3, 9), BUILDINGS, SOUTH, 100))
    departments.plans((NEW_YEAR, ROADS, NORTH, 1000), (NEW_YEAR, BUILDINGS, SOUTH, 1000))
    settle("DTC01")


def rows(page: str, caption: str) -> list[list[str]]:
    """The cells of a table, without markup."""
    table = next(part for part in re.findall(r"<table.*?</table>", page, re.DOTALL) if caption in part)
    body = table.split("<tbody", 1)[1]
    return [
        [
            " ".join(re.sub(r"<[^>]+>", " ", cell).split())
            for cell in re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", row, re.DOTALL)
        ]
        for row in re.findall(r"<tr.*?</tr>", body, re.DOTALL)
    ]


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("code", CODES)
def test_every_indicator_has_a_page_before_its_first_value(
    office: Person, reader: Callable[..., Client], code: str, language: str
) -> None:
    page = text(reader(office, language=language).get(f"/indicators/{code}"))
    of = indicators.definition(code)
    assert (of.name_en if language == "en" else of.name) in page
    assert ("No value yet" in page) is (language == "en")


def test_the_page_shows_value_chart_map_and_ranking(paid: None, office: Person, reader: Callable[..., Client]) -> None:
    page = text(reader(office).get("/indicators/DTC01"))
    assert "9 Mar 2026: 17.5%, 13.6 points ahead of the path." in page
    ranking = rows(page, "By agency, 9 Mar 2026")
    assert [row[1] for row in ranking] == ["10.0", "25.0"]
    assert [BUILDINGS in page, ROADS in page] == [True, True]
    assert "9 Mar 2026, 2 communes and wards with data." in page
    assert "Schematic" in page or "schematic" in page
    points = rows(page, "Target path 2026")
    assert len(points) == 8
    assert points[1][:3] == ["5 Mar 2026", "3.4%", "published"]


@pytest.mark.parametrize(
    ("query", "name", "figure"),
    [
        ("?place=25459", "Phường Tân Ninh", "25.0"),
        (f"?agency={BUILDINGS}", "dân dụng", "10.0"),
        ("?place=25480", "Bình Minh", ""),
    ],
)
def test_the_page_narrows_to_a_commune_or_an_agency(
    paid: None, office: Person, reader: Callable[..., Client], query: str, name: str, figure: str
) -> None:
    page = text(reader(office).get(f"/indicators/DTC01{query}"))
    assert name in page
    assert f">{figure}<" in page if figure else "No value yet" in page
    assert "By agency" not in page
    assert "communes and wards with data" not in page


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/indicators/XX99", 404),
        ("/indicators/DTC01?place=99999", 404),
        ("/indicators/DTC01?agency=H53.NOBODY", 404),
        ("/indicators/DTC01?place=" + "9" * 5000, 404),
        ("/indicators/DTC01?place=%00", 409),
        ("/values/0", 404),
        ("/values/9223372036854775807", 404),
        ("/values/x", 404),
    ],
)
def test_what_is_not_there_is_told(office: Person, reader: Callable[..., Client], address: str, status: int) -> None:
    answer = reader(office).get(address)
    assert answer.status_code == status
    assert "<h1" in text(answer)


def test_the_card_is_as_red_as_on_the_board_whoever_looks(office: Person, reader: Callable[..., Client]) -> None:
    values("HCC08", 70, 70, 70, until=DAY)
    values("HCC08", 30, 30, 30, until=DAY, agency=FINANCE)
    judging.judge("HCC08")
    of = indicators.definition("HCC08")
    commune = made.person("commune_official", "H53.25708", "Lâm")
    warnings.dismiss(Alarm.objects.get(subject="").pk, by=office, note="Đã biết.")

    for who in (office, commune):
        tones = [
            indicator_page.context(of, where, who)["card"].tone.value
            for where in (Where(), Where(agency=FINANCE, name="Sở"), Where(agency=ROADS, name="Ban"))
        ]
        assert tones == ["warning", "watch", "none"]
    assert rows(text(reader(office).get("/indicators/HCC08")), "Open alarms")[0][2] == "30"
    assert "Open alarms" not in text(reader(commune).get("/indicators/HCC08"))


def test_only_open_directives_are_counted_and_linked(
    office: Person, clock: Clock, reader: Callable[..., Client]
) -> None:
    from vamco.kernel.work.cases import public as cases
    from vamco.kernel.world.agencies import public as agencies

    for agency in (FINANCE, ROADS):
        values("HCC08", 30, 30, 30, until=DAY, agency=agency)
    values("HCC08", 0, until=DAY)
    judging.judge("HCC08")
    of = indicators.definition("HCC08")
    alarm = Alarm.objects.get(subject=FINANCE).pk
    warnings.confirm(alarm, by=office)
    case = warnings.issue_directive(
        alarm, agency=agencies.get(FINANCE), due_on=DAY + dt.timedelta(days=7), text="Làm.", by=office
    )

    def count(**where: str) -> int:
        return int(indicator_page.context(of, Where(**where), office)["card"].directives)

    assert [count(), count(agency=FINANCE), count(agency=ROADS)] == [1, 1, 0]
    assert f"NV-{case.pk}" in text(reader(office).get("/indicators/HCC08"))
    cases.act(case.pk, "withdraw", by=office, note="Giao nhầm.")
    assert [count(), count(agency=FINANCE)] == [0, 0]
    assert f"NV-{case.pk}" not in text(reader(office).get("/indicators/HCC08"))


def test_monthly_values_are_drawn_by_month_with_the_year_before(office: Person, reader: Callable[..., Client]) -> None:
    redefine("HCC10", history_from="2025-01-01")
    of = indicators.definition("HCC10")
    views = indicators.series(of)
    assert views == []
    chart_days = indicator_page._chart_days(of, dt.date(2028, 2, 29))
    assert [day.isoformat() for day in chart_days[:3]] == ["2028-01-31", "2028-02-29", "2028-03-31"]
    assert len(chart_days) == 12
    daily = indicator_page._chart_days(indicators.definition("GT01"), DAY)
    assert (daily[0], DAY in daily, daily[-1]) == (NEW_YEAR, True, dt.date(2026, 12, 31))


def test_money_is_drawn_in_bn_dong(clock: Clock) -> None:
    values("NS01", *[3_000_000_000] * 69, until=DAY)
    values_then = indicators.series(indicators.definition("NS01"))
    chart = indicator_page.chart(indicators.definition("NS01"), Where(), values_then)
    assert {value for value in chart.series[0].values if value is not None} == {3.0}
    assert (chart.unit, chart.decimals, len(chart.series), chart.from_zero) == ("tỷ đồng", 1, 1, True)
    assert chart.message == "10/03/2026: 3,0 tỷ đồng."


# ── words ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("unit", "direction", "gap", "said"),
    [
        ("percent", "up", "-3.14", "3.1 points behind the path"),
        ("percent", "up", "3.14", "3.1 points ahead of the path"),
        ("percent", "up", "0.04", "on the path"),
        ("percent", "up", "-0.05", "0.1 points behind the path"),
        ("dong", "up", "-1500000000", "1.5 bn dong behind the path"),
        ("dong", "up", "1000", "on the path"),
        ("count", "down", "-3", "3.0 above the path"),
        ("count", "down", "3", "3.0 below the path"),
        ("percent", "up", None, "–"),
    ],
)
def test_a_gap_in_words(unit: str, direction: str, gap: str | None, said: str) -> None:
    redefine("DTC01", unit=unit, direction=direction)
    with translation.override("en"):
        assert wording.gap(indicators.definition("DTC01"), None if gap is None else Decimal(gap)) == said


def test_a_value_in_words() -> None:
    of = {code: indicators.definition(code) for code in ("DTC01", "NS01", "GT01")}
    with translation.override("vi"):
        assert wording.with_unit(of["DTC01"], Decimal("64.56")) == "64,6%"
        assert wording.with_unit(of["NS01"], Decimal(1_234_500_000_000)) == "1.234,5 tỷ đồng"
        assert wording.with_unit(of["GT01"], Decimal(1234)) == "1.234"
        assert wording.with_unit(of["GT01"], None) == "chưa có số liệu"
        assert figures.age(DAY, DAY) == "hôm nay"
        assert figures.age(DAY - dt.timedelta(days=2), DAY) == "2 ngày trước"
    with translation.override("en"):
        assert wording.name(of["GT01"]) == "Traffic accidents, year to date"


@pytest.mark.parametrize(
    ("values_sorted", "bounds"),
    [
        ([5], [5]),
        ([5, 5, 5], [5]),
        ([1, 2], [1, 2]),
        (list(range(10)), [2, 4, 6, 8, 9]),
        (list(range(5)), [1, 2, 3, 4]),
    ],
)
def test_communes_fall_into_at_most_five_classes_that_hold_all(values_sorted: list[int], bounds: list[int]) -> None:
    found = place_map.fifths([Decimal(value) for value in values_sorted])
    assert found == [Decimal(bound) for bound in bounds]


# ── lineage ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_value_leads_to_its_files_and_rows(paid: None, office: Person, reader: Callable[..., Client]) -> None:
    of = indicators.definition("DTC01")
    value = indicators.recent(of, agency=BUILDINGS)[-1]
    page = text(reader(office).get(f"/values/{value.id}"))
    runs = {s.dataset: s.run for s in indicators.lineage(value.id).sources}
    assert "10.0% · 9 Mar 2026" in page
    assert f'href="/desk/runs/{runs["kb_giaingan"]}?row=2"' in page
    assert f'href="/desk/runs/{runs["stc_khv"]}?row=2"' in page
    assert "2 rows make this value; the newest 2 are shown." in page
    assert "kb_giaingan.csv, row 2" in page
    assert "All rows passed" in page
    assert "What was known of this period" not in page


def test_runs_are_links_only_for_those_who_may_open_them(paid: None, reader: Callable[..., Client]) -> None:
    value = indicators.recent(indicators.definition("DTC01"), agency=BUILDINGS)[-1]
    runs = {s.dataset: s.run for s in indicators.lineage(value.id).sources}
    treasury, finance = f'href="/desk/runs/{runs["kb_giaingan"]}', f'href="/desk/runs/{runs["stc_khv"]}'
    # Who has no reach on runs sees no row; the owner of the plan opens that one only, and its rows.
    for role, agency, links, outside in (
        ("commune_official", "H53.25459", (False, False), 2),
        ("data_owner", "H53.04", (False, True), 1),
    ):
        page = text(reader(made.person(role, agency, role)).get(f"/values/{value.id}"))
        assert (treasury in page, finance in page) == links
        assert "kb_giaingan.csv, row 2" not in page
        assert ("stc_khv.csv, row 2" in page) is links[1]
        assert f"{outside} row{'s lie' if outside > 1 else ' lies'} outside your reach" in page
        assert ("2 rows make this value; the newest 1 are shown." in page) is links[1]
        assert ("2 rows make this value. 2 rows lie" in page) is not links[1]
        assert "10.0% · 9 Mar 2026" in page
    page = text(reader(made.person("leader", "H53", "Lãnh Đạo")).get(f"/values/{value.id}"))
    assert treasury in page
    assert finance in page
    assert "kb_giaingan.csv, row 2" in page
    assert "outside your reach" not in page


def test_a_revised_value_shows_what_was_known(
    departments: Departments, clock: Clock, office: Person, reader: Callable[..., Client]
) -> None:
    departments.accidents((DAY, NORTH, 2))
    settle("GT02")
    old = indicators.recent(indicators.definition("GT02"))[-1]
    clock.set(DAY, 9)
    departments.accidents((DAY, NORTH, 3))
    settle("GT02")
    new = indicators.recent(indicators.definition("GT02"))[-1]

    browser = reader(office)
    for shown, other in ((old, new), (new, old)):
        page = text(browser.get(f"/values/{shown.id}"))
        table = rows(page, "What was known of this period")
        assert [row[0] for row in table] == ["3", "2"]
        assert table[0][2] == "now"
        assert f'href="/values/{other.id}"' in page
        assert f'href="/values/{shown.id}"' not in page


def test_a_value_of_no_rows_says_so(
    departments: Departments, clock: Clock, office: Person, reader: Callable[..., Client]
) -> None:
    departments.accidents((dt.date(2026, 3, 1), NORTH, 0), (dt.date(2026, 3, 9), SOUTH, 1))
    settle("GT02")
    value = indicators.series(indicators.definition("GT02"), place=SOUTH)[0]
    page = text(reader(office).get(f"/values/{value.id}"))
    assert value.value == 0
    assert "The value rests on the absence of rows in this period." in page
    assert "25708" in page or "Trảng Bàng" in page


# ── map ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_browsers_keep_the_map_until_it_changes(office: Person, reader: Callable[..., Client]) -> None:
    browser = reader(office)
    first = browser.get("/map/communes.geojson")
    assert len(json.loads(first.content)["features"]) == 96
    again = browser.get("/map/communes.geojson", headers={"if-none-match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert browser.get("/map/communes.geojson", headers={"if-none-match": '"0"'}).status_code == 200
    MapLayer.objects.all().delete()
    assert browser.get("/map/communes.geojson").status_code == 404


def test_without_a_map_the_page_does_without(paid: None, office: Person, reader: Callable[..., Client]) -> None:
    MapLayer.objects.all().delete()
    page = text(reader(office).get("/indicators/DTC01"))
    assert "communes and wards with data" not in page
    assert "By agency, 9 Mar 2026" in page


# ── parts of the page ────────────────────────────────────────────────────────────────────────────────────────────────


def test_long_lists_are_folded_and_say_how_long_they_are(
    paid: None, office: Person, reader: Callable[..., Client]
) -> None:
    page = text(reader(office).get("/indicators/DTC01"))
    folded = re.findall(r'<details class="part"><summary>.*?<h2>(.*?)</h2>', page, re.DOTALL)
    assert folded == [
        "By agency, 9 Mar 2026 (2)",
        "Why the parts do not add up to the whole",
        "Target path 2026, by points; a monotone curve runs between them (8)",
    ]
    assert '<details class="part" open' not in page


def test_open_alarms_are_folded_and_lead_to_directives_for_those_who_may(
    office: Person, finance: Person, reader: Callable[..., Client]
) -> None:
    for agency in (FINANCE, ROADS):
        values("HCC08", 30, 30, 30, until=DAY, agency=agency)
    values("HCC08", 0, until=DAY)
    judging.judge("HCC08")
    page = text(reader(office).get("/indicators/HCC08"))
    assert "<h2>Open alarms (2)</h2>" in page
    assert '<div id="alarms">' in page  # where links to a fragment lead, inside, so that the fold opens
    assert 'href="/desk/directives/new/HCC08"' in page
    assert "/desk/directives/new/" not in text(reader(finance).get("/indicators/HCC08"))
    for alarm in Alarm.objects.all():
        warnings.dismiss(alarm.pk, by=office, note="Đã biết.")
    assert "/desk/directives/new/" not in text(reader(office).get("/indicators/HCC08"))


def test_the_map_is_classed_around_the_path_and_its_list_says_the_same(
    office: Person, reader: Callable[..., Client]
) -> None:
    redefine("DTC01", target={"value": 80, "kind": "proposed", "source": "x"})
    for place, value in (("25459", 60), ("25480", 68), ("25486", 73), ("25489", 80), ("25498", 89)):
        values("DTC01", value, until=DAY, place=place)
    with translation.override("en"):
        layer = place_map.draw(indicators.definition("DTC01"))
    assert layer is not None
    assert [(group.key, str(group.label), group.count) for group in layer.classes] == [
        ("urgent", "Below the target: below 65.0%", 1),
        ("warning", "Below the target: 65.0 to 70.0%", 1),
        ("watch", "Below the target: 70.0 to 75.0%", 1),
        ("step-2", "Near the target: 75.0 to 85.0%", 1),
        ("step-4", "Over the target: above 85.0%", 1),
        ("none", "no data", 91),
    ]
    assert [next(area.group for area in layer.areas if area.code == code) for code in ("25459", "25489", "25498")] == [
        "urgent",
        "step-2",
        "step-4",
    ]
    page = text(reader(office).get("/indicators/DTC01"))
    assert "Target: 80.0%; the classes lie around it." in page
    row = next(cells for cells in rows(page, "Commune, ward") if "Tân Ninh" in cells[0])
    assert row[2] == "Below the target: below 65.0%"


def test_a_class_where_no_value_can_be_is_left_out(office: Person) -> None:
    redefine("DTC01", target={"value": 8, "kind": "proposed", "source": "x"})
    values("DTC01", 2, until=DAY, place="25459")
    layer = place_map.draw(indicators.definition("DTC01"))
    assert layer is not None
    assert [(group.key, str(group.label)) for group in layer.classes][:2] == [
        ("watch", "Chưa đạt mục tiêu: dưới 3,0%"),
        ("step-2", "Sát mục tiêu: 3,0 đến 13,0%"),
    ]
    assert [group.key for group in layer.classes][2:] == ["step-4", "none"]


def test_a_limit_has_within_and_above(clock: Clock) -> None:
    for place, amount in (("25459", 0), ("25480", 7), ("25486", 30), ("25489", 70)):
        values("HCC08", amount, until=DAY, place=place)
    layer = place_map.draw(indicators.definition("HCC08"))
    assert layer is not None
    assert [(str(group.label), group.count) for group in layer.classes] == [
        ("Vượt mức cho phép: trên 60", 1),
        ("Vượt mức cho phép: 20 đến 60", 1),
        ("Vượt nhẹ: 0 đến 20", 1),
        ("Trong mức cho phép: không quá 0", 1),
        ("chưa có số liệu", 92),
    ]


def test_rows_without_a_commune_are_counted_and_said(clock: Clock, office: Person) -> None:
    of = indicators.definition("HCC08")
    (whole,) = values("HCC08", 12, until=DAY)
    for place, rows_of in (("25459", 5), ("25480", 4)):
        (part,) = values("HCC08", rows_of, until=DAY, place=place)
        part.rows = rows_of
        part.save()
    whole.rows = 12
    whole.save()
    with translation.override("vi"):
        said = indicator_page.context(of, Where(), office)["differences"]
    assert said == [
        "3 trong 12 dòng số liệu của toàn tỉnh không ghi xã, phường ở cột “Xã, phường”: các dòng này chỉ tính vào giá trị toàn tỉnh."
    ]
    part.rows = 7
    part.save()
    assert indicator_page.context(of, Where(), office)["differences"] == []  # they add up


def test_a_place_and_its_committee_say_why_they_differ(clock: Clock, office: Person) -> None:
    of, ward = indicators.definition("HCC08"), "H53.25708"
    values("HCC08", 20, until=DAY, place="25708")
    with translation.override("vi"):
        before = indicator_page.context(of, Where.read("25708", ""), office)["differences"]
        values("HCC08", 18, until=DAY, agency=ward)
        as_place = indicator_page.context(of, Where.read("25708", ""), office)["differences"]
        as_agency = indicator_page.context(of, Where.read("", ward), office)["differences"]
    joined = "Trước ngày 01/07/2025, số liệu gồm cả Phường Trảng Bàng, Phường An Hòa."
    assert before == [joined]  # only one of both is known
    assert [each for each in as_place if each != joined] == as_agency == [
        "Phường Trảng Bàng (theo địa bàn): 20, 1 dòng số liệu. Ủy ban nhân dân phường Trảng Bàng (theo cơ quan): 18, 1 dòng số liệu.",
        "Theo địa bàn tính các dòng ghi địa bàn đó ở cột “Xã, phường”, của mọi cơ quan; theo cơ quan tính các dòng ghi cơ quan đó ở cột “Cơ quan giải quyết”, ở mọi địa bàn.",
    ]  # fmt: skip
