"""Whether a newer value answers the same question as the alarm, and what follows. Pure.

An alarm ends only when the same question has a better answer: of the same plan year, with a denominator, complete, and past `clear`.
Otherwise its answer is in doubt, and it stays.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from itertools import product
from typing import TYPE_CHECKING, Final

from vamco.systems.warnings.contracts import Doubt
from vamco.systems.warnings.rules import levels
from vamco.systems.warnings.rules.levels import Reading

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

    from vamco.systems.indicators.contracts import Definition, ValueView
    from vamco.systems.warnings.contracts import End

CENT: Final = 100
YEARLY: Final = ("ytd",)


@dataclass(frozen=True)
class Question:
    """What is asked of the values of one subject: how they stand in a plan year (0 where the question knows no years).

    `horizon` is the last day that any value of the indicator speaks of, `late` a dataset behind it that did not come, "" if all did.
    `reference` is the denominator that the alarm rests on; None before any, or where nothing is divided. `newer`: the subject has
    newer values, of another plan year.
    """

    of: Definition
    year: int
    horizon: dt.date
    late: str = ""
    reference: Decimal | None = None
    newer: bool = False

    @property
    def closes(self) -> dt.date | None:
        """The last day of the plan year: where its path ends, at the earliest on 31 December; None where no year ends."""
        if not self.year:
            return None
        december = dt.date(self.year, 12, 31)
        path = self.of.paths.get(self.year)
        return max(december, path[-1].on) if path else december

    @property
    def over(self) -> bool:
        """Whether values speak of days after the plan year."""
        return self.closes is not None and self.horizon > self.closes


@dataclass(frozen=True)
class Verdict:
    """What becomes of an alarm, or of none: its level (0: there is none, or it ends) and how it ends, "" when it does not.

    `doubt` says why the newest answer cannot end it; `view` is the value that it was judged by, None where that stays as it was.
    `reference` is the denominator that it rests on from now on.
    """

    level: int
    end: End = ""
    doubt: Doubt | None = None
    view: ValueView | None = None
    reference: Decimal | None = None


def year_of(of: Definition, view: ValueView) -> int:
    """Return the plan year that a value is of; 0 where the question does not begin again with each year."""
    if view.plan_year:
        return view.plan_year
    yearly = bool(of.paths) or any(term.year or term.window in YEARLY for term in of.formula.terms)
    return view.period_end.year if yearly else 0


def judge(views: Sequence[ValueView], asked: Question, level: int) -> Verdict:
    """Return what follows from the values of a subject in a plan year, oldest first, for its alarm of `level` (0: it has none)."""
    of = asked.of
    views = [view for view in views if asked.closes is None or view.period_end <= asked.closes]
    usable = [(view, reading) for view in views if view.judged and (reading := read(of, view)).high is not None]
    readings, last = [reading for _view, reading in usable], usable[-1][0] if usable else None
    if not level:
        found = 0 if asked.over else levels.judge(readings, of.thresholds, 0, daily=of.frequency == "day")
        if not found:
            return Verdict(0)
        at_first = Verdict(found, view=last, reference=last.denominator if last else None)
        doubt = _doubt(views, replace(asked, reference=None))
        sure = doubt is not None and doubt.reason == "incomplete" and readings[-1].low is not None
        return at_first if sure else replace(at_first, doubt=doubt)
    doubt = _doubt(views, asked)
    held = doubt is not None and (doubt.reason != "incomplete" or read(of, views[-1]).low is None)
    now = levels.judge(readings, of.thresholds, level, daily=of.frequency == "day", lasting=held)
    if now < level and last is not None and (changed := _changed(last, asked)):
        doubt, now = doubt or changed, level
    if (
        doubt is not None
        and doubt.reason == "incomplete"
        and now
        and not asked.over
        and _is_sure(of, readings, level, now)
    ):
        return Verdict(now, view=last, reference=asked.reference)  # whatever is missing, this is what follows
    if doubt is not None:
        now = now or min(t.level for t in of.thresholds)
        return Verdict(now, doubt=doubt, view=last if now != level else None, reference=asked.reference)
    reference = _farther(of, asked.reference, last.denominator if last else None)
    if not now:
        return Verdict(0, "resolved", view=last, reference=reference)
    return Verdict(0 if asked.over else now, "unmet" if asked.over else "", view=last, reference=reference)


def _is_sure(of: Definition, readings: Sequence[Reading], level: int, found: int) -> bool:
    """Whether the same level follows when the values are as good as they may be; what has no lower bound is never sure."""
    if not readings or readings[-1].low is None:
        return False
    best = [replace(reading, low=reading.high) for reading in readings]
    return levels.judge(best, of.thresholds, level, daily=of.frequency == "day") == found


# ── what a value says ────────────────────────────────────────────────────────────────────────────────────────────────


def read(of: Definition, view: ValueView) -> Reading:
    """Return what a value says of its gap: without bounds where it says nothing, between bounds where rows are missing.

    Where nobody can say how much is missing it is taken to be as good as it looks, but perhaps worse: so an alarm may begin by it, for
    one that is raised in doubt is looked at, and one that is not is missed by all. Where parts are silent it says nothing at all.
    """
    if view.missing is None or view.gap is None:
        return Reading(view.period_end, view.gap, view.gap)
    found = _possible(of, view)
    if found is None or view.target is None:
        return Reading(view.period_end, None, None if view.missing.silent else view.gap)
    gaps = [view.target - value if of.direction == "down" else value - view.target for value in found]
    return Reading(view.period_end, min(gaps), max(gaps))


def _possible(of: Definition, view: ValueView) -> list[Decimal] | None:
    """Return the least and the greatest that a value could be, any part of what is missing counting or not; None if unknown."""
    missing = view.missing
    if missing is None or missing.unread or missing.silent or missing.kept:
        return None
    if missing.numerator is None and missing.denominator is None:  # it may be nothing, or a refund
        return None
    tops = _with_share(view.numerator, missing.numerator)
    if of.formula.denominator is None or tops is None:
        return tops and [top * of.formula.scale for top in tops]
    bottoms = _with_share(view.denominator, missing.denominator)
    if bottoms is None or min(bottoms) <= 0:
        return None
    return [top / bottom * of.formula.scale for top, bottom in product(tops, bottoms)]


def _with_share(there: Decimal | None, share: Decimal | None) -> list[Decimal] | None:
    """Return half of a value without and with what is missing, of which it would be a share; None if nobody can say."""
    if there is None or (share is not None and share >= 1):
        return None
    return [there, there / (1 - share) if share else there]


# ── doubts ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def _doubt(views: Sequence[ValueView], asked: Question) -> Doubt | None:
    """Return why the newest answer cannot end an alarm, the first reason that there is."""
    if not views:
        return Doubt("other_year" if asked.newer or asked.over else "withdrawn")
    newest = views[-1]
    wanted = asked.closes if asked.over and asked.closes is not None else asked.horizon
    if newest.period_end < wanted:
        return Doubt("other_year" if asked.newer or asked.over else "silent")
    mature = [view for view in views if view.judged]
    if not mature:
        return Doubt("too_early")
    return _lack(mature[-1], asked)


def _lack(view: ValueView, asked: Question) -> Doubt | None:
    divides = asked.of.formula.denominator is not None
    if view.value is None:
        return Doubt("no_denominator" if divides and view.numerator is not None else "silent")
    if divides and not view.denominator:
        return Doubt("no_denominator")
    if view.gap is None:
        return Doubt("no_target")
    if view.missing is not None:
        lacks = view.missing
        return Doubt("incomplete", rows=lacks.rows, silent=lacks.silent, expected=lacks.expected)
    return Doubt("late", dataset=asked.late) if asked.late else None


def _changed(view: ValueView, asked: Question) -> Doubt | None:
    """Return the doubt in a value that looks better only because its denominator is another one."""
    before, now, of = asked.reference, view.denominator, asked.of
    if of.formula.denominator is None or not before or now is None:
        return None
    share = of.denominator_change / CENT
    if of.direction == "down":
        return Doubt("risen", before=before, now=now, value=view.id) if now > before * (1 + share) else None
    return Doubt("fallen", before=before, now=now, value=view.id) if now < before * (1 - share) else None


def _farther(of: Definition, before: Decimal | None, now: Decimal | None) -> Decimal | None:
    """Return the denominator that the next one is compared with: the largest so far, so that small steps add up."""
    if of.formula.denominator is None or before is None or now is None:
        return before if now is None else now
    return min(before, now) if of.direction == "down" else max(before, now)


# ── directives ───────────────────────────────────────────────────────────────────────────────────────────────────────


def may_close(*, firing: bool, handling: str, ended: str = "resolved") -> bool:
    """Return whether a directive may be closed: only when the values, or the data's arrival, have confirmed that it helped.

    An alarm whose answer is unknown fires. One that ended without a better answer has confirmed nothing.
    """
    return not firing and handling == "directed" and ended == "resolved"
