"""The leaders' board and the wall: today, on a past day, in both languages, and what they cost."""

from __future__ import annotations

import datetime as dt
import html
import re
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client
from django.utils import translation

from vamco.kernel.world.agencies import public as agencies
from vamco.lib.errors import Missing
from vamco.systems.indicators import public as indicators
from vamco.systems.indicators.models import DefinitionVersion
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
ALL = ["DTC01", "NS02", "HCC07", "HCC08", "DTC02", "NS01", "DN01", "HCC10", "GT01", "GT02"]


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
    assert {(card.figure, card.tone.value, card.age, card.target, card.trend) for card in found.values()} == {
        ("", "none", "", "", ())
    }
    page = text(reader(office).get("/"))
    assert "Nothing needs a decision today" in page
    assert page.count('href="/indicators/') >= len(ALL)


def test_the_red_list_comes_first_and_the_worst_on_top(office: Person, reader: Callable[..., Client]) -> None:
    judged("HCC08", 70, 70, 70)
    judged("GT01", 9)
    judged("DTC01", *[40] * 7)
    judged("NS01", 5_000_000_000)
    judged("HCC08", 70, 70, 70, agency=FINANCE)  # an agency's alarm is not the province's
    page = text(reader(office).get("/"))
    assert red(page) == ["DTC01", "HCC08"]  # urgent before warning; what is only watched is not red
    assert "43.9 points behind the path" in page
    assert "70 above the target" in page
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
    assert card.target != ""


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
    assert (past.figure, past.tone.value, past.directives, past.target) == ("70", "warning", 1, "0")
    assert (now.figure, now.tone.value, now.directives, now.target) == ("10", "ok", 0, "100")
    assert now.name == "Tên mới"

    browser = reader(office)
    page = text(browser.get(f"/?on={DAY}"))
    assert "What the board showed at the end of 10 Dec 2026." in page
    assert red(page) == ["HCC08"]
    assert red(text(browser.get("/"))) == []
    assert cards(DAY - dt.timedelta(days=1))["HCC08"].figure == ""


def test_a_retired_indicator_leaves_the_board_but_not_its_past(clock: Clock) -> None:
    values("GT01", 7, until=DAY)
    clock.set(DAY + dt.timedelta(days=1))
    redefine("GT01", status="retired")
    assert "GT01" not in cards()
    assert cards(DAY)["GT01"].figure == "7"


@pytest.mark.parametrize(
    "on", ["", "2026-12-10", "10/12/2026", "2027-01-01", "yesterday", "2026-02-30", "0000-00-00", "%00", "1" * 500]
)
def test_what_is_no_past_day_shows_now(office: Person, reader: Callable[..., Client], on: str) -> None:
    answer = reader(office).get(f"/?on={on}")
    assert answer.status_code == 200
    assert "What the board showed" not in text(answer)
    assert 'value="10/12/2026"' in text(answer)


def test_the_first_day_of_all_days_is_a_past_day(office: Person, reader: Callable[..., Client]) -> None:
    answer = reader(office).get("/?on=0001-01-01")
    assert answer.status_code == 200
    assert "Nothing needs a decision today" in text(answer)


def test_the_board_speaks_the_reader_s_language(office: Person, reader: Callable[..., Client]) -> None:
    judged("DTC01", *[40] * 7)
    english, vietnamese = (text(reader(office, language=code).get("/")) for code in ("en", "vi"))
    assert "Public-investment disbursement" in english
    assert "Giải ngân đầu tư công" in vietnamese
    assert "Giải ngân" not in english
    assert "40.0" in english
    assert "40,0" in vietnamese


def test_the_longest_names_fit_and_nothing_in_them_is_markup(office: Person, reader: Callable[..., Client]) -> None:
    long = "<b>" + "Nguyễn " * 5
    redefine("GT01", short_name=long[:40], name="<i>" + "ư" * 197)
    browser = reader(office, language="vi")
    for address in ("/", "/wall", "/indicators/GT01"):
        content = browser.get(address).content.decode()
        assert "<b>Nguy" not in content
        assert "<i>ư" not in content
    assert "&lt;i&gt;ư" in browser.get("/indicators/GT01").content.decode()


@pytest.mark.parametrize("count", [1, 10])
@pytest.mark.parametrize("address", ["/", "/?on=2026-12-09", "/wall"])
def test_a_page_asks_the_same_number_of_questions_whatever_it_shows(
    office: Person, reader: Callable[..., Client], django_assert_num_queries: Any, count: int, address: str
) -> None:
    for board in Board.objects.all():
        pack.BOARDS.put([pack.BoardItem(code=board.code, name="A", name_en="A", cards=ALL[:count])])
    for code in ALL:
        judged(code, *[40] * 9)
    browser = reader(office)
    browser.get(address)
    with django_assert_num_queries(8):
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
    assert reader(nobody).get("/").status_code == 403
    assert reader(office).post("/").status_code == 405


def test_a_board_that_is_not_there(office: Person, reader: Callable[..., Client]) -> None:
    Board.objects.all().delete()
    with pytest.raises(Missing, match="no board “leaders”"):
        boards.cards("leaders")
    assert reader(office).get("/").status_code == 404


def test_cards_of_indicators_that_are_gone_are_left_out(clock: Clock) -> None:
    Board.objects.filter(code="leaders").update(cards=["GT01", "GONE1"])
    assert list(cards()) == ["GT01"]
    assert "GONE1" not in indicators.definitions()
