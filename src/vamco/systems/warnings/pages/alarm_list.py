"""The list of alarms: those that need a look, and those that are over."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final, cast

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.utils.translation import ngettext

from vamco.kernel.world.access import public as access
from vamco.lib import money
from vamco.lib.errors import VamcoError
from vamco.lib.money import NO_VALUE
from vamco.lib.text import row_number
from vamco.lib.time import local_date
from vamco.systems.indicators import public as indicators
from vamco.systems.indicators.public import wording
from vamco.systems.warnings import public as warnings
from vamco.systems.warnings.pages import alarm_page, alarm_words, doubts
from vamco.systems.warnings.pages.forms import DismissForm, LookForm, OpenFilter, PastFilter
from vamco.web import addresses, casework, words
from vamco.web.casework import Hint
from vamco.web.components import WORDS, Cell, Column, Link
from vamco.web.tables.public import Act, Asked, Given, Listing, Outcome, Row

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from vamco.kernel.world.people.public import Person
    from vamco.systems.indicators.contracts import Definition, Missing
    from vamco.systems.warnings.contracts import AlarmView

COLUMNS: Final = (
    Column(label=_l("What it is about"), key="about", noted=_l("Measured"), lacking=_l("Completeness")),
    Column(label=_l("Level"), key="level", sorts=False, noted=_l("Newest answer")),
    Column(label=_l("Gap"), key="gap", number=True, tight=True),
    Column(label=_l("% of target"), key="relative", number=True),
    Column(label=_l("Cause"), key="cause", tight=True, optional=True),
    Column(label=_l("Agency"), key="agency"),
    Column(label=_l("Since"), key="since", tight=True),
    Column(label=_l("Handling"), key="handling", sorts=False, noted=_l("Waits at")),
    Column(label=_l("Directive"), key="directive", sorts=False, tight=True),
)
MOST: Final = 500
"""How many alarms a list holds at most; the filters are asked before."""
UNKNOWN: Final = {"unknown": True, "known": False}
TAKES: Final = {"new": frozenset({"confirm", "dismiss"}), "confirmed": frozenset({"dismiss"})}


def listing(*, past: bool) -> Listing:
    """Alarms: open ones, those that fire first, or past ones, the newest first."""
    if past:
        nothing, step = _("No alarm is over yet"), Link("")
        first_step = _("An alarm comes here when newer values end it, or when an official dismisses it.")
    else:
        nothing, step = _("No alarm is open"), Link(_("See the board"), addresses.to("board"))
        first_step = _("All indicators keep to their paths and all data came in time. When that changes, the alarm appears here, and an official confirms it before anything is ordered.")  # fmt: skip
    return Listing(
        code="desk.past_alarms" if past else "desk.alarms",  # as the views that people have kept know it
        caption=_("Alarms that are over") if past else _("Alarms"),
        columns=COLUMNS,
        filters=PastFilter if past else OpenFilter,
        rows=partial(_rows, past=past),
        acts=() if past else ACTS,
        counts_to=MOST,
        nothing=nothing,
        first_step=first_step,
        step=step,
    )


def _rows(asked: Asked, *, past: bool) -> Given:
    """The alarms that the filters let through; a directive is a link for those who may see it."""
    person = cast("Person", asked.person)
    read, wanted = (warnings.past_alarms if past else warnings.open_alarms), asked.filters
    found = read(
        person,
        indicator=wanted.get("indicator") or "",
        cause=wanted.get("cause") or "",
        level=int(wanted["level"]) if wanted.get("level") else None,
        handling=wanted.get("handling") or "",
        agency=wanted.get("agency") or "",
        state=wanted.get("ended") or "",
        unknown=UNKNOWN.get(wanted.get("answer") or ""),
        limit=MOST + 1,
    )
    found.sort(key=lambda alarm: not alarm.fires)
    known = indicators.definitions()
    titles, names = alarm_words.titles_of(found), words.agency_names(alarm.agency for alarm in found)
    directives = casework.links(person, (alarm.directive for alarm in found))
    lacking = indicators.missing_behind(alarm.value_id for alarm in found if alarm.value_id)
    rows = [
        _row(
            alarm,
            lacking.get(alarm.value_id or 0),
            alarm_words.about(alarm, known, titles),
            known.get(alarm.indicator),
            names[alarm.agency],
            directives.get(alarm.directive or 0, ""),
        )
        for alarm in found
    ]
    return Given(rows, tuple(column.key for column in COLUMNS))


def _row(  # noqa: PLR0917 - what each was looked up by
    alarm: AlarmView, missing: Missing | None, about: str, of: Definition | None, agency: str, directive: str
) -> Row:
    tone, word = alarm_words.firing(alarm)
    handling_tone, handling = alarm_words.handling(alarm)
    return Row(
        key=str(alarm.id),
        takes=TAKES.get(alarm.handling, frozenset()),
        cells=(
            Cell(
                text=about,
                url=reverse("warnings:alarm", args=[alarm.id]),
                note=alarm_words.measure(alarm, of),
                lacks=wording.lacks(of, missing) if of else "",
            ),
            Cell(text=word or WORDS[tone], tone=tone, note=alarm_words.unknown(alarm)),
            _gap(alarm, of),
            _relative(alarm),
            alarm_words.cause(alarm, of),
            agency,
            Cell(moment=local_date(alarm.raised_at)),
            Cell(text=handling, tone=handling_tone, note=alarm_words.waiting(alarm)),
            Cell(text=alarm.directive_number or NO_VALUE, url=directive),
        ),
    )


def _gap(alarm: AlarmView, of: Definition | None) -> Cell | str:
    """The distance from the target in the indicator's own unit, less being worse."""
    if of is None or alarm.gap is None:
        return ""
    sign = "−" if alarm.gap < 0 else "+"
    return Cell(text=f"{sign}{wording.amount(of, alarm.gap)}", value=alarm.gap)


def _relative(alarm: AlarmView) -> Cell | str:
    """The same as a share of the target, so that indicators of different units stand in one order."""
    share = alarm.relative_gap
    if share is None:
        return ""
    sign = "−" if share < 0 else "+"
    return Cell(
        text=f"{sign}{money.format_percent(abs(share) * 100, 1, words.language())}", value=round(share * 100, 4)
    )


def hint(person: Person) -> Hint | None:
    """How many alarms wait until the person has looked at them, for above their inbox."""
    if not access.allow(person, "warnings.confirm_alarm"):
        return None
    new = sum(alarm.handling == "new" for alarm in warnings.open_alarms(person))
    if not new:
        return None
    text = ngettext(
        "%(number)s alarm waits until somebody has looked at it.",
        "%(number)s alarms wait until somebody has looked at them.",
        new,
    )
    return Hint(text=text % {"number": new}, label=_("See the alarms"), url=reverse("warnings:alarms"))


def question_hint(person: Person) -> Hint | None:
    """How many alarms ask the person whether a denominator is right, for above their inbox."""
    if not access.allow(person, "warnings.confirm_alarm"):
        return None
    found = warnings.open_alarms(person, unknown=True)
    asked = sum(doubts.asks(alarm, alarm_page.agency_of(alarm), person) for alarm in found)
    if not asked:
        return None
    text = ngettext(
        "%(number)s alarm asks whether a denominator that changed sharply is right.",
        "%(number)s alarms ask whether denominators that changed sharply are right.",
        asked,
    )
    url = f"{reverse('warnings:alarms')}?answer=unknown"
    return Hint(text=text % {"number": asked}, label=_("See the alarms"), url=url)


# ── acts on many ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _each(do: Callable[..., object], person: Person | None, keys: Sequence[str], said: Mapping[str, Any]) -> Outcome:
    refused = []
    for key in keys:
        try:
            do(row_number(key) or 0, by=cast("Person", person), note=said.get("note") or "")
        except VamcoError as refusal:
            refused.append((_("Alarm %(number)s") % {"number": key[:SHOWN]}, refusal.text(_)))
    return Outcome(len(keys) - len(refused), tuple(refused))


SHOWN: Final = 19  # letters of a key that is none
ACTS: Final = (
    Act(code="confirm", label=_l("Confirm"), run=partial(_each, warnings.confirm), act="warnings.confirm_alarm", form=LookForm,
        says=_l("You have looked at these alarms: they are real, and wait for a decision.")),
    Act(code="dismiss", label=_l("Dismiss"), run=partial(_each, warnings.dismiss), act="warnings.confirm_alarm", form=DismissForm,
        says=_l("Nothing needs to be done about these alarms, for the reason that you give."), icon="close"),
)  # fmt: skip
