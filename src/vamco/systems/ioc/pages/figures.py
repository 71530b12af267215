"""Values in words and figures, as the reader's language writes them."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import replace
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from vamco.lib.time import ago, local_date
from vamco.systems.hub import public as hub
from vamco.systems.indicators import public as indicators
from vamco.systems.indicators.public import wording
from vamco.web import words
from vamco.web.components import Card, Fact, Tone

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    from vamco.systems.indicators.contracts import Definition, Trend, ValueView

TONES = {1: Tone.WATCH, 2: Tone.WARNING, 3: Tone.URGENT}


def dataset(code: str) -> str:
    """A dataset's title."""
    contract = hub.contract(code)
    return words.either(contract.title, contract.title_en)


def as_of(view: ValueView) -> dt.date:
    """The day that a value is true of: the period's last day, or the day it was computed when the period still runs."""
    return min(view.period_end, local_date(view.known_from))


def tone(of: Definition, view: ValueView | None, level: int, today: dt.date) -> tuple[Tone, str]:
    """The status of a newest value, and the word for it where the tone's own does not fit."""
    if level:  # also where the newest value says nothing: the alarm fires until another one does
        return TONES[level], ""
    if view is None or view.value is None:
        return Tone.NONE, ""
    if (today - as_of(view)).days > of.max_age_days:
        return Tone.STALE, ""
    if view.gap is None or not view.judged:
        return Tone.NONE, wording.unjudged(view) or _("No target")
    if view.gap >= 0:
        return Tone.OK, ""
    judged = view.missing is None and _is_judged(
        of, view
    )  # else that no alarm began does not say that the target is near
    above = wording.target_kind(of, view.period_end) == "limit"  # is not good, however little it is
    word = wording.near(of, view.period_end) if judged else _("Target not reached")
    return Tone.OK if judged and not above else Tone.NONE, word


def _is_judged(of: Definition, view: ValueView) -> bool:
    """Whether warnings judge such values: then no alarm means that the target is near, else it means nothing.

    Where agencies answer for parts of an indicator, communes are not judged.
    """
    return bool(of.thresholds) and not (view.place and "agency" in of.levels)


def card(
    of: Definition,
    trend: Trend | None,
    *,
    level: int,
    directives: int,
    url: str,
    today: dt.date,
    synthetic: bool,
    before: ValueView | None = None,
) -> Card:
    """An indicator as a card; `level` is that of its alarm, 0 for none; `before` is the same period's value of last year."""
    newest = trend.newest if trend else None
    status, word = tone(of, newest, level, today)
    path = (
        [indicators.target_on(of, day, newest.plan_year) for day in trend.days]
        if trend and newest and newest.target is not None
        else []
    )
    return Card(
        name=wording.name(of, short=True),
        code=of.code,
        url=url,
        figure=wording.figure(of, newest.value) if newest else "",
        unit=unit(of) if newest and newest.value is not None else "",
        period=period(of, newest) if newest else "",
        tone=status,
        word=word,
        as_of=as_of(newest) if newest else None,
        age=age(as_of(newest), today) if newest else "",
        missing=missing(of, trend, today),
        lacks=lacks(of, newest) if newest else "",
        gap=gap(of, newest) if newest else "",
        comparisons=tuple(comparisons(of, newest, before, today)) if newest else (),
        trend=trend.values if trend else (),
        path=tuple(None if target is None else float(target) for target in path),
        directives=directives,
        directives_url=f"{url}#alarms",
        synthetic=synthetic,
    )


def lacks(of: Definition, view: ValueView) -> str:
    """What is missing behind a value that is shown; of one that is not, the words in its place say why."""
    return "" if view.value is None else wording.lacks(of, view.missing)


def gap(of: Definition, view: ValueView) -> str:
    """How far a value is from its target; "" without a target, or when it is too early to say."""
    return "" if view.gap is None or not view.judged else wording.gap(of, view.gap)


def doubted(card: Card) -> Card:
    """A card whose alarm fires while nobody knows whether it is over: its newest value is not comparable."""
    said = Fact(term=_("Alarm"), text=_("unknown"))
    return replace(
        card, comparisons=(said, *card.comparisons) if card.figure else (said,)
    )  # the wall's cards are small


def unit(of: Definition) -> str:
    """The unit of a value; of a count, what is counted."""
    return wording.unit(of) or words.either(of.counts, of.counts_en)


def period(of: Definition, view: ValueView) -> str:
    """The span of time that a value counts: "11 tháng 2026", "Tháng 11/2026", "Tại ngày 30/11/2026"."""
    term, day = of.formula.numerator, as_of(view)
    names = {"day": wording.period(day.isoformat()), "period": wording.period(view.period)}
    if term.window == "period":
        return _("%(period)s, up to %(day)s") % names if day < view.period_end else names["period"]
    if view.plan_year and view.plan_year != day.year:
        return _("Plan of %(year)s, up to %(day)s") % {"year": view.plan_year, "day": names["day"]}
    if term.window == "ytd" or (term.window == "to_date" and term.year):
        return _year_to(day)
    return (_("Up to %(day)s") if term.window == "to_date" else _("On %(day)s")) % names


def _year_to(day: dt.date) -> str:
    """The year up to a day; in whole months, the year or the first month where it is that."""
    if day.day != monthrange(day.year, day.month)[1]:
        return _("From 1 January to %(day)s") % {"day": wording.period(day.isoformat())}
    if day.month in {1, 12}:
        return wording.period(f"{day:%Y-%m}" if day.month == 1 else f"{day:%Y}")
    return _("%(months)s months of %(year)s") % {"months": day.month, "year": day.year}


def missing(of: Definition, trend: Trend | None, today: dt.date) -> str:
    """Why an indicator says nothing of a day; "" when it does."""
    if trend is None:
        return _("No data so far")
    day = as_of(trend.newest)
    if trend.newest.value is None and (lacking := trend.newest.missing) and lacking.expected == 1:
        return wording.unreported(lacking)
    if trend.newest.value is None:
        known = [day for day, value in zip(trend.days, trend.values, strict=True) if value is not None]
        if not known:
            return _("Cannot be computed: the denominator is missing or nil")
        last = wording.period(known[-1].isoformat())
        return _("Cannot be computed since %(day)s: the denominator is missing or nil") % {"day": last}
    if (today - day).days > of.max_age_days:
        return _("Data end on %(day)s") % {"day": wording.period(day.isoformat())}
    return ""


def comparisons(of: Definition, view: ValueView, before: ValueView | None, today: dt.date) -> Iterator[Fact]:
    """What a value is held against; what is not known is left out.

    A month that still runs is not held against a whole month of last year, unless both are shares.
    """
    runs = as_of(view) < view.period_end and of.formula.denominator is None
    amount = wording.figure if of.unit == "dong" else wording.with_unit  # the card says the unit of money once
    if before is not None and before.value is not None and not runs:
        year = {"year": before.plan_year or before.period_end.year}
        yield Fact(term=_("Same period of %(year)s") % year, text=amount(of, before.value))
    if view.target is None:
        return
    year_of_plan = view.plan_year or view.period_end.year
    goal = indicators.year_target(of, year_of_plan)
    target = amount(of, view.target)
    if goal is None:
        yield Fact(term=_("Target"), text=target)
        return
    day = {"day": wording.period(view.period_end.isoformat())}
    yield Fact(term=_("Path today") if view.period_end == today else _("Path on %(day)s") % day, text=target)
    yield Fact(term=_("Target of %(year)s") % {"year": year_of_plan}, text=amount(of, goal))


def age(day: dt.date, today: dt.date) -> str:
    """How long ago a day was."""
    return ago(today - day, words.language()) if day < today else _("today")
