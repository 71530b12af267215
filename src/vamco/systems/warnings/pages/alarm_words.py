"""Alarms in the reader's words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from vamco.systems.hub import public as hub
from vamco.systems.indicators.public import wording
from vamco.web import words
from vamco.web.components import Tone

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from vamco.systems.indicators.contracts import Definition
    from vamco.systems.warnings.contracts import AlarmView

LEVELS = {1: Tone.WATCH, 2: Tone.WARNING, 3: Tone.URGENT}


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
    return {contract.id: words.either(contract.title, contract.title_en) for contract in found}


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
