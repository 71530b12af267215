"""Values in words and figures, as the reader's language writes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from vamco.lib.time import ago, local_date
from vamco.systems.hub import public as hub
from vamco.systems.indicators import public as indicators
from vamco.systems.indicators.public import wording
from vamco.web import words
from vamco.web.components import Card, Tone

if TYPE_CHECKING:
    import datetime as dt

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
    if view is None or view.value is None:
        return Tone.NONE, ""
    if level:
        return TONES[level], ""
    if (today - as_of(view)).days > of.max_age_days:
        return Tone.STALE, ""
    if view.gap is None:
        return Tone.NONE, _("No target")
    return Tone.OK, wording.near(of, view.period_end) if view.gap < 0 else ""


def card(
    of: Definition, trend: Trend | None, *, level: int, directives: int, url: str, today: dt.date, synthetic: bool
) -> Card:
    """An indicator as a card; `level` is that of its alarm, 0 for none."""
    newest = trend.newest if trend else None
    status, word = tone(of, newest, level, today)
    path = (
        [indicators.target_on(of, day) for day in trend.days] if trend and newest and newest.target is not None else []
    )
    return Card(
        name=wording.name(of, short=True),
        code=of.code,
        url=url,
        figure=wording.figure(of, newest.value) if newest else "",
        unit=wording.unit(of),
        tone=status,
        word=word,
        as_of=as_of(newest) if newest else None,
        age=age(as_of(newest), today) if newest else "",
        target=wording.with_unit(of, newest.target) if newest and newest.target is not None else "",
        gap=wording.gap(of, newest.gap) if newest and newest.gap is not None else "",
        trend=trend.values if trend else (),
        path=tuple(None if target is None else float(target) for target in path),
        directives=directives,
        directives_url=f"{url}#alarms",
        synthetic=synthetic,
    )


def age(day: dt.date, today: dt.date) -> str:
    """How long ago a day was."""
    return ago(today - day, words.language()) if day < today else _("today")
