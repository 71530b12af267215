"""The leaders' board and the wall: today, on a past day, in both languages, and what they cost."""

from __future__ import annotations

import datetime as dt
import html
import re
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client
from django.utils import translation

from vamco.kernel.base import clock as platform_clock
from vamco.kernel.world.agencies import public as agencies
from vamco.lib.errors import Missing
from vamco.lib.time import Period
from vamco.systems.indicators import public as indicators
from vamco.systems.indicators.models import DefinitionVersion, Settlement, Value
from vamco.systems.indicators.tests.made import FINANCE, redefine, values
from vamco.systems.ioc import pack
from vamco.systems.ioc.models import Board
from vamco.systems.ioc.pages import boards
from vamco.systems.warnings import public as warnings
from vamco.systems.warnings.models import Alarm
from vamco.systems.warnings.services import judging
from vamco.systems.warnings.tests import made

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from vamco.kernel.world.people.models import Person
    from vamco.systems.indicators.tests.made import Clock

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 12, 10)
RUNS = "/desk/runs/"
ALL = ["DTC01", "NS02", "HCC07", "HCC08", "DTC02", "NS01", "DN01", "HCC10", "HCC11", "GT01", "GT02"]


@pytest.fixture(autouse=True)
def _clock(clock: Clock) -> Iterator[None]:
    """After the pack was loaded, so that a past day knows its definitions."""
    DefinitionVersion.objects.update(loaded_at=clock.set(DAY - dt.timedelta(days=9)))
    clock.set(DAY)
    with translation.override("vi"):
        yield


def text(answer: Any) -> str:
    return html.unescape(answer.content.decode())


def cards(on: dt.date | None = None) -> dict[str, Any]:
    with translation.override("vi"):  # a request leaves its language behind
        return {card.code: card for card in boards.cards("leaders", on)[1]}


def red(page: str) -> list[str]:
    found = re.search(r'<ol class="red-list">.*?</ol>', page, re.DOTALL)
    return re.findall(r'href="/indicators/(\w+)"', found[0]) if found else []


def judged(code: str, *amounts: int, until: dt.date = DAY, agency: str = "") -> None:
    values(code, *amounts, until=until, agency=agency)
    judging.judge(code)


def test_without_data_all_cards_are_there_and_say_so(office: Person, reader: Callable[..., Client]) -> None:
    found = cards()
    assert list(found) == ALL
    assert {(card.figure, card.tone.value, card.age, card.missing, card.comparisons, card.trend) for card in found.values()} == {
        ("", "none", "", "Đến nay chưa có số liệu", (), ())
    }  # fmt: skip
    page = text(reader(office).get("/board"))
    assert page.count('href="/indicators/') >= len(ALL)


def test_the_first_day_of_a_province_teaches_the_first_step(office: Person, reader: Callable[..., Client]) -> None:
    page = text(reader(office).get("/board"))
    assert "No data yet: connect the first source" in page
    assert "Nothing needs a decision" not in page
    assert "icons.svg#ok" not in page.split('class="steps"')[0]
    assert f'href="{RUNS}"' in page.split('class="steps"')[1]
    commune = made.person("commune_official", "H53.25708", "Lâm")
    page = text(reader(commune).get("/board"))  # who sees no runs is told who does it
    assert "The province’s system administrator connects sources." in page
    assert f'href="{RUNS}"' not in page


def test_a_day_without_data_is_no_quiet_day(clock: Clock, office: Person, reader: Callable[..., Client]) -> None:
    judged("HCC08", 1, 2)
    clock.set(DAY + dt.timedelta(days=1))
    page = text(reader(office).get(f"/board?on={DAY - dt.timedelta(days=1)}"))  # a day before the first value was known
    assert "Nothing can be said of this day" in page
    assert "The first values came at 08:00, 10 Dec 2026." in page
    assert f'href="/board?on={DAY}"' in page
    assert "Nothing needs a decision" not in page
    assert "icons.svg#ok" not in page
    assert "first source" not in page


def test_where_all_data_are_old_the_board_says_which_day_they_end(
    office: Person, reader: Callable[..., Client]
) -> None:
    values("NS01", 5, until=DAY - dt.timedelta(days=5))
    values("GT01", 5, until=DAY - dt.timedelta(days=9))
    page = text(reader(office).get("/board"))
    assert "The newest data are those of 5 Dec 2026." in page
    assert 'href="/board?on=2026-12-05"' in page
    assert "Data end on 1 Dec 2026" in page
    judged("HCC08", 70, 70, 70, until=DAY - dt.timedelta(days=6))  # an alarm ends by better data only
    page = text(reader(office).get("/board"))
    assert red(page) == ["HCC08"]
    assert "No indicator has data for this day, so nothing can be said of it." in page


def test_with_some_data_the_others_are_named(office: Person, reader: Callable[..., Client]) -> None:
    values("NS01", 5_000_000_000, until=DAY)
    values("GT01", 7, until=DAY)
    values("HCC08", 1, until=DAY - dt.timedelta(days=9))
    page = text(reader(office).get("/board"))
    assert "2 of 11 indicators have data for this day; nothing is said of the others." in page
    assert "Nothing needs a decision among the indicators with data" in page
    missing = re.findall(r'<li><a href="/indicators/(\w+)">[^<]+</a>: ([^<]+)</li>', page)
    assert missing == [
        (code, "Data end on 1 Dec 2026" if code == "HCC08" else "No data so far")
        for code in ALL
        if code not in {"NS01", "GT01"}
    ]
    screen = text(reader(office).get("/wall"))
    assert "2 of 10 indicators have data for this day; nothing is said of the others." in screen
    assert "Data of this day: 2 of 10 indicators" in screen
    assert "Data as of this minute" not in screen


def test_with_all_data_the_board_may_be_calm(office: Person, reader: Callable[..., Client]) -> None:
    for code in ALL:
        values(code, 99 if code != "HCC08" else 0, until=DAY)
    page = text(reader(office).get("/board"))
    assert "Nothing needs a decision" in page
    assert "All 11 indicators have data for this day." in page
    assert "Data as of this minute" in text(reader(office).get("/wall"))


def test_a_day_to_come_shows_no_figures(office: Person, reader: Callable[..., Client]) -> None:
    judged("HCC08", 70, 70, 70)
    answer = reader(office).get("/board?on=2027-01-01")
    assert answer.status_code == 200
    assert "This day has not come yet" in text(answer)
    assert "/indicators/" not in text(answer)
    assert 'value="01/01/2027"' in text(answer)


def test_the_red_list_comes_first_and_the_worst_on_top(office: Person, reader: Callable[..., Client]) -> None:
    judged("HCC08", 70, 70, 70)
    judged("GT01", 9)
    judged("DTC01", *[40] * 7)
    judged("NS01", 5_000_000_000)
    judged("HCC08", 70, 70, 70, agency=FINANCE)  # an agency's alarm is not the province's
    page = text(reader(office).get("/board"))
    assert red(page) == ["DTC01", "HCC08"]  # urgent before warning; what is only watched is not red
    assert "43.9 points behind the path" in page
    assert "70 above the limit" in page
    assert "bn dong" in page
    found = cards()
    assert (found["NS01"].figure, found["NS01"].unit, found["NS01"].word) == ("5,0", "tỷ đồng", "Không đặt mục tiêu")
    calm = boards.calm(list(found.values()))
    assert len(calm) == len(ALL) - 2
    assert found["DTC01"].path
    assert len(found["DTC01"].path) == len(found["DTC01"].trend) == 7


def test_old_values_are_stale_and_come_before_the_others(clock: Clock) -> None:
    values("NS01", 5, until=DAY - dt.timedelta(days=5))
    values("GT01", 5, until=DAY - dt.timedelta(days=4))
    found = cards()
    assert [found[code].tone.value for code in ("NS01", "GT01")] == ["stale", "none"]
    assert boards.calm(list(found.values()))[0].code == "NS01"
    assert (found["NS01"].as_of, found["NS01"].age) == (DAY - dt.timedelta(days=5), "5 ngày trước")


def test_a_value_of_nothing_over_nothing_is_no_data() -> None:
    values("DTC01", 3, None, until=DAY)
    card = cards()["DTC01"]
    assert (card.figure, card.tone.value, card.gap, card.trend) == ("", "none", "", (3.0, None))
    assert [str(fact.term) for fact in card.comparisons] == ["Kế hoạch đến hôm nay", "Mục tiêu năm 2026"]
    assert card.missing == "Không tính được từ sau 09/12/2026: chưa có mẫu số hoặc mẫu số bằng 0"


def test_a_past_day_is_shown_as_it_was(clock: Clock, office: Person, reader: Callable[..., Client]) -> None:
    clock.set(DAY)
    judged("HCC08", 70, 70, 70)
    warnings.confirm(Alarm.objects.get().pk, by=office)
    case = warnings.issue_directive(
        Alarm.objects.get().pk, agency=agencies.get(FINANCE), due_on=DAY + dt.timedelta(days=7), text="Làm.", by=office
    )
    then = cards()["HCC08"]
    clock.set(DAY + dt.timedelta(days=1))
    from vamco.kernel.work.cases import public as cases

    cases.act(case.pk, "withdraw", by=office, note="Giao nhầm.")
    redefine("HCC08", target={"value": 100, "kind": "proposed", "source": "thử"}, short_name="Tên mới")
    judged("HCC08", 70, 70, 70, 10, until=clock.at.date())

    now, past = cards()["HCC08"], cards(DAY)["HCC08"]
    assert past == then
    shown = [(card.figure, card.tone.value, card.directives, str(card.comparisons[-1].text)) for card in (past, now)]
    assert shown == [("70", "warning", 1, "0"), ("10", "ok", 0, "100")]
    assert now.name == "Tên mới"

    browser = reader(office)
    page = text(browser.get(f"/board?on={DAY}"))
    assert "What the board showed at the end of 10 Dec 2026." in page
    assert red(page) == ["HCC08"]
    assert red(text(browser.get("/board"))) == []
    assert cards(DAY - dt.timedelta(days=1))["HCC08"].figure == ""


def test_a_retired_indicator_leaves_the_board_but_not_its_past(clock: Clock) -> None:
    values("GT01", 7, until=DAY)
    clock.set(DAY + dt.timedelta(days=1))
    redefine("GT01", status="retired")
    assert "GT01" not in cards()
    assert cards(DAY)["GT01"].figure == "7"


@pytest.mark.parametrize(
    "on", ["", "2026-12-10", "10/12/2026", "yesterday", "2026-02-30", "0000-00-00", "%00", "1" * 500]
)
def test_what_is_no_other_day_shows_now(office: Person, reader: Callable[..., Client], on: str) -> None:
    answer = reader(office).get(f"/board?on={on}")
    assert answer.status_code == 200
    assert "What the board showed" not in text(answer)
    assert 'value="10/12/2026"' in text(answer)


def test_the_first_day_of_all_days_is_a_past_day(office: Person, reader: Callable[..., Client]) -> None:
    judged("HCC08", 70, 70, 70)
    answer = reader(office).get("/board?on=0001-01-01")
    assert answer.status_code == 200
    assert "Nothing can be said of this day" in text(answer)


def test_the_board_speaks_the_reader_s_language(office: Person, reader: Callable[..., Client]) -> None:
    judged("DTC01", *[40] * 7)
    english, vietnamese = (text(reader(office, language=code).get("/board")) for code in ("en", "vi"))
    assert "Public-investment disbursement" in english
    assert "Giải ngân đầu tư công" in vietnamese
    assert "Giải ngân" not in english
    assert "40.0" in english
    assert "40,0" in vietnamese


def test_the_longest_names_fit_and_nothing_in_them_is_markup(office: Person, reader: Callable[..., Client]) -> None:
    long = "<b>" + "Nguyễn " * 5
    redefine("GT01", short_name=long[:40], name="<i>" + "ư" * 197)
    browser = reader(office, language="vi")
    for address in ("/board", "/wall", "/indicators/GT01"):
        content = browser.get(address).content.decode()
        assert "<b>Nguy" not in content
        assert "<i>ư" not in content
    assert "&lt;i&gt;ư" in browser.get("/indicators/GT01").content.decode()


@pytest.mark.parametrize("count", [1, 10])
@pytest.mark.parametrize(("address", "asked"), [("/board", 11), ("/board?on=2026-12-09", 9), ("/wall", 9)])
def test_a_page_asks_the_same_number_of_questions_whatever_it_shows(
    office: Person, reader: Callable[..., Client], django_assert_num_queries: Any, count: int, address: str, asked: int
) -> None:
    for board in Board.objects.all():
        pack.BOARDS.put([pack.BoardItem(code=board.code, name="A", name_en="A", cards=ALL[:count])])
    for code in ALL:
        judged(code, *[40] * 9)
    browser = reader(office)
    browser.get(address)
    with django_assert_num_queries(asked):
        answer = browser.get(address)
    assert text(answer).count('href="/indicators/') >= count


def test_the_wall_shows_its_board_and_may_be_asked_by_those_who_may(
    office: Person, reader: Callable[..., Client]
) -> None:
    judged("HCC08", 70, 70, 70)
    page = text(reader(office).get("/wall"))
    assert "<title>Wall" in page
    assert page.index("/indicators/HCC08") < page.index("/indicators/DTC01")
    assert Client().get("/wall").status_code == 302
    nobody = made.person("no_role", FINANCE, "Không")
    assert reader(nobody).get("/board").status_code == 403
    assert reader(office).post("/board").status_code == 405


def test_a_board_that_is_not_there(office: Person, reader: Callable[..., Client]) -> None:
    Board.objects.all().delete()
    with pytest.raises(Missing, match="no board “leaders”"):
        boards.cards("leaders")
    assert reader(office).get("/board").status_code == 404


def test_cards_of_indicators_that_are_gone_are_left_out(clock: Clock) -> None:
    Board.objects.filter(code="leaders").update(cards=["GT01", "GONE1"])
    assert list(cards()) == ["GT01"]
    assert "GONE1" not in indicators.definitions()


# ── what a value is held against ─────────────────────────────────────────────────────────────────────────────────────


def held(code: str, on: dt.date | None = None) -> tuple[str, str, list[tuple[str, str]]]:
    card = cards(on)[code]
    return str(card.unit), str(card.period), [(str(fact.term), str(fact.text)) for fact in card.comparisons]


def known(code: str, period: str, amount: int) -> None:
    version = DefinitionVersion.objects.filter(code=code).order_by("version")[0]
    at = platform_clock.now()
    settlement = Settlement.objects.create(definition=version, at=at, engine="duckdb", changed=1, sources=[])
    end = Period.parse(period).end
    Value.objects.create(indicator=code, period=period, period_end=end, value=amount, rows=1, known_from=at, settlement=settlement)  # fmt: skip


def test_a_card_tells_unit_period_last_year_path_and_target_apart(clock: Clock) -> None:
    clock.set(dt.date(2026, 11, 30))
    known("DTC01", "2025-11-30", 48)
    known("DTC01", "2026-11-30", 56)
    assert held("DTC01") == (
        "%",
        "11 tháng 2026",
        [("Cùng kỳ 2025", "48,0%"), ("Kế hoạch đến hôm nay", "79,6%"), ("Mục tiêu năm 2026", "100,0%")],
    )


def test_a_count_says_what_it_counts_and_a_fixed_target_is_one(clock: Clock) -> None:
    values("HCC08", 40, until=DAY)
    values("GT02", 3, until=DAY)
    assert held("HCC08") == ("hồ sơ", "Tại ngày 10/12/2026", [("Mục tiêu", "0")])
    assert held("GT02") == ("người", "Từ đầu năm đến 10/12/2026", [])


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (dt.date(2026, 1, 31), "Tháng 01/2026"),
        (dt.date(2026, 2, 28), "2 tháng 2026"),
        (dt.date(2028, 2, 28), "Từ đầu năm đến 28/02/2028"),
        (dt.date(2026, 12, 31), "Năm 2026"),
        (dt.date(2026, 12, 30), "Từ đầu năm đến 30/12/2026"),
    ],
)
def test_the_year_so_far_is_said_in_months_where_it_is_whole_ones(clock: Clock, day: dt.date, said: str) -> None:
    clock.set(day)
    values("GT01", 3, until=day)
    assert held("GT01")[1] == said


def test_a_month_that_still_runs_is_not_held_against_a_whole_one_unless_both_are_shares(clock: Clock) -> None:
    for code in ("HCC10", "HCC07"):
        known(code, "2025-12", 90)
        known(code, "2026-12", 95)
    assert held("HCC10") == ("hồ sơ", "Tháng 12/2026, tính đến 10/12/2026", [])
    assert held("HCC07") == ("%", "Tháng 12/2026, tính đến 10/12/2026", [("Cùng kỳ 2025", "90,00%"), ("Mục tiêu", "99,00%")])  # fmt: skip
    later = clock.set(dt.date(2027, 1, 2))
    Value.objects.filter(indicator="HCC10", period="2026-12").update(known_from=later)
    assert held("HCC10") == ("hồ sơ", "Tháng 12/2026", [("Cùng kỳ 2025", "90")])


def test_the_board_leads_to_a_filled_directive_in_one_step(
    clock: Clock, office: Person, finance: Person, reader: Callable[..., Client]
) -> None:
    clock.set(DAY)
    values("HCC08", 70, 70, 70, until=DAY)
    judging.judge("HCC08")
    page = text(reader(office).get("/board"))
    assert 'href="/desk/directives/new/HCC08"' in page
    assert "/desk/directives/new/" not in text(reader(finance).get("/board"))
    form = text(reader(office).get("/desk/directives/new/HCC08"))
    assert re.search(r'name="alarms" value="\d+"[^>]* checked', form)
    warnings.dismiss(Alarm.objects.get().pk, by=office, note="Đã biết.")
    assert "/desk/directives/new/" not in text(reader(office).get("/board"))
