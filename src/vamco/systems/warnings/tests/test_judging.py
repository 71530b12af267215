"""What raises an alarm, what raises it further, what ends it."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from django.db import IntegrityError, transaction

from vamco.kernel.base.audit.models import Entry
from vamco.kernel.base.events.models import Event
from vamco.lib.time import HCM
from vamco.systems.hub import public as hub
from vamco.systems.hub.models import Dataset, Receipt
from vamco.systems.indicators.tests.made import FINANCE, NORTH, ROADS, SOUTH, redefine, values
from vamco.systems.warnings import handlers
from vamco.systems.warnings import public as warnings
from vamco.systems.warnings.models import Alarm
from vamco.systems.warnings.services import judging
from vamco.systems.warnings.tests.made import firing
from vamco.vocab.hub import DatasetInTime, DatasetLate, DatasetPublished
from vamco.vocab.indicators import ValuesSettled

if TYPE_CHECKING:
    from vamco.kernel.world.people.models import Person
    from vamco.systems.indicators.tests.made import Clock, Departments

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 3, 10)


@pytest.fixture(autouse=True)
def _clock(clock: Clock) -> None:
    clock.set(DAY)


def overdue(*amounts: int | None, agency: str = FINANCE, until: dt.date = DAY) -> None:
    """An agency's overdue dossiers on the days up to `until`; judged. Alarms: 20 and 60, over three days; clear at 15, 45."""
    values("HCC08", *amounts, until=until, agency=agency)
    handlers.judge(ValuesSettled("HCC08", 1, ""))


def steps(alarm: int) -> list[tuple[str, int]]:
    return [(step.what, step.level) for step in reversed(warnings.steps(alarm))]


def test_an_alarm_is_raised_once_for_its_subject_and_tells_all_about_it(clock: Clock, office: Person) -> None:
    overdue(30, 30, 30)
    overdue(30, 30, 30)

    assert firing() == [("HCC08", FINANCE, 1, "new")]
    (alarm,) = warnings.open_alarms(office)
    assert (alarm.cause, alarm.place, alarm.subject, alarm.agency, alarm.agency_name) == (
        "behind", "", FINANCE, FINANCE, "Sở Tài chính",
    )  # fmt: skip
    assert (alarm.period, alarm.value, alarm.target, alarm.gap) == ("2026-03-10", Decimal(30), Decimal(0), Decimal(-30))
    assert (alarm.raised_at, alarm.resolved_at, alarm.due_at, alarm.directive) == (clock.at, None, None, None)
    assert alarm == warnings.alarm(alarm.id, office)
    assert list(Event.objects.filter(name="warnings.alarm_raised").values_list("payload", flat=True)) == [
        {"alarm": alarm.id, "indicator": "HCC08", "dataset": "", "level": "1"}
    ]
    entry = Entry.objects.get(act="warnings.raise")
    assert (entry.chain_id, entry.subject, entry.actor) == (FINANCE, f"alarm:{alarm.id}", "system")


def test_one_value_is_no_three_days(clock: Clock) -> None:
    overdue(90)
    overdue(90, 90)
    overdue(90, None, 90)
    assert firing() == []
    overdue(90, None, 90, 90, 90)
    assert firing() == [("HCC08", FINANCE, 2, "new")]


def test_a_month_counts_at_once(clock: Clock) -> None:
    values("HCC07", 90, until=DAY, agency=FINANCE)
    judging.judge("HCC07")
    assert firing() == [("HCC07", FINANCE, 2, "new")]


def test_one_episode_rises_eases_and_ends(clock: Clock) -> None:
    overdue(30, 30, 30)
    alarm = Alarm.objects.get()
    clock.set(DAY, 9)
    overdue(70, 70, 70)
    overdue(70, 70, 70, 50)
    overdue(70, 70, 70, 50, 40)
    overdue(70, 70, 70, 50, 40, 16)
    assert firing() == [("HCC08", FINANCE, 1, "new")]
    overdue(70, 70, 70, 50, 40, 16, 14)

    assert firing() == []
    assert steps(alarm.pk) == [("raised", 1), ("raised_further", 2), ("eased", 1), ("resolved", 1)]
    alarm.refresh_from_db()
    assert (alarm.state, alarm.level, alarm.value, alarm.resolved_at) == ("resolved", 1, Decimal(14), clock.at)
    assert Entry.objects.filter(act="warnings.follow").count() == 3


def test_an_alarm_keeps_up_with_its_value_without_a_new_line(clock: Clock) -> None:
    overdue(30, 30, 30)
    overdue(30, 30, 30, 31)
    alarm = Alarm.objects.get()
    assert (alarm.value, alarm.gap) == (Decimal(31), Decimal(-31))
    assert steps(alarm.pk) == [("raised", 1)]


def test_what_fires_again_is_a_new_episode(clock: Clock) -> None:
    overdue(30, 30, 30)
    overdue(30, 30, 30, 0)
    overdue(30, 30, 30, 0, 30, 30)
    assert firing() == []
    overdue(30, 30, 30, 0, 30, 30, 30)
    first, second = Alarm.objects.order_by("pk")
    assert (first.state, second.state) == ("resolved", "firing")
    assert steps(first.pk) == [("raised", 1), ("resolved", 1)]
    assert steps(second.pk) == [("raised", 1)]


def test_one_subject_does_not_touch_another(clock: Clock) -> None:
    overdue(30, 30, 30)
    overdue(70, 70, 70, agency=ROADS)
    overdue(30, 30, 30, agency="")
    assert firing() == [("HCC08", FINANCE, 1, "new"), ("HCC08", ROADS, 2, "new"), ("HCC08", "", 1, "new")]
    overdue(0, 0, 0, agency=ROADS)
    assert firing() == [("HCC08", FINANCE, 1, "new"), ("HCC08", "", 1, "new")]
    assert Alarm.objects.get(subject="").agency.code == "H53.01"  # who answers for the whole


def test_the_database_itself_refuses_a_second_episode(clock: Clock) -> None:
    overdue(30, 30, 30)
    alarm = Alarm.objects.get()
    alarm.pk = None
    with pytest.raises(IntegrityError, match="warnings_one_episode"), transaction.atomic():
        alarm.save()


@pytest.mark.parametrize(("values_then", "reason"), [((), "withdrawn"), ((None, None), "silent")])
def test_values_that_are_withdrawn_end_nothing(clock: Clock, values_then: tuple[int | None, ...], reason: str) -> None:
    overdue(30, 30, 30)
    overdue(30, 30, 30, agency=ROADS)
    overdue(*values_then)
    assert firing() == [("HCC08", FINANCE, 1, "new"), ("HCC08", ROADS, 1, "new")]
    alarm, other = Alarm.objects.order_by("pk")
    assert (alarm.unknown, alarm.unknown_since, alarm.resolved_at) == (reason, clock.at, None)
    assert alarm.value == Decimal(30)  # what it was last judged by
    assert other.unknown == ""


def test_a_day_without_a_value_ends_nothing_until_one_with_a_value_does(clock: Clock) -> None:
    overdue(30, 30, 30)
    overdue(30, 30, 30, None)
    overdue(30, 30, 0, None)  # what was better before says nothing of today
    assert firing() == [("HCC08", FINANCE, 1, "new")]
    alarm = Alarm.objects.get()
    assert (alarm.value, alarm.unknown) == (Decimal(30), "silent")
    overdue(30, 30, 30, None, 30)
    alarm.refresh_from_db()
    assert (alarm.state, alarm.unknown, alarm.unknown_since, alarm.unknown_detail) == ("firing", "", None, {})
    overdue(30, 30, 30, None, 30, 0)
    assert firing() == []
    assert steps(alarm.pk) == [("raised", 1), ("unknown", 1), ("known", 1), ("resolved", 1)]


def test_a_retired_indicator_s_alarms_end(clock: Clock) -> None:
    overdue(30, 30, 30)
    redefine("HCC08", status="retired")
    judging.judge("HCC08")
    assert firing() == []
    alarm = Alarm.objects.get()
    assert (alarm.state, alarm.resolved_at, steps(alarm.pk)[-1]) == ("withdrawn", clock.at, ("no_longer_judged", 1))


def test_an_indicator_without_thresholds_any_more_has_no_alarms(clock: Clock) -> None:
    overdue(30, 30, 30)
    redefine("HCC08", thresholds=[])
    judging.judge("HCC08")
    assert firing() == []
    assert Alarm.objects.get().state == "withdrawn"  # not as if the values were better


def test_new_thresholds_are_judged_on_the_values_that_are_there(clock: Clock) -> None:
    overdue(30, 30, 30)
    redefine("HCC08", thresholds=[{"level": 3, "below": -25, "clear": -20, "days": 3}])
    judging.judge("HCC08")
    assert firing() == [("HCC08", FINANCE, 3, "new")]


def test_an_indicator_without_thresholds_is_not_judged(clock: Clock, django_assert_num_queries: Any) -> None:
    values("GT01", 900, 900, 900, until=DAY)
    judging.judge("GT01")
    assert firing() == []


def test_a_commune_s_alarm_goes_to_its_committee(clock: Clock) -> None:
    target = {"value": 0, "kind": "proposed", "source": "thử"}
    redefine("GT01", target=target, thresholds=[{"level": 1, "below": -5, "clear": -4, "days": 2}])
    values("GT01", 9, 9, until=DAY, place=SOUTH)
    values("GT01", 1, 1, until=DAY, place=NORTH)
    judging.judge("GT01")
    alarm = Alarm.objects.get()
    assert (alarm.place, alarm.subject, alarm.agency.code) == (SOUTH, SOUTH, "H53.25708")


@pytest.mark.parametrize("where", [{"agency": "H53.NEW"}, {"place": "99999"}])
def test_of_somebody_unknown_the_responsible_agency_answers(clock: Clock, where: dict[str, str]) -> None:
    code = "HCC08"
    if "place" in where:
        code = "GT01"
        target = {"value": 0, "kind": "proposed", "source": "thử"}
        redefine("GT01", target=target, thresholds=[{"level": 1, "below": -5, "clear": -4, "days": 3}])
    values(code, 30, 30, 30, until=DAY, **where)
    judging.judge(code)
    alarm = Alarm.objects.get()
    assert alarm.subject == next(iter(where.values()))
    assert alarm.agency.code == {"HCC08": "H53.01", "GT01": "H53.TW.03"}[code]


# ── dismissed ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_dismissed_alarm_stays_silent_until_it_has_ended(clock: Clock, operator: Person) -> None:
    overdue(30, 30, 30)
    first = Alarm.objects.get()
    warnings.dismiss(first.pk, by=operator, note="Đã đính chính.")
    overdue(30, 30, 30, 31)
    assert firing() == [("HCC08", FINANCE, 1, "dismissed")]
    assert warnings.open_alarms(operator) == []
    assert [alarm.id for alarm in warnings.past_alarms(operator)] == [first.pk]

    overdue(30, 30, 30, 31, 0, 30, 30, 30)
    overdue(0)
    overdue(30, 30, 30)
    assert firing() == [("HCC08", FINANCE, 1, "new")]
    assert Alarm.objects.exclude(pk=first.pk).count() == 1


def test_a_dismissed_alarm_that_becomes_worse_asks_again(clock: Clock, operator: Person) -> None:
    overdue(30, 30, 30)
    alarm = Alarm.objects.get()
    warnings.dismiss(alarm.pk, by=operator, note="Đã đính chính.")
    overdue(70, 70, 70)
    assert firing() == [("HCC08", FINANCE, 2, "new")]
    assert steps(alarm.pk) == [("raised", 1), ("dismissed", 1), ("raised_further", 2)]


# ── late data ────────────────────────────────────────────────────────────────────────────────────────────────────────


def due(day: int) -> dt.datetime:
    return dt.datetime(2026, 3, day, 17, tzinfo=HCM)


def test_data_that_stay_away_raise_an_alarm_and_their_arrival_ends_it(
    departments: Departments, clock: Clock, office: Person
) -> None:
    departments.payments((dt.date(2026, 3, 9), ROADS, NORTH, 100))  # on Tuesday the 10th, before 17:00
    for day in (11, 12, 13, 16):
        clock.set(dt.date(2026, 3, day), 18)
        handlers.late(DatasetLate("kb_giaingan", due(day), None))
        handlers.late(DatasetLate("kb_giaingan", due(day), None))  # told twice
    (alarm,) = warnings.open_alarms(office)
    assert (alarm.cause, alarm.dataset, alarm.indicator, alarm.level) == ("late", "kb_giaingan", "", 3)
    assert (alarm.agency, alarm.due_at, alarm.raised_at) == (
        "H53.TW.01", due(16), dt.datetime(2026, 3, 11, 18, tzinfo=HCM),
    )  # fmt: skip
    assert steps(alarm.id) == [("raised", 1), ("raised_further", 2), ("raised_further", 3)]
    handlers.late(DatasetLate("kb_giaingan", due(12), None))  # old news
    assert Alarm.objects.get().due_at == due(16)

    run = departments.payments((dt.date(2026, 3, 16), ROADS, NORTH, 100), first=2)
    handlers.came(DatasetPublished("kb_giaingan", run.snapshot or 0, run.id))
    handlers.came(DatasetPublished("kb_giaingan", run.snapshot or 0, run.id))
    assert warnings.open_alarms(office) == []
    assert steps(alarm.id)[-1] == ("resolved", 3)
    assert [(past.id, past.resolved_at) for past in warnings.past_alarms(office)] == [(alarm.id, clock.at)]


def test_word_that_there_is_nothing_to_report_ends_the_alarm_and_old_news_of_it_does_not(
    departments: Departments, clock: Clock
) -> None:
    departments.payments((dt.date(2026, 3, 9), ROADS, NORTH, 100))
    clock.set(dt.date(2026, 3, 11), 18)
    handlers.late(DatasetLate("kb_giaingan", due(11), None))
    handlers.in_time(DatasetInTime("kb_giaingan"))
    assert firing() == [("kb_giaingan", "", 1, "new")], "it is late still"
    row = Dataset.objects.get(code="kb_giaingan")
    Receipt.objects.create(dataset=row, source="kho-bac", name="", at=clock.at, kind="nothing")
    handlers.in_time(DatasetInTime("kb_giaingan"))
    assert firing() == []


def test_news_of_lateness_that_come_after_the_data_raise_nothing(departments: Departments, clock: Clock) -> None:
    departments.payments((dt.date(2026, 3, 9), ROADS, NORTH, 100))
    clock.set(dt.date(2026, 3, 11), 18)
    assert "kb_giaingan" in hub.tell_late()
    departments.payments((dt.date(2026, 3, 11), ROADS, NORTH, 100), first=2)
    handlers.came(DatasetPublished("kb_giaingan", 1, 1))
    handlers.late(DatasetLate("kb_giaingan", due(11), None))
    assert firing() == []


def test_the_arrival_of_one_dataset_says_nothing_of_another(departments: Departments, clock: Clock) -> None:
    departments.payments((dt.date(2026, 3, 9), ROADS, NORTH, 100))
    clock.set(dt.date(2026, 3, 11), 18)
    handlers.late(DatasetLate("kb_giaingan", due(11), None))
    handlers.came(DatasetPublished("csgt_tngt", 1, 1))
    assert firing() == [("kb_giaingan", "", 1, "new")]


# ── as it was ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_levels_are_known_for_now_and_for_any_time(clock: Clock) -> None:
    overdue(30, 30, 30)
    whole = [(8, (0, 0, 0)), (9, (30, 30, 30)), (10, (70, 70, 70)), (11, (70, 70, 50, 40)), (12, (0,))]
    times = {}
    for hour, amounts in whole:
        times[hour] = clock.set(DAY, hour)
        overdue(*amounts, agency="")
    assert warnings.levels() == {}
    assert warnings.levels(subject=FINANCE) == {"HCC08": 1}
    assert [warnings.levels(at=at).get("HCC08", 0) for at in times.values()] == [0, 1, 2, 1, 0]
    assert warnings.levels(at=times[8] - dt.timedelta(hours=1)) == {}
    clock.set(DAY, 13)
    overdue(30, 30, 30, agency="")
    assert warnings.levels(at=clock.at) == warnings.levels() == {"HCC08": 1}
    assert warnings.levels(at=times[12]) == {}
