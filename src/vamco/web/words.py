"""Names, moments, numbers and due times as the reader's language writes them."""

from __future__ import annotations

from decimal import ROUND_DOWN, Decimal
from typing import TYPE_CHECKING

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from vamco.kernel.world.agencies import public as agencies
from vamco.lib import due as dues
from vamco.lib import money
from vamco.lib.time import format_moment
from vamco.web.components import Cell, Tone

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable


def language() -> str:
    """Return the reader's language."""
    return get_language() or "vi"


def either(vi: str, en: str) -> str:
    """Return the text that is in the reader's language."""
    return en if money.is_english(language()) else vi


def number(value: int | None) -> str:
    """Write a whole number."""
    return money.format_number(value, 0, language())


def share(part: float | None) -> str:
    """Write a share as a percentage, never rounded up to all."""
    if part is None:
        return money.NO_VALUE
    exact = (Decimal(repr(part)) * 100).quantize(Decimal("0.1"), ROUND_DOWN)
    return money.format_percent(exact, 1, language())


def moment(at: dt.datetime) -> str:
    """Write hour and day on the province's clock."""
    return format_moment(at, language())


def due(due_at: dt.datetime, now: dt.datetime) -> tuple[Tone, str]:
    """Say how near a due time is, as a badge."""
    found = dues.due(due_at, now)
    if found.standing == "overdue":
        past = -found.days
        late = ngettext("Overdue by %(days)s day", "Overdue by %(days)s days", past) % {"days": past}
        return Tone.URGENT, late if past else _("Overdue since today")
    if found.standing == "today":
        return Tone.WARNING, _("Due today")
    left = ngettext("%(days)s day left", "%(days)s days left", found.days) % {"days": found.days}
    return (Tone.WATCH if found.standing == "soon" else Tone.ACTIVE), left


def due_cell(due_at: dt.datetime, now: dt.datetime) -> Cell:
    """Say the same in a table, with the moment below."""
    tone, text = due(due_at, now)
    return Cell(text=text, tone=tone, note=moment(due_at), moment=due_at)


def agency_names(codes: Iterable[str]) -> dict[str, str]:
    """Return the names of agencies by code."""
    rows = agencies.of_kind().filter(code__in=set(codes)).values_list("code", "name", "name_en")
    return {code: either(name, name_en) for code, name, name_en in rows}
