"""An alarm ends only when the same question has a better answer."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vamco.systems.indicators.contracts import Missing
from vamco.systems.warnings.contracts import Doubt
from vamco.systems.warnings.rules import answers
from vamco.systems.warnings.rules.answers import Question, Verdict
from vamco.systems.warnings.rules.levels import Reading
from vamco.systems.warnings.tests.views import CLEAR, INVESTMENT, LEVELS, definition, view

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vamco.systems.indicators.contracts import Definition, ValueView

RATE = definition()
PLAN = definition(paths=INVESTMENT)
DAY = dt.date(2026, 11, 20)
BEHIND = (-20, -20, -20)


def days(*gaps: int | None, of: Definition = RATE, until: dt.date = DAY) -> list[ValueView]:
    return [
        view(until - dt.timedelta(days=len(gaps) - 1 - n), gap, of=of, number=n + 1, year=2026 if of.paths else 0)
        for n, gap in enumerate(gaps)
    ]


def asked(
    of: Definition = RATE,
    *,
    year: int | None = None,
    horizon: dt.date = DAY,
    late: str = "",
    reference: int | None = 100,
    newer: bool = False,
) -> Question:
    known = Decimal(reference) if reference is not None else None
    return Question(of, (2026 if of.paths else 0) if year is None else year, horizon, late, known, newer)


def after(*newest: ValueView, question: Question | None = None, level: int = 3) -> Verdict:
    """What follows for an alarm when these values come after three bad days."""
    first = days(*BEHIND, until=newest[0].period_end - dt.timedelta(days=1))
    return answers.judge([*first, *newest], question or asked(horizon=newest[-1].period_end), level)


# ── each reason ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_better_answer_ends_an_alarm() -> None:
    better = view(DAY, 0, of=RATE, number=9)
    assert after(better) == Verdict(0, "resolved", view=better, reference=Decimal(100))


@pytest.mark.parametrize(
    ("newest", "doubt"),
    [
        (view(DAY, None, of=RATE), Doubt("silent")),
        (replace(view(DAY, None, of=RATE, denominator=0), numerator=Decimal(7)), Doubt("no_denominator")),
        (view(DAY, 20, of=RATE, denominator=None), Doubt("no_denominator")),
        (view(DAY, 20, of=RATE, denominator=0), Doubt("no_denominator")),
        (replace(view(DAY, 20, of=RATE), target=None, gap=None), Doubt("no_target")),
        (view(DAY, 20, of=RATE, missing=Missing(12)), Doubt("incomplete", rows=12)),
        (view(DAY, 75, of=RATE, denominator=16), Doubt("fallen", before=Decimal(100), now=Decimal(16), value=1)),
    ],
)
def test_an_answer_that_is_not_comparable_ends_nothing(newest: ValueView, doubt: Doubt) -> None:
    assert after(newest) == Verdict(3, doubt=doubt, reference=Decimal(100))


def test_values_that_were_withdrawn_end_nothing() -> None:
    assert answers.judge([], asked(), 2) == Verdict(2, doubt=Doubt("withdrawn"), reference=Decimal(100))


def test_a_subject_that_stopped_reporting_keeps_its_alarm() -> None:
    verdict = after(view(DAY, 0, of=RATE), question=asked(horizon=DAY + dt.timedelta(days=1)))
    assert (verdict.level, verdict.end, verdict.doubt) == (3, "", Doubt("silent"))


def test_a_late_source_ends_nothing() -> None:
    verdict = after(view(DAY, 0, of=RATE), question=asked(late="kb_giaingan"))
    assert verdict == Verdict(3, doubt=Doubt("late", dataset="kb_giaingan"), reference=Decimal(100))


def test_what_is_not_to_be_judged_yet_neither_raises_nor_ends() -> None:
    month = definition(frequency="month")
    november = view(dt.date(2026, 11, 30), -20, of=month)
    for gap in (-30, 30):
        december = view(dt.date(2026, 12, 31), gap, of=month, judged=False)
        question = asked(month, horizon=december.period_end)
        assert answers.judge([november, december], question, 3).level == 3
        assert answers.judge([december], question, 3) == Verdict(3, doubt=Doubt("too_early"), reference=Decimal(100))
        assert answers.judge([december], question, 0) == Verdict(0)
    fixed = view(dt.date(2026, 11, 30), 0, of=month)  # November itself was put right
    assert (
        answers.judge([fixed, view(dt.date(2026, 12, 31), -30, of=month, judged=False)], question, 3).end == "resolved"
    )


# ── incomplete values ────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("direction", "missing", "low", "high"),
    [
        ("up", Missing(1, denominator=Decimal("0.5")), -30, -10),  # 40/100 or 40/200
        ("up", Missing(1, numerator=Decimal("0.2")), -10, 0),  # 40/100 or 50/100
        ("up", Missing(1, numerator=Decimal("0.2"), denominator=Decimal("0.5")), -30, 0),
        ("down", Missing(1, numerator=Decimal("0.2")), -25, -10),  # 60/100 or 75/100
        ("up", Missing(1), None, -10),  # as it looks, or worse
        ("up", Missing(1, numerator=Decimal("0.2"), unread=True), None, -10),
        ("up", Missing(1, numerator=Decimal("0.2"), kept=1), None, -10),
        ("up", Missing(1, numerator=Decimal("0.2"), silent=2, expected=96), None, None),
        ("up", Missing(1, numerator=Decimal(1)), None, -10),
    ],
)
def test_missing_amounts_bound_the_gap(direction: str, missing: Missing, low: int | None, high: int | None) -> None:
    of = definition(direction=direction)  # type: ignore[arg-type]
    reading = answers.read(of, view(DAY, -10, of=of, missing=missing))
    assert reading == Reading(DAY, *(None if each is None else Decimal(each) for each in (low, high)))


def test_a_sum_is_bounded_without_a_denominator() -> None:
    of = definition(divides=False)
    reading = answers.read(of, view(DAY, -10, of=of, missing=Missing(2, numerator=Decimal("0.2"))))
    assert reading == Reading(DAY, Decimal(-10), Decimal(0))


@pytest.mark.parametrize(("share", "level"), [("0.1", 3), ("0.3", 1), ("0.4", 0), (None, 3)])
def test_incomplete_values_raise_what_the_missing_rows_could_not_prevent_or_nobody_can_bound(
    share: str | None, level: int
) -> None:
    missing = Missing(1, numerator=Decimal(share)) if share else Missing(1, unread=True)
    views = [replace(each, missing=missing) for each in days(*BEHIND)]  # −20, at best −16.7, −7.1, 0
    found = answers.judge(views, asked(reference=None), 0)
    assert found.level == level
    assert found.doubt == (None if share else Doubt("incomplete", rows=1))  # sure, or raised in doubt


def test_silent_parts_raise_nothing() -> None:
    views = [replace(each, missing=Missing(0, silent=40, expected=96)) for each in days(*BEHIND)]
    assert answers.judge(views, asked(reference=None), 0) == Verdict(0)


def test_incomplete_values_ease_only_what_the_missing_rows_could_not_undo_and_end_nothing() -> None:
    doubt = Doubt("incomplete", rows=5)
    for share, gap, level, told in (
        ("0.01", -6, 1, None),  # 44/100 or 44/101: the same follows
        ("0.3", -6, 3, doubt),  # 44/100 or 44/143
        ("0.1", 20, 1, doubt),
    ):
        newest = view(DAY, gap, of=RATE, missing=Missing(5, denominator=Decimal(share)))
        verdict = after(newest)
        assert (verdict.level, verdict.end, verdict.doubt) == (level, "", told)


# ── denominators ─────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("now", "ends"), [(100, True), (80, True), (79, False), (1000, True)])
def test_a_denominator_that_fell_sharply_is_asked_about_first(now: int, ends: bool) -> None:  # noqa: FBT001
    verdict = after(view(DAY, 0, of=RATE, denominator=now, number=5))
    assert (verdict.end == "resolved") is ends
    assert ends or verdict.doubt == Doubt("fallen", before=Decimal(100), now=Decimal(now), value=5)


@pytest.mark.parametrize(("now", "ends"), [(100, True), (120, True), (121, False), (10, True)])
def test_where_less_is_good_a_denominator_that_rose_sharply_is(now: int, ends: bool) -> None:  # noqa: FBT001
    of = definition(direction="down")
    bad = [view(DAY - dt.timedelta(days=n), -20, of=of) for n in (3, 2, 1)]
    verdict = answers.judge([*bad, view(DAY, 0, of=of, denominator=now)], asked(of), 3)
    assert (verdict.end == "resolved") is ends
    assert ends or verdict.doubt == Doubt("risen", before=Decimal(100), now=Decimal(now), value=1)


def test_the_share_is_the_definition_s() -> None:
    of = replace(RATE, denominator_change=Decimal(5))
    newest = view(DAY, 0, of=of, denominator=94)
    assert after(newest, question=asked(of)).doubt is not None
    assert after(replace(newest, denominator=Decimal(95)), question=asked(of)).end == "resolved"


def test_a_denominator_that_closes_nothing_is_not_asked_about_but_not_forgotten() -> None:
    verdict = after(view(DAY, -20, of=RATE, denominator=10))
    assert (verdict.level, verdict.doubt, verdict.reference) == (3, None, Decimal(100))
    small_steps = after(view(DAY, -20, of=RATE, denominator=85))
    last = after(view(DAY, 0, of=RATE, denominator=75), question=replace(asked(), reference=small_steps.reference))
    assert last.doubt == Doubt("fallen", before=Decimal(100), now=Decimal(75), value=1)


# ── the end of a plan year ───────────────────────────────────────────────────────────────────────────────────────────


JANUARY = dt.date(2027, 1, 6)
CLOSES = dt.date(2027, 1, 31)


def test_a_plan_year_closes_where_its_path_ends() -> None:
    assert asked(PLAN).closes == CLOSES
    assert asked(replace(PLAN, paths={}), year=2026).closes == dt.date(2026, 12, 31)
    assert asked(RATE).closes is None


def test_a_new_plan_year_ends_no_alarm_of_the_old_one() -> None:
    old = days(*BEHIND, of=PLAN, until=dt.date(2026, 12, 31))
    verdict = answers.judge(old, asked(PLAN, horizon=JANUARY, newer=True), 3)
    assert verdict == Verdict(3, doubt=Doubt("other_year"), reference=Decimal(100))


def test_payments_of_january_still_count_for_the_old_plan_year() -> None:
    old = days(*BEHIND, 0, of=PLAN, until=JANUARY)
    assert answers.judge(old, asked(PLAN, horizon=JANUARY, newer=True), 3).end == "resolved"
    assert answers.judge(old[:3], asked(PLAN, horizon=old[2].period_end, newer=True), 3).doubt is None


@pytest.mark.parametrize(("gap", "end"), [(0, "resolved"), (-4, "unmet"), (-20, "unmet")])
def test_after_the_close_the_last_target_is_judged(gap: int, end: str) -> None:
    old = days(*BEHIND, gap, of=PLAN, until=CLOSES)
    assert answers.judge(old, asked(PLAN, horizon=CLOSES), 3).end == ("resolved" if gap == 0 else "")
    verdict = answers.judge(old, asked(PLAN, horizon=CLOSES + dt.timedelta(days=1), newer=True), 3)
    assert (verdict.level, verdict.end, verdict.view) == (0, end, old[-1])


@pytest.mark.parametrize(
    "last", [None, view(CLOSES, None, of=PLAN, year=2026), view(CLOSES, 0, of=PLAN, year=2026, missing=Missing(3))]
)
def test_a_plan_year_without_a_whole_last_value_ends_no_alarm(last: ValueView | None) -> None:
    old = days(*BEHIND, of=PLAN, until=CLOSES - dt.timedelta(days=1))
    views = [*old, last] if last else old
    verdict = answers.judge(views, asked(PLAN, horizon=CLOSES + dt.timedelta(days=1), newer=True), 3)
    assert (verdict.end, verdict.doubt is None) == ("", False)


def test_a_plan_year_that_is_over_raises_nothing() -> None:
    old = days(*BEHIND, of=PLAN, until=CLOSES)
    assert answers.judge(old, asked(PLAN, horizon=CLOSES, reference=None), 0).level == 3
    assert answers.judge(old, asked(PLAN, horizon=CLOSES + dt.timedelta(days=1), reference=None), 0) == Verdict(0)


def test_the_plan_year_is_the_value_s_own_or_that_of_its_day() -> None:
    january = view(JANUARY, 0, of=PLAN, year=2026)
    assert answers.year_of(PLAN, january) == 2026
    assert answers.year_of(PLAN, replace(january, plan_year=0)) == 2027
    assert answers.year_of(RATE, replace(january, plan_year=0)) == 0  # begins again with no year


# ── whatever comes ───────────────────────────────────────────────────────────────────────────────────────────────────


LACKS = st.one_of(
    st.none(),
    st.none(),
    st.builds(
        Missing,
        st.integers(1, 9),
        st.just(0),
        st.sampled_from([None, Decimal("0.1"), Decimal(1)]),
        st.sampled_from([None, Decimal("0.2"), Decimal("0.9")]),
        st.booleans(),
    ),
)


@st.composite
def worlds(draw: st.DrawFn) -> tuple[Definition, list[ValueView]]:
    """A definition, and values of two plan years as they come one after the other."""
    of = definition(
        direction=draw(st.sampled_from(["up", "down"])),
        divides=draw(st.booleans()),
        frequency=draw(st.sampled_from(["day", "month"])),
        paths=draw(st.sampled_from([None, INVESTMENT])),
    )
    day, found = dt.date(2027, 1, 22), []
    for number in range(draw(st.integers(1, 14))):
        day += dt.timedelta(days=draw(st.integers(0, 2)))
        gap = draw(st.sampled_from([None, -20, -20, -20, -11, -11, -6, -4, 0, 30]))
        below = draw(st.sampled_from([None, 0, 30, 85, 100, 100, 100, 130, 400]))
        year = draw(st.sampled_from([2026, 2026, 2027])) if of.paths else 0
        made = view(
            day, gap, of=of, denominator=below, year=year, missing=draw(LACKS),
            judged=draw(st.sampled_from([True, True, True, False])), number=number,
        )  # fmt: skip
        found.append(made)
    return of, found


def course(
    of: Definition, views: Sequence[ValueView], year: int
) -> list[tuple[Question, int, list[ValueView], Verdict]]:
    """What is judged, and how, as the values come: the alarm of one plan year from value to value."""
    level, reference, steps = 0, None, []
    for count in range(1, len(views) + 1):
        known = views[:count]
        own = [each for each in known if each.plan_year == year]
        newer = any(each.plan_year > year for each in known)
        question = Question(of, year, max(each.period_end for each in known), "", reference, newer)
        verdict = answers.judge(own, question, level)
        steps.append((question, level, own, verdict))
        level, reference = verdict.level, verdict.reference if verdict.level else None
    return steps


@given(worlds(), st.sampled_from([2026, 2027]))
def test_an_alarm_never_ends_without_a_better_answer_to_the_same_question(
    world: tuple[Definition, list[ValueView]], year: int
) -> None:
    of, views = world
    for question, level, own, verdict in course(of, views, year if of.paths else 0):
        if not level or verdict.level:
            assert verdict.end == ""
            continue
        assert verdict.end in {"resolved", "unmet"}
        newest = max((each for each in own if each.judged), key=lambda each: (each.period_end, each.id))
        assert verdict.view == newest
        assert newest.plan_year == question.year
        assert newest.missing is None
        assert newest.gap is not None
        assert newest.denominator or of.formula.denominator is None
        if verdict.end == "unmet":
            assert question.horizon > dt.date(question.year + 1, 1, 31)
            continue
        assert newest.gap > min(each.clear for each in LEVELS if each.level <= level)
        if newest.denominator and question.reference:
            changed = newest.denominator / question.reference
            assert changed <= Decimal("1.2") if of.direction == "down" else changed >= Decimal("0.8")


@given(worlds(), st.integers(1, 3), st.integers(1, 20))
def test_an_alarm_always_ends_on_a_comparable_value_above_clear(
    world: tuple[Definition, list[ValueView]], level: int, above: int
) -> None:
    of, views = world
    year = 2026 if of.paths else 0
    day = max(each.period_end for each in views)
    own = [each for each in views if each.plan_year == year and each.period_end < day]
    question = Question(of, year, day, reference=Decimal(100))
    newest = view(day, CLEAR + above, of=of, year=year)
    verdict = answers.judge([*own, newest], question, level)
    if question.over:  # what comes after the plan year does not speak of it
        assert verdict.view != newest
        return
    assert verdict == Verdict(0, "resolved", view=newest, reference=verdict.reference)


@given(worlds(), st.sampled_from([2026, 2027]))
def test_judging_twice_changes_nothing(world: tuple[Definition, list[ValueView]], year: int) -> None:
    of, views = world
    for question, _level, own, verdict in course(of, views, year if of.paths else 0):
        again = answers.judge(
            own, replace(question, reference=verdict.reference if verdict.level else None), verdict.level
        )
        if verdict.level:
            assert (again.level, again.end, again.doubt, again.reference) == (
                verdict.level, "", verdict.doubt, verdict.reference,
            )  # fmt: skip
        elif verdict.end:
            assert again == Verdict(0)


@given(worlds())
def test_a_gap_at_clear_ends_nothing(world: tuple[Definition, list[ValueView]]) -> None:
    of, views = world
    year = 2026 if of.paths else 0
    day = max(each.period_end for each in views)
    question = Question(of, year, day, reference=Decimal(100))
    newest = view(day, CLEAR, of=of, year=year)
    verdict = answers.judge([newest], question, 1)
    assert (verdict.level, verdict.end) == (1, "")
