"""Alarms whose newest answer is not comparable: what is kept, who is asked, and how they end."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from itertools import permutations
from typing import TYPE_CHECKING

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from vamco.kernel.base.audit.models import Entry
from vamco.kernel.work.cases import public as cases
from vamco.lib.errors import Forbidden, Refused
from vamco.systems.desk.tests.made import reader, vietnamese
from vamco.systems.indicators import public as indicators
from vamco.systems.indicators.contracts import Missing
from vamco.systems.indicators.models import Value
from vamco.systems.indicators.tests.made import FINANCE, ROADS, redefine, settle, values
from vamco.systems.warnings import handlers
from vamco.systems.warnings import public as warnings
from vamco.systems.warnings.contracts import Doubt
from vamco.systems.warnings.models import Alarm
from vamco.systems.warnings.services import deciding, judging
from vamco.systems.warnings.tests import views
from vamco.systems.warnings.tests.made import firing, reported
from vamco.vocab.hub import DatasetLate, DatasetPublished
from vamco.vocab.indicators import ValuesSettled
from vamco.web import addresses

if TYPE_CHECKING:
    from typing import Any

    from vamco.kernel.world.people.models import Person
    from vamco.systems.indicators.contracts import ValueView
    from vamco.systems.indicators.tests.made import Clock, Departments

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 11, 20)
ONE = dt.timedelta(days=1)
BEHIND = (-20,) * 8


@pytest.fixture(autouse=True)
def _clock(clock: Clock) -> None:
    clock.set(DAY)


class Values:
    """The newest values of the province's DTC01 as the indicators give them, at the test's will; judged at once."""

    def __init__(self, patch: pytest.MonkeyPatch, clock: Clock) -> None:
        self.found: list[ValueView] = []
        self._clock = clock
        self._of = indicators.definition("DTC01")
        patch.setattr(indicators, "recent", self._recent)
        patch.setattr(indicators, "recent_across", lambda _of, _level, **_only: [])

    def _recent(self, _of: object, *, plan_year: int | None = None, **_only: object) -> list[ValueView]:
        """Those of one plan year: where none is named, of the one that the newest day asks about first."""
        newest = max((each.period_end for each in self.found), default=None)
        first = min((each.plan_year for each in self.found if each.period_end == newest), default=0)
        year = first if plan_year is None else plan_year
        return [each for each in self.found if each.plan_year == year]

    def give(self, *gaps: int | None, until: dt.date = DAY, year: int = 2026, judge: bool = True, **made: Any) -> Alarm:
        """Values on the days up to `until`, of which the newest is as `made` says."""
        days = [until - ONE * (len(gaps) - 1 - n) for n in range(len(gaps))]
        for day, gap in zip(days, gaps, strict=True):
            new = made if day == until else {}
            number = int(f"{day:%m%d}")
            self.found.append(views.view(day, gap, of=self._of, year=year, number=number, **new))
        self._clock.set(until)
        if judge:
            judging.judge("DTC01")
            judging.judge("DTC01")  # an event that comes twice
        return Alarm.objects.order_by("pk")[0]


@pytest.fixture
def given(monkeypatch: pytest.MonkeyPatch, clock: Clock) -> Values:
    return Values(monkeypatch, clock)


def steps(alarm: Alarm) -> list[tuple[str, int]]:
    return [(step.what, step.level) for step in reversed(warnings.steps(alarm.pk))]


def test_an_incomplete_value_ends_nothing_and_says_by_how_much(given: Values, clock: Clock, office: Person) -> None:
    given.give(*BEHIND)
    alarm = given.give(50, until=DAY + ONE, missing=Missing(12))
    assert (alarm.state, alarm.level, alarm.gap, alarm.period) == ("firing", 3, Decimal(-20), DAY.isoformat())
    (view,) = warnings.open_alarms(office)
    assert (view.doubt, view.unknown_since, view.fires) == (Doubt("incomplete", rows=12), clock.at, True)
    assert warnings.levels() == {"DTC01": 3}
    assert warnings.steps(alarm.pk)[0].doubt == Doubt("incomplete", rows=12)

    since = clock.at
    alarm = given.give(50, until=DAY + 2 * ONE, missing=Missing(3))  # the same reason, another number
    assert (alarm.unknown_detail, alarm.unknown_since) == ({"reason": "incomplete", "rows": 3}, since)
    assert steps(alarm) == [("raised", 3), ("unknown", 3)]
    alarm = given.give(-20, until=DAY + 3 * ONE)
    assert (alarm.state, alarm.unknown, alarm.unknown_since) == ("firing", "", None)
    alarm = given.give(0, until=DAY + 4 * ONE)
    assert (alarm.state, alarm.resolved_at) == ("resolved", clock.at)
    assert steps(alarm) == [("raised", 3), ("unknown", 3), ("known", 3), ("resolved", 3)]


def test_an_unknown_alarm_is_counted_and_filtered(
    given: Values, office: Person, django_assert_num_queries: Any
) -> None:
    given.give(*BEHIND)
    alarm = given.give(50, until=DAY + ONE, missing=Missing(12))
    assert warnings.unanswered(office) == {"DTC01": 1}
    assert warnings.past_alarms(office) == []
    with django_assert_num_queries(len(_statements(office))):
        (found,) = warnings.open_alarms(office, unknown=True)
    assert found.id == alarm.pk
    assert warnings.open_alarms(office, unknown=False) == []
    assert warnings.unknown() == {"DTC01"}
    assert warnings.unknown(subject=FINANCE) == set()


def _statements(person: Person) -> list[object]:
    """What the list asks when no alarm is unknown: the mark costs no statement more."""
    with CaptureQueriesContext(connection) as asked:
        warnings.open_alarms(person)
    return list(asked.captured_queries)


def test_what_was_unknown_at_a_time_is_told_later(given: Values, clock: Clock) -> None:
    given.give(*BEHIND)
    before = clock.at
    given.give(50, until=DAY + ONE, missing=Missing(12))
    then = clock.at
    given.give(-20, until=DAY + 2 * ONE)
    again = clock.at
    given.give(50, until=DAY + 3 * ONE, missing=Missing(12))
    given.give(0, until=DAY + 4 * ONE)
    assert [warnings.unknown(at=at) for at in (before, then, again, clock.at)] == [set(), {"DTC01"}, set(), set()]
    assert warnings.unknown() == set()
    assert warnings.levels(at=then) == {"DTC01": 3}


# ── plan years ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_on_6_january_the_old_plan_year_s_alarm_stays_and_the_new_one_gets_its_own(
    given: Values, office: Person
) -> None:
    given.give(*BEHIND, until=dt.date(2026, 12, 31))
    old = given.give(0, 0, 0, 0, 0, 0, until=dt.date(2027, 1, 6), year=2027)
    assert (old.state, old.plan_year, old.unknown) == ("firing", 2026, "other_year")
    assert firing() == [("DTC01", "", 3, "new")]

    given.give(*BEHIND, until=dt.date(2027, 1, 16), year=2027)
    assert list(Alarm.objects.order_by("pk").values_list("plan_year", "state")) == [(2026, "firing"), (2027, "firing")]
    assert warnings.levels() == {"DTC01": 3}
    given.give(0, until=dt.date(2027, 1, 16))  # the payments of January, in the books of 2026
    assert list(Alarm.objects.order_by("pk").values_list("plan_year", "state")) == [
        (2026, "resolved"),
        (2027, "firing"),
    ]
    assert [view.plan_year for view in warnings.open_alarms(office)] == [2027]


@pytest.mark.parametrize(("last", "end"), [(0, "resolved"), (-20, "unmet")])
def test_a_plan_year_ends_with_its_last_target(
    given: Values, clock: Clock, office: Person, operator: Person, last: int, end: str
) -> None:
    alarm = given.give(*BEHIND, until=dt.date(2027, 1, 29))
    warnings.confirm(alarm.pk, by=office)
    assert given.give(-20, until=dt.date(2027, 1, 30)).state == "firing"
    given.give(last, until=dt.date(2027, 1, 31), judge=False)
    alarm = given.give(0, until=dt.date(2027, 2, 1), year=2027)
    assert (alarm.state, alarm.resolved_at, steps(alarm)[-1]) == (end, clock.at, (end, 3))
    assert deciding.end_over() == 1  # nobody has to decide any more
    assert warnings.open_alarms(office) == []
    assert [view.state for view in warnings.past_alarms(office)] == [end]
    assert [view.id for view in warnings.past_alarms(office, state=end)] == [alarm.pk]
    assert warnings.past_alarms(office, state="withdrawn") == []
    given.give(0, until=dt.date(2027, 2, 2), year=2027)
    assert Alarm.objects.count() == 1
    page = reader(operator).get(f"/desk/alarms/{alarm.pk}").content.decode()
    assert (vietnamese("Year ended behind") in page) is (end == "unmet")
    assert (vietnamese("Alarm over: the values confirm") in page) is (end == "resolved")


def test_a_year_that_ended_behind_confirms_no_directive(given: Values, office: Person, verifier: Person) -> None:
    alarm = given.give(*BEHIND, until=dt.date(2027, 1, 31))
    case = reported(alarm, office)
    given.give(0, until=dt.date(2027, 2, 1), year=2027)
    with pytest.raises(Refused, match="plan year ended behind"):
        _act(case, "close", verifier)
    _act(case, "withdraw", verifier)
    alarm.refresh_from_db()
    assert (alarm.state, alarm.handling) == ("unmet", "confirmed")
    assert [view.id for view in warnings.past_alarms(office)] == [alarm.pk]


def test_a_directive_waits_until_a_comparable_value_has_come(given: Values, office: Person, verifier: Person) -> None:
    alarm = given.give(*BEHIND)
    case = reported(alarm, office)
    given.give(50, until=DAY + ONE, missing=Missing(1))
    with pytest.raises(Refused, match="not comparable"):
        _act(case, "close", verifier)
    page = reader(verifier).get(addresses.to("case", case)).content.decode()
    why = vietnamese("%(number)s row is missing behind the new value", number=1)
    assert why in page
    given.give(0, until=DAY + 2 * ONE)
    _act(case, "close", verifier)
    alarm.refresh_from_db()
    assert (alarm.state, alarm.handling) == ("resolved", "closed")


def test_a_directive_of_one_plan_year_does_not_wait_for_the_next(
    given: Values, office: Person, verifier: Person
) -> None:
    alarm = given.give(*BEHIND, until=dt.date(2027, 1, 15))
    case = reported(alarm, office)
    given.give(*BEHIND, until=dt.date(2027, 1, 16), year=2027)
    given.give(0, until=dt.date(2027, 1, 17))
    assert list(Alarm.objects.order_by("pk").values_list("plan_year", "state")) == [
        (2026, "resolved"),
        (2027, "firing"),
    ]
    _act(case, "close", verifier)


def test_what_nobody_judges_any_more_confirms_no_directive(given: Values, office: Person, verifier: Person) -> None:
    alarm = given.give(*BEHIND)
    case = reported(alarm, office)
    redefine("DTC01", thresholds=[])
    judging.judge("DTC01")
    with pytest.raises(Refused, match="not judged any more"):
        _act(case, "close", verifier)


def _act(case: int, act: str, by: Person) -> None:
    cases.act(case, act, by=by, note="Đã kiểm tra.")


# ── denominators ─────────────────────────────────────────────────────────────────────────────────────────────────────


def rate(*amounts: int, denominator: int, day: dt.date = DAY, agency: str = FINANCE) -> None:
    """An agency's rate of disbursement, really kept; judged."""
    values("DTC01", *amounts, until=day, agency=agency)
    Value.objects.filter(indicator="DTC01", agency=agency, known_to=None).update(denominator=denominator)
    judging.judge("DTC01")


def test_a_denominator_that_fell_asks_the_official_before_anything_ends(
    clock: Clock, operator: Person, finance: Person, farming: Person, django_assert_num_queries: Any
) -> None:
    rate(*[27] * 8, denominator=100)
    clock.set(DAY, 9)
    rate(*[125] * 8, denominator=16)  # the largest plan line is not there
    alarm = Alarm.objects.get()
    assert (alarm.state, alarm.level, alarm.unknown) == ("firing", 3, "fallen")
    value = alarm.unknown_detail["value"]

    pages = reader(operator)
    page = pages.get(f"/desk/alarms/{alarm.pk}").content.decode()
    assert vietnamese("the denominator fell by %(share)s", share="84%") in page
    assert vietnamese("The denominator is right") in page
    assert (
        vietnamese("The denominator is right") not in reader(farming).get(f"/desk/alarms/{alarm.pk}").content.decode()
    )
    with pytest.raises(Forbidden):
        warnings.accept_denominator(alarm.pk, value=value, by=farming, note="Đúng.")
    with pytest.raises(Refused, match="reason"):
        warnings.accept_denominator(alarm.pk, value=value, by=operator, note=" ")
    with pytest.raises(Refused, match="look again"):
        warnings.accept_denominator(alarm.pk, value=value - 1, by=operator, note="Đúng.")
    judging.judge("DTC01")
    assert Alarm.objects.get().state == "firing"

    clock.set(DAY, 10)
    sent = pages.post(f"/desk/alarms/{alarm.pk}?act=denominator", {"seen": value, "note": "Đã cắt dự án."}, follow=True)
    assert sent.status_code == 200
    alarm.refresh_from_db()
    assert (alarm.state, alarm.denominator, alarm.resolved_at) == ("resolved", Decimal(16), clock.at)
    assert steps(alarm) == [("raised", 3), ("unknown", 3), ("denominator_accepted", 3), ("resolved", 3)]
    entry = Entry.objects.get(act="warnings.denominator_accepted")
    assert (entry.actor, entry.subject) == (str(operator.pk), f"alarm:{alarm.pk}")
    assert {name: Decimal(entry.detail[name]) for name in ("before", "now")} == {"before": 100, "now": 16}
    with pytest.raises(Refused, match="look again"):
        warnings.accept_denominator(alarm.pk, value=value, by=operator, note="Đúng.")


def test_what_was_accepted_holds_for_this_denominator_only(clock: Clock, operator: Person) -> None:
    rate(*[27] * 8, denominator=100)
    rate(*[65] * 8, denominator=50)
    alarm = Alarm.objects.get()
    warnings.accept_denominator(alarm.pk, value=alarm.unknown_detail["value"], by=operator, note="Đúng.")
    alarm.refresh_from_db()
    assert (alarm.state, alarm.level, alarm.unknown) == ("firing", 2, "")  # eased, and no more
    rate(*[90] * 8, denominator=30)
    alarm.refresh_from_db()
    assert (alarm.state, alarm.unknown) == ("firing", "fallen")
    rate(*[90] * 8, denominator=45)
    alarm.refresh_from_db()
    assert alarm.state == "resolved"


def test_a_question_stands_above_the_inbox_of_those_who_may_answer(
    clock: Clock, operator: Person, farming: Person
) -> None:
    from vamco.systems.warnings.pages import alarm_list

    rate(*[27] * 8, denominator=100)
    assert alarm_list.question_hint(operator) is None
    rate(*[125] * 8, denominator=16)
    hint = alarm_list.question_hint(operator)
    assert hint is not None
    assert hint.text.startswith("1 ")
    assert alarm_list.question_hint(farming) is None
    page = reader(operator).get(hint.url).content.decode()
    assert vietnamese("the denominator fell by %(share)s", share="84%") in page


# ── sources that are late ────────────────────────────────────────────────────────────────────────────────────────────


def test_a_late_source_makes_alarms_unknown_until_it_comes(
    departments: Departments, clock: Clock, given: Values
) -> None:
    departments.payments((DAY, ROADS, "25459", 100))
    given.give(*BEHIND)
    clock.set(DAY + 7 * ONE, 20)
    handlers.late(DatasetLate("kb_giaingan", clock.at, None))
    alarm = Alarm.objects.get(cause="behind")
    assert (alarm.state, alarm.unknown, alarm.unknown_detail["dataset"]) == ("firing", "late", "kb_giaingan")
    judging.look_again()
    assert sorted(Alarm.objects.filter(state="firing").values_list("cause", flat=True)) == ["behind", "late"]

    run = departments.payments((DAY + 7 * ONE, ROADS, "25459", 100), first=2)
    handlers.came(DatasetPublished("kb_giaingan", run.snapshot or 0, run.id))
    alarm.refresh_from_db()
    assert (alarm.state, alarm.unknown) == ("firing", "")
    assert Alarm.objects.get(cause="late").state == "resolved"


def test_late_data_that_came_without_news_of_it_are_found_later(departments: Departments, clock: Clock) -> None:
    departments.payments((DAY, ROADS, "25459", 100))
    clock.set(DAY + 7 * ONE, 20)
    handlers.late(DatasetLate("kb_giaingan", clock.at, None))
    judging.look_again()
    assert Alarm.objects.get().state == "firing"
    departments.payments((DAY + 7 * ONE, ROADS, "25459", 100), first=2)
    judging.look_again()
    assert Alarm.objects.get().state == "resolved"


def test_the_same_events_in_any_order_lead_to_the_same(departments: Departments, clock: Clock, given: Values) -> None:
    departments.payments((DAY, ROADS, "25459", 100))
    given.give(*BEHIND)
    given.give(50, until=DAY + ONE, judge=False, missing=Missing(4))
    clock.set(DAY + 7 * ONE, 20)
    told = [
        lambda: handlers.judge(ValuesSettled("DTC01", 1, "")),
        lambda: handlers.late(DatasetLate("kb_giaingan", clock.at, None)),
        lambda: handlers.came(DatasetPublished("kb_giaingan", 1, 1)),
        lambda: handlers.judge(ValuesSettled("DTC01", 1, "")),
    ]
    ends = set()
    for order in permutations(range(len(told))):
        before = transaction.savepoint()
        for n in order:
            told[n]()
        rows = Alarm.objects.order_by("cause").values_list("cause", "state", "level", "unknown", "value_id")
        ends.add(tuple(rows))
        transaction.savepoint_rollback(before)
    assert len(ends) == 1
    assert [row[:4] for row in next(iter(ends))] == [("behind", "firing", 3, "incomplete"), ("late", "firing", 3, "")]


# ── per agency ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_agency_that_is_silent_keeps_its_alarm_while_others_go_on(clock: Clock, office: Person) -> None:
    for agency in (FINANCE, ROADS):
        values("HCC08", 30, 30, 30, until=DAY, agency=agency)
    judging.judge("HCC08")
    clock.set(DAY + ONE)
    values("HCC08", 30, 30, 30, 0, until=DAY + ONE, agency=ROADS)
    judging.judge("HCC08")
    assert firing() == [("HCC08", FINANCE, 1, "new")]
    assert Alarm.objects.get(state="firing").unknown == "silent"
    page = reader(office).get("/desk/alarms/").content.decode()
    assert vietnamese("there is no data for the newest period") in page


def test_on_6_january_no_alarm_of_the_old_plan_year_is_over_with_real_deliveries(
    departments: Departments, clock: Clock
) -> None:
    clock.set(dt.date(2026, 12, 31), 18)
    departments.plans((dt.date(2026, 1, 1), ROADS, "25459", 1000))
    departments.payments((dt.date(2026, 3, 2), ROADS, "25459", 100), (dt.date(2026, 12, 31), ROADS, "25459", 1))
    settle("DTC01")
    judging.judge("DTC01")
    before = list(Alarm.objects.order_by("subject").values_list("subject", "plan_year", "state", "level"))
    assert before == [("", 2026, "firing", 3), (ROADS, 2026, "firing", 3)]

    clock.set(dt.date(2027, 1, 6), 18)
    departments.payments((dt.date(2027, 1, 6), ROADS, "25459", 5), first=3)
    settle("DTC01")
    judging.judge("DTC01")
    old = Alarm.objects.filter(plan_year=2026).order_by("subject")
    assert list(old.values_list("subject", "plan_year", "state", "level")) == before
