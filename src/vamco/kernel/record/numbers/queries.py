from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Count, Exists, F, Max, OuterRef, Subquery
from django.db.models.functions import Coalesce

from vamco.kernel.record.numbers import rules
from vamco.kernel.record.numbers.contracts import Number
from vamco.kernel.record.numbers.models import Counter, Series, Taken
from vamco.lib.errors import N_, Missing, Refused
from vamco.lib.time import Period

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping


def peek(series: str, unit: str, day: dt.date, **own: str) -> Number:
    """Give the number that would be taken now, and refuse what `take` would refuse. It is not kept: another may take it."""
    known = Series.objects.filter(code=series).first()
    if known is None:
        raise no_series(series)
    demand_writable(known.form, unit, own)
    period = Period.containing(day, known.period).code  # type: ignore[arg-type]  # choices of the same names
    last = Counter.objects.filter(series=series, unit=unit, period=period).values_list("last", flat=True).first() or 0
    return Number(series, unit, day, last + 1, rules.write(known.form, unit, day, last + 1, own))


def given(series: str, key: str) -> Number | None:
    """Give the number that was taken under a key, or None."""
    taken = Taken.objects.filter(series=series, key=key).first()
    return Number(series, taken.unit, taken.day, taken.n, taken.text) if taken else None


def register(series: str, unit: str, period: Period) -> dict[str, Number]:
    """Give the numbers of a unit in a period in order, each by the key that it was given to."""
    rows = Taken.objects.filter(series=series, unit=unit, period=period.code).order_by("n")
    return {taken.key: Number(series, unit, taken.day, taken.n, taken.text) for taken in rows}


def verify() -> list[tuple[str, str, str]]:
    """Give (series, unit, period) whose register is not exactly 1, 2, … up to the counter; empty when all is well.

    A register without a counter is one of them: its next number would be 1 once more.
    """
    mine = Taken.objects.filter(series=OuterRef("series"), unit=OuterRef("unit"), period=OuterRef("period"))
    grouped = mine.order_by().values("series", "unit", "period").annotate(count=Count("key"), high=Max("n"))
    counters = Counter.objects.annotate(
        count=Coalesce(Subquery(grouped.values("count")), 0), high=Coalesce(Subquery(grouped.values("high")), 0)
    )
    broken = counters.exclude(count=F("last"), high=F("last"))
    counted = Counter.objects.filter(series=OuterRef("series"), unit=OuterRef("unit"), period=OuterRef("period"))
    uncounted = Taken.objects.filter(~Exists(counted)).distinct()
    names = ("series", "unit", "period")
    return sorted([*broken.values_list(*names), *uncounted.values_list(*names)])


def demand_writable(form: str, unit: str, own: Mapping[str, str]) -> None:
    """Raise Refused unless a number of that form can be written for the unit with what the act gives."""
    if not rules.is_unit(unit):
        raise Refused(
            "numbers.bad_unit", N_("“%(unit)s” is not the code of a unit that numbers can be given to."), unit=unit
        )
    wanted = rules.own_places(form)
    if own.keys() != wanted or not all(text and text.isprintable() for text in own.values()):
        raise Refused(
            "numbers.bad_places",
            N_("This number needs exactly these texts: %(wanted)s."),
            wanted=", ".join(sorted(wanted)) or "–",
        )
    length = len(form) + len(unit) + sum(map(len, own.values()))
    if length > rules.MAX_TEXT:
        raise Refused(
            "numbers.too_long", N_("The number would be longer than %(limit)s characters."), limit=rules.MAX_TEXT
        )


def no_series(series: str) -> Missing:
    """Give the error for a series that no pack declares."""
    return Missing("numbers.no_series", N_("There is no series of numbers %(series)s."), series=series)
