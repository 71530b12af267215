"""Cases, alarms and data in the reader's words."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from vamco.lib import money
from vamco.lib.time import Period
from vamco.systems.desk import rules
from vamco.web.components import Cell, Tone

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from vamco.systems.indicators.contracts import Definition
    from vamco.systems.warnings.contracts import AlarmView

BN = Decimal(10**9)
LEVELS = {1: Tone.WATCH, 2: Tone.WARNING, 3: Tone.URGENT}


def language() -> str:
    """The reader's language."""
    return get_language() or "vi"


def either(vi: str, en: str) -> str:
    """The name in the reader's language."""
    return en if money.is_english(language()) else vi


def due(due_at: dt.datetime, now: dt.datetime) -> tuple[Tone, str]:
    """How near a due time is, as a badge."""
    found = rules.due(due_at, now)
    if found.standing == "overdue":
        past = -found.days
        late = ngettext("Overdue by %(days)s day", "Overdue by %(days)s days", past) % {"days": past}
        return Tone.URGENT, late if past else _("Overdue since today")
    if found.standing == "today":
        return Tone.WARNING, _("Due today")
    left = ngettext("%(days)s day left", "%(days)s days left", found.days) % {"days": found.days}
    return (Tone.WATCH if found.standing == "soon" else Tone.ACTIVE), left


def due_cell(due_at: dt.datetime, now: dt.datetime) -> Cell:
    """The same for a table, with the moment below."""
    from vamco.lib.time import format_moment

    tone, text = due(due_at, now)
    return Cell(text=text, tone=tone, note=format_moment(due_at, language()))


def indicator(of: Definition, *, short: bool = False) -> str:
    """An indicator's name."""
    return either(of.short_name, of.short_name_en) if short else either(of.name, of.name_en)


def figure(of: Definition, value: Decimal | None) -> str:
    """A value with its unit; amounts of money in tỷ đồng."""
    if value is None:
        return _("no data")
    if of.unit == "dong":
        return money.format_bn(int(value), language())
    shown = money.format_number(value, of.decimals, language())
    return f"{shown}%" if of.unit == "percent" else f"{shown} {unit(of)}".strip()


def unit(of: Definition, *, distance: bool = False) -> str:
    """The unit of an indicator's values, or of the distance between two of them."""
    if of.unit == "percent":
        return pgettext("distance between percentages", "points") if distance else "%"
    return {"dong": _("bn dong"), "count": "", "score": _("points")}[of.unit]


def gap(of: Definition, by: Decimal | None) -> str:
    """How far a value is from its target; "–" without a target."""
    if by is None:
        return money.NO_VALUE
    if not _distance(of, by)[0]:
        return _("on target")
    said = {"amount": amount(of, by)}
    if of.direction == "down":
        return (_("%(amount)s above the target") if by < 0 else _("%(amount)s below the target")) % said
    return (_("%(amount)s behind the path") if by < 0 else _("%(amount)s ahead of the path")) % said


def amount(of: Definition, by: Decimal | None) -> str:
    """The distance between a value and its target, without its direction: "14,1 điểm %"."""
    if by is None:
        return money.NO_VALUE
    return f"{money.format_number(*_distance(of, by), language())} {unit(of, distance=True)}".strip()


def _distance(of: Definition, by: Decimal) -> tuple[Decimal, int]:
    """The distance as it is written, and its decimals."""
    decimals = 1 if of.unit == "dong" else of.decimals
    return round(abs(by) / BN if of.unit == "dong" else abs(by), decimals), decimals


def period(code: str) -> str:
    """A period as people read it."""
    return Period.parse(code).label(language()) if code else money.NO_VALUE


def cause(alarm: AlarmView) -> str:
    """Why an alarm was raised."""
    return {"behind": _("Behind the path"), "late": _("Data late")}[alarm.cause]


def about(alarm: AlarmView, known: Mapping[str, Definition], datasets: Mapping[str, str]) -> str:
    """What an alarm is about: an indicator or a dataset, `datasets` being titles by code."""
    if alarm.cause == "late":
        return datasets.get(alarm.dataset, alarm.dataset)
    return indicator(known[alarm.indicator], short=True) if alarm.indicator in known else alarm.indicator


def handling(alarm: AlarmView) -> tuple[Tone, str]:
    """What officials have made of an alarm so far, as a badge."""
    return {
        "new": (Tone.WARNING, _("Not yet looked at")),
        "confirmed": (Tone.ACTIVE, _("Confirmed")),
        "dismissed": (Tone.NONE, _("Dismissed")),
        "directed": (Tone.ACTIVE, _("Directive issued")),
        "closed": (Tone.OK, _("Closed")),
    }[alarm.handling]


def firing(alarm: AlarmView) -> tuple[Tone, str]:
    """Whether an alarm fires, and how urgently, as a badge."""
    if alarm.state == "resolved":
        return Tone.OK, _("Over")
    return LEVELS[alarm.level], ""
