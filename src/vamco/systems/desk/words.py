"""Cases, alarms and data in the reader's words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from vamco.lib.time import format_moment
from vamco.systems.desk import rules
from vamco.systems.hub import public as hub
from vamco.systems.indicators.public import wording
from vamco.web.components import Cell, Tone

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping

    from vamco.systems.indicators.contracts import Definition
    from vamco.systems.warnings.contracts import AlarmView

LEVELS = {1: Tone.WATCH, 2: Tone.WARNING, 3: Tone.URGENT}


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


def moment(at: dt.datetime) -> str:
    """Hour and day on the province's clock."""
    return format_moment(at, wording.language())


def due_cell(due_at: dt.datetime, now: dt.datetime) -> Cell:
    """The same for a table, with the moment below."""
    tone, text = due(due_at, now)
    return Cell(text=text, tone=tone, note=moment(due_at), moment=due_at)


def cause(alarm: AlarmView) -> str:
    """Why an alarm was raised."""
    return {"behind": _("Behind the path"), "late": _("Data late")}[alarm.cause]


def about(alarm: AlarmView, known: Mapping[str, Definition], datasets: Mapping[str, str]) -> str:
    """What an alarm is about: an indicator or a dataset, `datasets` being titles by code."""
    if alarm.cause == "late":
        return datasets.get(alarm.dataset, alarm.dataset)
    return wording.name(known[alarm.indicator], short=True) if alarm.indicator in known else alarm.indicator


def titles_of(alarms: Iterable[AlarmView]) -> dict[str, str]:
    """The names, in the reader's language, of the datasets that alarms are about."""
    found = (hub.contract(code) for code in {alarm.dataset for alarm in alarms if alarm.dataset})
    return {contract.id: wording.either(contract.title, contract.title_en) for contract in found}


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
