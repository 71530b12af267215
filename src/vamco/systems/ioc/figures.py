"""Values in words and figures, as the reader's language writes them."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from vamco.lib import money
from vamco.lib.time import Period, ago, local_date
from vamco.systems.hub import public as hub
from vamco.systems.indicators import public as indicators
from vamco.web.components import Card, Tone

if TYPE_CHECKING:
    import datetime as dt

    from vamco.systems.indicators.contracts import Definition, Trend, ValueView

BN = Decimal(10**9)
TONES = {1: Tone.WATCH, 2: Tone.WARNING, 3: Tone.URGENT}


def language() -> str:
    """The reader's language."""
    return get_language() or "vi"


def name(of: Definition, *, short: bool = False) -> str:
    """The indicator's name."""
    if money.is_english(language()):
        return of.short_name_en if short else of.name_en
    return of.short_name if short else of.name


def dataset(code: str) -> str:
    """A dataset's title."""
    contract = hub.contract(code)
    return contract.title_en if money.is_english(language()) and contract.title_en else contract.title


def figure(of: Definition, value: Decimal | None) -> str:
    """A value without its unit; "" when there is none. Amounts of money are in tỷ đồng."""
    if value is None:
        return ""
    if of.unit == "dong":
        return money.format_number(value / BN, 1, language())
    return money.format_number(value, of.decimals, language())


def unit(of: Definition) -> str:
    """The unit that goes with `figure`."""
    return {"percent": "%", "dong": _("bn dong"), "count": "", "score": _("points")}[of.unit]


def with_unit(of: Definition, value: Decimal | None) -> str:
    """A value with its unit."""
    shown = figure(of, value)
    if not shown:
        return _("no data")
    return f"{shown}{' ' if of.unit != 'percent' else ''}{unit(of)}".strip()


def gap_text(of: Definition, gap: Decimal | None) -> str:
    """How far a value is from its target, in words; "" without a target."""
    if gap is None:
        return ""
    amount = figure(of, abs(gap))
    parts = {"amount": f"{amount} {_('points') if of.unit == 'percent' else unit(of)}".strip()}
    if amount == figure(of, Decimal(0)):
        return _("on target")
    if of.direction == "down":
        return (_("%(amount)s above the target") if gap < 0 else _("%(amount)s below the target")) % parts
    return (_("%(amount)s behind the path") if gap < 0 else _("%(amount)s ahead of the path")) % parts


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
    return Tone.OK, _("Near the target") if view.gap < 0 else ""


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
        name=name(of, short=True),
        code=of.code,
        url=url,
        figure=figure(of, newest.value) if newest else "",
        unit=unit(of),
        tone=status,
        word=word,
        as_of=as_of(newest) if newest else None,
        age=age(as_of(newest), today) if newest else "",
        target=with_unit(of, newest.target) if newest and newest.target is not None else "",
        gap=gap_text(of, newest.gap) if newest else "",
        trend=trend.values if trend else (),
        path=tuple(None if target is None else float(target) for target in path),
        directives=directives,
        directives_url=f"{url}#alarms",
        synthetic=synthetic,
    )


def age(day: dt.date, today: dt.date) -> str:
    """How long ago a day was."""
    return ago(today - day, language()) if day < today else _("today")


def period(code: str) -> str:
    """A period as people read it."""
    return Period.parse(code).label(language())
