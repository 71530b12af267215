"""The home of somebody whose agency serves a commune: its work, its alarms and its figures come before the province."""

from __future__ import annotations

import datetime as dt
import html
import re
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import translation

from vamco.kernel.world.agencies import public as agencies
from vamco.systems.indicators.models import DefinitionVersion
from vamco.systems.indicators.tests.made import FINANCE, values
from vamco.systems.ioc.pages import own_place
from vamco.systems.warnings import public as warnings
from vamco.systems.warnings.models import Alarm
from vamco.systems.warnings.services import judging
from vamco.systems.warnings.tests import made

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from django.test import Client

    from vamco.kernel.world.people.models import Person
    from vamco.systems.indicators.tests.made import Clock

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 12, 10)
WARD, PLACE, OTHER = "H53.25708", "25708", "25459"


@pytest.fixture(autouse=True)
def _clock(clock: Clock) -> Iterator[None]:
    DefinitionVersion.objects.update(loaded_at=clock.set(DAY - dt.timedelta(days=9)))
    clock.set(DAY)
    with translation.override("vi"):
        yield


@pytest.fixture
def chair(db: None) -> Person:
    return made.person("commune_official", WARD, "Đỗ Văn Lâm")


def text(answer: Any) -> str:
    return html.unescape(answer.content.decode())


def own(page: str) -> str:
    """What stands before the province."""
    assert "the whole province</h2>" in page
    return page.split("the whole province</h2>", maxsplit=1)[0]


def shown(part: str) -> list[tuple[str, str]]:
    """The indicators of a part of a page with what narrows them, in order."""
    return re.findall(r'<h\d><a href="/indicators/(\w+)(\?[^"#]*)?"', part)


def test_a_ward_chairman_s_home_begins_with_the_ward(
    chair: Person, office: Person, reader: Callable[..., Client]
) -> None:
    values("HCC08", 70, 70, 70, until=DAY, agency=WARD)
    values("HCC08", 71, 71, 71, until=DAY, place=PLACE)
    values("HCC08", 5, 5, 5, until=DAY, place=OTHER)
    values("HCC10", 3, until=DAY, agency=WARD)
    values("GT01", 7, until=DAY, place=PLACE)
    values("GT01", 900, until=DAY)
    judging.judge("HCC08")
    warnings.confirm(Alarm.objects.get(subject=WARD).pk, by=office)
    case = warnings.issue_directive(
        Alarm.objects.get(subject=WARD).pk, agency=agencies.get(WARD), due_on=DAY + dt.timedelta(days=7), text="Làm.", by=office
    )  # fmt: skip

    page = text(reader(chair).get("/board"))
    mine = own(page)
    assert "<h1>Trang Bang Ward</h1>" in mine
    assert page.count("<h1") == 1
    order = [
        "Due work and open directives",
        f"/desk/cases/{case.pk}",
        "Needs attention in",
        "Handled by",
        "whoever handles it",
    ]
    places = [mine.index(part) for part in order]
    assert places == sorted(places)
    assert shown(mine) == [
        ("HCC08", f"?agency={WARD}"),
        ("HCC10", f"?agency={WARD}"),
        ("HCC08", f"?place={PLACE}"),
        ("GT01", f"?place={PLACE}"),
    ]
    assert "My work (1)" in mine
    assert 'href="/desk/"' in mine
    assert "900" not in mine
    assert "900" in page


def test_a_directive_stays_while_others_look_at_it(
    chair: Person, office: Person, reader: Callable[..., Client]
) -> None:
    from vamco.kernel.work.cases import public as cases

    values("HCC08", 70, 70, 70, until=DAY, agency=WARD)
    judging.judge("HCC08")
    alarm = Alarm.objects.get().pk
    warnings.confirm(alarm, by=office)
    case = warnings.issue_directive(
        alarm, agency=agencies.get(WARD), due_on=DAY + dt.timedelta(days=7), text="Làm.", by=office
    )
    cases.act(case.pk, "accept", by=chair)
    found = own_place.find(chair, "leaders")
    assert found is not None
    assert found.work is not None
    assert [row[0].url for row in found.work.rows] == [f"/desk/cases/{case.pk}"]
    cases.act(case.pk, "withdraw", by=office, note="Giao nhầm.")
    found = own_place.find(chair, "leaders")
    assert found is not None
    assert found.work is not None
    assert (found.work.rows, found.waiting) == ((), 0)


def test_a_commune_that_is_not_judged_is_never_said_to_be_near_its_target(chair: Person) -> None:
    for code in ("DTC01", "NS02"):
        values(code, *[20] * 20, until=DAY, place=PLACE)
    found = own_place.find(chair, "leaders")
    assert found is not None
    tones = {card.code: (card.tone.value, card.word) for card in found.area}
    assert tones == {
        "DTC01": ("none", "Chưa đạt mục tiêu"),
        "NS02": ("ok", "Gần kế hoạch"),
    }  # investors answer for the first
    judging.judge("NS02")
    found = own_place.find(chair, "leaders")
    assert found is not None
    assert {card.code: card.tone.value for card in found.area} == {"DTC01": "none", "NS02": "warning"}


def test_an_empty_ward_is_told_what_will_come(chair: Person, reader: Callable[..., Client]) -> None:
    mine = own(text(reader(chair).get("/board")))
    assert "Nothing waits for you." in mine
    assert "No figures of your commune yet" in mine
    assert "Nothing needs a decision" not in mine
    assert shown(mine) == []


def test_old_figures_of_a_ward_say_where_they_end(chair: Person, reader: Callable[..., Client]) -> None:
    values("GT01", 7, until=DAY - dt.timedelta(days=9), place=PLACE)
    values("GT02", 1, until=DAY, place=PLACE)
    mine = own(text(reader(chair).get("/board")))
    assert "1 of 2 indicators have data for this day; nothing is said of the others." in mine
    assert "Data end on 1 Dec 2026" in mine


def test_others_and_past_days_have_the_province_alone(
    chair: Person, office: Person, reader: Callable[..., Client]
) -> None:
    department = made.person("department_official", FINANCE, "Đức")
    leader = made.person("leader", "H53", "Hạnh")
    for who in (office, department, leader):
        assert own_place.find(who, "leaders") is None
        assert "whole province</h2>" not in text(reader(who).get("/board"))
    assert own_place.find(None, "leaders") is None
    values("GT01", 7, until=DAY, place=PLACE)
    assert "Trang Bang Ward" not in text(reader(chair).get("/board?on=2026-12-09"))


def test_who_works_for_no_agency_any_more_still_has_a_home(chair: Person, clock: Clock) -> None:
    from vamco.kernel.world.people.models import Membership

    Membership.objects.filter(person=chair).update(valid_to=DAY - dt.timedelta(days=1))
    assert own_place.find(chair, "leaders") is None
