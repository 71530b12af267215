"""What a commune had that ended is part of the series of the one that all of it came to."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from django.utils import translation

from vamco.kernel.world.places import public as places
from vamco.kernel.world.places.models import Place, Succession
from vamco.systems.hub import public as hub
from vamco.systems.hub.contracts import MissingRow, Shortfall
from vamco.systems.indicators import public as indicators
from vamco.systems.indicators.contracts import Missing
from vamco.systems.indicators.models import Value
from vamco.systems.indicators.tests.made import NORTH, SOUTH, held, settle
from vamco.systems.ioc.pages import territory

if TYPE_CHECKING:
    from vamco.kernel.world.people.models import Person
    from vamco.systems.indicators.tests.made import Clock, Departments

THIRD = "25480"
LAST, MAY, JULY = dt.date(2026, 6, 30), dt.date(2026, 5, 5), dt.date(2026, 7, 7)


def end(code: str, *heirs: str, kind: str = "merged") -> None:
    """A commune ends on 30 June 2026 and goes into others."""
    ended = Place.objects.get(code=code, valid_to=None)
    Place.objects.filter(pk=ended.pk).update(valid_to=LAST)
    for heir in heirs:
        Succession.objects.create(
            predecessor=ended,
            successor=Place.objects.get(code=heir, valid_to=None),
            kind=kind,
            on=LAST + dt.timedelta(days=1),
        )


def new_breaks(code: str) -> list[territory.Break]:
    """The breaks that the test made: beside them stands that of July 2025, when all communes were new."""
    return [each for each in territory.breaks(code) if each.on > LAST]


@pytest.fixture
def july(departments: Departments, clock: Clock) -> None:
    """Accidents in three communes before the merger and after it."""
    clock.set(dt.date(2026, 7, 10))
    departments.accidents((MAY, NORTH, 1), (MAY, THIRD, 2), (JULY, NORTH, 4), (MAY, SOUTH, 8))


def test_the_heir_has_what_the_ended_commune_had(july: None, office: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    end(THIRD, NORTH)
    row = MissingRow(1, {"ngay": MAY, "ma_xa": THIRD})
    monkeypatch.setattr(hub, "shortfall", lambda _: Shortfall(1, 0, {}, frozenset(), (1,)))
    monkeypatch.setattr(hub, "missing_rows", lambda *_: [row])
    settle("GT02")

    assert (dict(held("GT02", place=NORTH))["2026-05-31"], held("GT02", place=NORTH)[-1]) == ("3", ("2026-07-07", "7"))
    assert held("GT02", place=THIRD) == []
    assert held("GT02")[-1] == ("2026-07-07", "15")
    value = indicators.recent(indicators.definition("GT02"), place=NORTH)[-1]
    assert value.missing == Missing(1, unread=True)
    assert Value.objects.get(indicator="GT02", place=SOUTH, period="2026-07-07").missing is None
    rows = indicators.rows_behind(indicators.lineage(value.id), office)
    assert sorted(each.row.values["so_nguoi_chet"] for each in rows) == [1, 2, 4]

    (found,) = new_breaks(NORTH)
    name = Place.objects.get(code=THIRD, valid_to=LAST).full_name
    assert (found.on, found.whole, found.parts) == (LAST + dt.timedelta(days=1), (name,), ())
    days = [dt.date(2026, month, 1) for month in (6, 7, 8)]
    assert [(mark.at, str(mark.label)) for mark in territory.marks([found], days)] == [
        (1, "Địa giới mới từ 01/07/2026")
    ]
    with translation.override("vi"):
        assert territory.say([found]) == [f"Trước ngày 01/07/2026, số liệu gồm cả {name}."]


@pytest.mark.parametrize(("heirs", "kind"), [((NORTH, SOUTH), "split"), ((NORTH,), "split"), ((), "merged")])
def test_what_nobody_can_assign_stays_with_the_ended_commune_and_in_the_province(
    july: None, heirs: tuple[str, ...], kind: str
) -> None:
    end(THIRD, *heirs, kind=kind)
    settle("GT02")
    assert [held("GT02", place=code)[-1][1] for code in (NORTH, SOUTH, THIRD)] == ["5", "8", "2"]
    assert held("GT02")[-1] == ("2026-07-07", "15")
    name = Place.objects.get(code=THIRD, valid_to=LAST).full_name
    assert [each.parts for each in new_breaks(NORTH)] == ([(name,)] if heirs else [])


def test_a_code_that_another_unit_has_today_is_not_taken_for_the_ended_one(july: None) -> None:
    end(THIRD, NORTH)
    ended = Place.objects.get(code=THIRD, valid_to=LAST)
    Place.objects.create(
        **{
            f.name: getattr(ended, f.name) for f in Place._meta.fields if f.name not in {"id", "valid_from", "valid_to"}
        },
        valid_from=LAST + dt.timedelta(days=5),
    )
    (found,) = (
        each for each in places.ended_communes(dt.date(2026, 7, 10)) if each.code == THIRD and each.last_day == LAST
    )
    assert (found.heirs, found.reused, found.heir) == ((NORTH,), True, "")
    settle("GT02")
    assert [held("GT02", place=code)[-1][1] for code in (NORTH, THIRD)] == ["5", "2"]
