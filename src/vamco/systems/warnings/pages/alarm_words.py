"""Alarms in the reader's words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from vamco.systems.hub import public as hub
from vamco.systems.indicators.public import wording
from vamco.systems.warnings.pages import doubts
from vamco.web import words
from vamco.web.components import WORDS, Tone

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from vamco.systems.indicators.contracts import Definition
    from vamco.systems.warnings.contracts import AlarmView

LEVELS = {1: Tone.WATCH, 2: Tone.WARNING, 3: Tone.URGENT}


def cause(alarm: AlarmView, of: Definition | None) -> str:
    """Why an alarm was raised, in the words of its kind of target: `of` is its indicator."""
    if alarm.cause == "late":
        return _("Data late")
    return wording.standing(of, alarm.gap) if of else _("Target missed")


def level(alarm: AlarmView) -> str:
    """How urgent an alarm is, in a word."""
    return str(WORDS[LEVELS[alarm.level]])


def measure(alarm: AlarmView, of: Definition | None) -> str:
    """The number behind an alarm, or the moment that its data were due, in words."""
    if alarm.cause == "late":
        return _("due %(moment)s") % {"moment": words.moment(alarm.due_at)} if alarm.due_at else ""
    return f"{wording.with_unit(of, alarm.value)}, {wording.gap(of, alarm.gap)}" if of else ""


def waiting(alarm: AlarmView) -> str:
    """At whom a confirmed alarm waits, and until when; "" where it waits at nobody."""
    at = alarm.waiting
    if at is None:
        return ""
    return _("%(who)s, until %(moment)s") % {"who": at.taken_by or at.agency_name, "moment": words.moment(at.due_at)}


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
        "confirmed": (Tone.WATCH, _("Awaiting a decision")) if alarm.waiting else (Tone.ACTIVE, _("Confirmed")),
        "dismissed": (Tone.NONE, _("Dismissed")),
        "directed": (Tone.ACTIVE, _("Directive issued")),
        "closed": (Tone.OK, _("Closed")),
    }[alarm.handling]


def firing(alarm: AlarmView) -> tuple[Tone, str]:
    """Whether an alarm fires, and how urgently, as a badge."""
    ended = {
        "resolved": (Tone.OK, _("Over")),
        "withdrawn": (Tone.NONE, _("No longer judged")),
        "unmet": (Tone.WATCH, _("Year ended behind")),
    }
    return ended.get(alarm.state, (LEVELS[alarm.level], ""))


def unknown(alarm: AlarmView) -> str:
    """Why nobody knows whether an alarm is over, in a sentence; "" where its answer is known."""
    return doubts.sentence(alarm.doubt)
