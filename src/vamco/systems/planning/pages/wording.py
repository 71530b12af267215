"""What notices and projects say, in the reader's language."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from vamco.kernel.base import clock
from vamco.kernel.world.places import public as places
from vamco.lib import money
from vamco.lib.errors import N_, fill
from vamco.lib.time import format_date
from vamco.systems.planning import queries
from vamco.systems.planning.rules import columns
from vamco.web.components import Tone
from vamco.web.words import either, language

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from vamco.systems.planning.contracts import CellFault
    from vamco.systems.planning.public import Notice
    from vamco.systems.planning.rules.standing import Standing

STANDING: Final[dict[Standing, tuple[Tone, str]]] = {
    "draft": (Tone.WATCH, N_("Draft")),
    "draft_open": (Tone.ACTIVE, N_("Draft: open for comments")),
    "draft_closed": (Tone.WATCH, N_("Draft: comments closed")),
    "coming": (Tone.WATCH, N_("Decided, not yet in force")),
    "in_force": (Tone.OK, N_("In force")),
    "expired": (Tone.STALE, N_("No longer in force")),
    "replaced": (Tone.STALE, N_("Replaced")),
    "undated": (Tone.WATCH, N_("Decided, first day of validity not known")),
}
STATE_TONES: Final = {"calling": Tone.ACTIVE, "interested": Tone.WATCH, "chosen": Tone.OK, "ended": Tone.STALE}
_CHOICES: Final = {
    "kind": columns.NOTICE_KINDS,
    "standing": columns.STANDINGS,
    "field": columns.FIELDS,
    "state": columns.STATES,
}
_MOST_NAMED: Final = 4


def standing(found: Notice) -> tuple[Tone, str]:
    """Return how a notice stands, as a badge."""
    tone, message = STANDING[queries.validity(found)]
    return tone, _(message)


def validity(found: Notice) -> str:
    """Say in a sentence whether a notice holds, and until when."""
    state = queries.validity(found)
    days = {
        name: format_date(value, language()) if value else ""
        for name, value in (
            ("begin", found.valid_from), ("end", found.valid_to),
            ("open", found.comment_from), ("close", found.comment_to),
        )
    }  # fmt: skip
    if state == "draft_open" and found.comment_to:
        left = (found.comment_to - clock.today()).days + 1
        said = ngettext("%(count)s day is left", "%(count)s days are left", left) % {"count": left}
        return _("A draft: it holds for nobody yet. Comments until %(close)s (%(left)s).") % {**days, "left": said}
    sentences = {
        "draft": _("A draft: it holds for nobody yet."),
        "draft_open": _("A draft: it holds for nobody yet. Comments are open."),
        "draft_closed": _("A draft: it holds for nobody yet. Comments closed on %(close)s."),
        "coming": _("Decided. It comes into force on %(begin)s."),
        "in_force": _("In force since %(begin)s, until %(end)s.")
        if days["end"]
        else _("In force since %(begin)s, with no end set."),
        "expired": _("No longer in force: it ended on %(end)s."),
        "replaced": _("No longer in force: another one came in its place."),
        "undated": _("Decided; the list names no day from which it is in force."),
    }
    return sentences[state] % days


def names(codes: Iterable[str]) -> list[str]:
    """Return the names of communes of today; a code that is none stays as it is."""
    wanted = list(codes)
    known = {
        unit.code: either(unit.full_name, unit.name_en)
        for unit in places.communes(clock.today()).filter(code__in=wanted)
    }
    return [known.get(code, code) for code in wanted]


def short_names(codes: Iterable[str]) -> str:
    """Name a few communes, and how many more there are."""
    every = names(codes)
    more = len(every) - _MOST_NAMED
    if more <= 1:
        return ", ".join(every)
    return ", ".join(every[:_MOST_NAMED]) + " " + _("and %(count)s more") % {"count": more}


def hectares(value: Decimal | None) -> str:
    """Write an area."""
    if value is None:
        return "–"
    exponent = value.normalize().as_tuple().exponent
    decimals = min(4, max(0, -exponent)) if isinstance(exponent, int) else 0
    return f"{money.format_number(value, decimals, language())} ha"


def capital(dong: int) -> str:
    """Write an amount in billions of đồng."""
    return money.format_bn(dong, language(), 0 if dong % 10**9 == 0 else 1)


def value(name: str, found: Any) -> str:
    """Write the value of any column, for histories and previews."""
    if found is None or found in ("", [], {}):
        return "–"
    if isinstance(found, bool):
        return _("Yes") if found else _("No")
    writers: dict[str, Callable[[], str]] = {
        "communes": lambda: ", ".join(names(found)),
        "capital": lambda: capital(int(found)),
        "hectares": lambda: hectares(Decimal(str(found))),
        "area": lambda: _("a boundary"),
    }
    if name in writers:
        return writers[name]()
    choices = _CHOICES.get(name, {})
    return _(choices[found]) if found in choices else _day(found) or str(found)


def _day(found: Any) -> str:
    if isinstance(found, dt.date):
        return format_date(found, language())
    if isinstance(found, str) and len(found) == len("2026-01-01"):
        try:
            return format_date(dt.date.fromisoformat(found), language())
        except ValueError:
            return ""
    return ""


def label(name: str) -> str:
    """Return what a reader calls a column."""
    return _(columns.LABELS[name])


def fault(found: CellFault) -> dict[str, str]:
    """Write what is wrong: the sheet, the cell as a spreadsheet calls it, its column, and why."""
    data = dict(found.data)
    column = str(data.pop("column", ""))
    if data.get("key") in columns.LABELS:
        key = str(data["key"])
        data |= {name: value(key, data[name]) for name in ("stated", "counted")}
    return {"sheet": found.sheet, "cell": found.cell, "column": column, "text": fill(_(found.message), data)}
