"""Why an alarm's newest answer is not comparable, in the reader's words; and what an official is asked about it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from vamco.kernel.world.access import public as access
from vamco.lib import money
from vamco.systems.hub import public as hub
from vamco.systems.indicators import public as indicators
from vamco.systems.warnings.contracts import ASKED
from vamco.web import words

if TYPE_CHECKING:
    from vamco.kernel.world.agencies.public import Agency
    from vamco.kernel.world.people.public import Person
    from vamco.systems.indicators.contracts import Definition
    from vamco.systems.warnings.contracts import AlarmView, Doubt

CENT: Final = 100


def sentence(doubt: Doubt | None) -> str:
    """Say that nobody knows whether an alarm is over, why, and that it stays; "" where its answer is known."""
    return _("Unknown: %(why)s; the alarm stays as it is") % {"why": why(doubt)} if doubt else ""


def why(doubt: Doubt) -> str:
    """Say why the newest answer cannot be compared."""
    if doubt.reason == "incomplete":
        return _lacks(doubt)
    if doubt.reason == "late":
        contract = hub.contract(doubt.dataset)
        return _("the data “%(dataset)s” are late") % {"dataset": words.either(contract.title, contract.title_en)}
    if doubt.reason in ASKED:
        fell = doubt.reason == "fallen"
        said = _("the denominator fell by %(share)s") if fell else _("the denominator rose by %(share)s")
        return said % {"share": share(doubt)}
    return {
        "withdrawn": _("the values have been withdrawn"),
        "silent": _("there is no data for the newest period"),
        "no_denominator": _("the new value has no denominator"),
        "other_year": _("the new values are of another plan year"),
        "too_early": _("it is too early to judge the new period"),
        "no_target": _("there is no target for the new value"),
    }[doubt.reason]


def _lacks(doubt: Doubt) -> str:
    rows = ngettext(
        "%(number)s row is missing behind the new value", "%(number)s rows are missing behind the new value", doubt.rows
    ) % {"number": words.number(doubt.rows)}
    silent = _("%(silent)s of %(expected)s places or agencies have not reported") % {
        "silent": words.number(doubt.silent),
        "expected": words.number(doubt.expected),
    }
    return ", ".join(said for said, so in ((rows, doubt.rows or not doubt.silent), (silent, doubt.silent)) if so)


def share(doubt: Doubt) -> str:
    """Say by how much a denominator changed: "84%"."""
    if not doubt.before or doubt.now is None:
        return money.NO_VALUE
    changed = abs(doubt.now - doubt.before) / doubt.before * CENT
    return money.format_percent(changed, 0, words.language())


def asks(alarm: AlarmView, agency: Agency, person: Person) -> bool:
    """Whether the person is asked if the denominator behind the newest value is right."""
    asked = alarm.fires and alarm.doubt is not None and alarm.doubt.reason in ASKED
    return asked and access.allow(person, "warnings.confirm_alarm", agency)


def question(alarm: AlarmView, of: Definition | None) -> str:
    """Ask whether a denominator that changed sharply is right, with both numbers."""
    doubt = alarm.doubt
    if of is None or doubt is None or doubt.value is None:
        return ""
    view = indicators.value(doubt.value)
    before, now = (indicators.amounts(of, replace(view, denominator=each))[-1] for each in (doubt.before, doubt.now))
    fell = doubt.reason == "fallen"
    asked = (
        _("The denominator fell by %(share)s, from %(before)s to %(now)s. Is that right? If so, say why.")
        if fell
        else _("The denominator rose by %(share)s, from %(before)s to %(now)s. Is that right? If so, say why.")
    )
    return asked % {"share": share(doubt), "before": before, "now": now}
