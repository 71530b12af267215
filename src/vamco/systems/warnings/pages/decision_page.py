"""What the page of a case shows beside the rest when a confirmed alarm waits in it for a decision."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from vamco.kernel.world.access import public as access
from vamco.systems.indicators import public as indicators
from vamco.systems.warnings import public as warnings
from vamco.systems.warnings.pages import alarm_page, alarm_words
from vamco.web import casework
from vamco.web.casework import Beside, Button, Face, Look, Panel, Terms
from vamco.web.components import Tone

if TYPE_CHECKING:
    from vamco.kernel.work.cases import public as cases
    from vamco.kernel.world.people.public import Person
    from vamco.systems.warnings.contracts import AlarmView


def address(case_id: int) -> str:
    """Where a waiting alarm is decided on: on its own page; the page of the case is for passing it on."""
    return reverse("warnings:waiting", args=[case_id])


def beside(case: cases.Case, person: Person) -> Beside:
    """The number that the decision is about, and the way to the directive."""
    alarm = warnings.alarm_of(case.pk)
    of = indicators.definition(alarm.indicator) if alarm.indicator else None
    parts = (alarm_words.measure(alarm, of), alarm_words.unknown(alarm))
    measure = ". ".join(part for part in parts if part)
    tone, word = alarm_words.firing(alarm)
    return Beside(
        text=f"{alarm_page.about(alarm, of)}: {measure}" if measure else alarm_page.about(alarm, of),
        panels=(
            Panel(id="alarm", title=_("The alarm"), notice=(tone, f"{word or alarm_words.level(alarm)}: {measure}")),
        )
        if case.open
        else (),
        buttons=tuple(_buttons(case, alarm, person)),
    )


def _buttons(case: cases.Case, alarm: AlarmView, person: Person) -> list[Button]:
    agency = alarm_page.agency_of(alarm)
    url = reverse("warnings:alarm", args=[alarm.id])
    found = []
    if case.open and access.allow(person, "warnings.issue_directive", agency):
        found.append(Button(label=_("Issue a directive"), url=f"{url}?act=issue#act", icon="directive"))
    if access.allow(person, "warnings.view", agency):
        found.append(Button(label=_("See the alarm"), url=url, icon="bell"))
    directive = "" if case.open else casework.link(person, alarm.directive)
    if directive:
        found.append(Button(label=_("See the directive"), url=directive, icon="directive"))
    return found


FACE: Final = Face(
    icon="bell",
    looks={
        "pass_on": Look(icon="send"),
        "dismiss": Look(icon="close", tone=Tone.NONE, danger=True),
        "direct": Look(icon="directive"),
        "end": Look(tone=Tone.OK),
    },
    fruitless=frozenset({"dismissed", "over"}),
    terms=Terms(
        opened=_l("Alarm confirmed"),
        issuer=_l("Confirmed at"),
        opened_by=_l("Confirmed by"),
        opened_at=_l("Confirmed on"),
        text=_l("What is to be decided"),
    ),
    titled=False,
    beside=beside,
)
