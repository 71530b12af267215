"""Where a series breaks: a commune because others went into it, an indicator because it is counted from other data from a day on."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from vamco.kernel.base import clock
from vamco.kernel.world.places import public as places
from vamco.systems.indicators import public as indicators
from vamco.systems.indicators.public import wording
from vamco.web.components import Mark

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from vamco.systems.indicators.contracts import Definition


@dataclass(frozen=True)
class Break:
    """The first day of the commune as it is now. `whole` came to it, of `parts` nobody can say how much did.

    With `source` it is the first day on which the indicator is counted from other data, and why.
    """

    on: dt.date
    whole: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    source: str = ""


def breaks(place: str) -> list[Break]:
    """The days on which other communes, in whole or in part, became part of one; the earliest first."""
    found: dict[dt.date, tuple[list[str], list[str]]] = {}
    for ended in places.ended_communes(clock.today()):
        if place in ended.heirs:
            whole, parts = found.setdefault(ended.last_day + dt.timedelta(days=1), ([], []))
            (whole if ended.heir else parts).append(ended.full_name)
    return [Break(day, tuple(whole), tuple(parts)) for day, (whole, parts) in found.items()]


def source_breaks(of: Definition) -> list[Break]:
    """The day from which an indicator is counted from other data, none where it always was from these."""
    return [Break(of.history_from, source=of.reason)] if indicators.break_of(of) else []


def marks(of: Sequence[Break], days: Sequence[dt.date]) -> Iterator[Mark]:
    """The breaks as lines of a chart with a point for each of these days; those outside are left out."""
    for each in of:
        if days and days[0] < each.on <= days[-1]:
            at = next(n for n, day in enumerate(days) if day >= each.on)
            text = _("Other data from %(day)s") if each.source else _("New boundaries from %(day)s")
            yield Mark(at, text % {"day": wording.period(each.on.isoformat())})


def say(of: Sequence[Break]) -> list[str]:
    """What the figures before each break hold."""
    found = []
    for each in of:
        given = {"day": wording.period(each.on.isoformat())}
        if each.source:
            text = _("From %(day)s it is counted from other data, so values before and after do not compare: %(why)s.")
            found.append(text % {**given, "why": each.source})
        if each.whole:
            text = _("Before %(day)s the figures are the sum of those of %(names)s.")
            found.append(text % {**given, "names": ", ".join(each.whole)})
        if each.parts:
            text = _("%(names)s was divided on %(day)s: its figures before that day cannot be assigned and count for the province only.")  # fmt: skip
            found.append(text % {**given, "names": ", ".join(each.parts)})
    return found
