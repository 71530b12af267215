"""What the page of a case shows beside the rest when the case is a directive: the alarm, and the number behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from vamco.kernel.world.access import public as access
from vamco.systems.indicators import public as indicators
from vamco.systems.indicators.public import wording
from vamco.systems.warnings import public as warnings
from vamco.systems.warnings.pages import alarm_page, alarm_words
from vamco.web import addresses
from vamco.web.casework import Beside, Button, Face, Look, Panel, Terms
from vamco.web.components import Cell, Column, Entry, Table, Tone

if TYPE_CHECKING:
    from vamco.kernel.work.cases import public as cases
    from vamco.kernel.world.people.public import Person
    from vamco.systems.indicators.contracts import ValueView
    from vamco.systems.warnings.contracts import AlarmView

WITHDRAWN = "withdrawn"
OF_THE_PLATFORM = {
    "raised", "raised_further", "eased", "resolved", "unmet", "no_longer_judged", "unknown", "known", "denominator_accepted"
}  # fmt: skip


def beside(case: cases.Case, person: Person) -> Beside:
    """The parts that only a directive has; its entries are what the values did to its alarm."""
    directive = warnings.directive(case.pk)
    alarm = directive.alarm
    table = measured(alarm, case)
    panel = Panel(
        id="number",
        title=_("The number behind it") if table else _("The data behind it"),
        table=table,
        notice=verdict(alarm) if case.state != WITHDRAWN else None,
    )
    ways = (
        Button(label=_("See the indicator"), url=_indicator_url(alarm, person), icon="chart"),
        Button(label=_("See the alarm"), url=_alarm_url(alarm, person), icon="bell"),
    )
    return Beside(
        text=directive.text,
        panels=(panel,),
        buttons=tuple(way for way in ways if way.url),
        entries=tuple(steps(alarm, case)),
    )


def _alarm_url(alarm: AlarmView, person: Person) -> str:
    seen = access.allow(person, "warnings.view", alarm_page.agency_of(alarm))
    return reverse("warnings:alarm", args=[alarm.id]) if seen else ""


def _indicator_url(alarm: AlarmView, person: Person) -> str:
    seen = alarm.cause == "behind" and access.allow(person, "indicators.view")
    return alarm_page.indicator_url(alarm) if seen else ""


def steps(alarm: AlarmView, case: cases.Case) -> list[Entry]:
    """What the values did to the alarm since the directive was issued, and that it was raised."""
    return [
        entry
        for step, entry in alarm_page.history(alarm)
        if step.what in OF_THE_PLATFORM and (step.at >= case.opened_at or step.what == "raised")
    ]


def measured(alarm: AlarmView, case: cases.Case) -> Table | None:
    """The value that led to the directive beside the newest one, each leading to where it comes from."""
    if alarm.cause != "behind":
        return None
    of = indicators.definition(alarm.indicator)
    then = alarm_page.recent(alarm, of, 1, case.opened_at)
    now = alarm_page.recent(alarm, of, 1)

    def row(label: str, view: ValueView) -> tuple[Cell | str, ...]:
        return (
            Cell(text=label, note=wording.period(view.period)),
            Cell(text=wording.with_unit(of, view.value), lacks=wording.lacks(of, view.missing)),
            wording.with_unit(of, view.target) if view.target is not None else "–",
            wording.gap(of, view.gap),
            Cell(text=_("Where this number comes from"), url=addresses.to("value", view.id)),
        )

    return Table(
        caption=wording.name(of),
        columns=(
            Column(label=_("When")),
            Column(label=_("Value"), number=True),
            Column(label=_("Target"), number=True),
            Column(label=_("Against the target")),
            Column(label=_("Source"), hidden_label=True),
        ),
        rows=(
            *(row(_("When it was ordered"), view) for view in then),
            *(row(_("Now"), view) for view in now if view not in then),
        ),
    )


def verdict(alarm: AlarmView) -> tuple[Tone, str]:
    """Whether the values, or the data's arrival, have confirmed that the work helped."""
    if alarm.doubt is not None:
        said = _("%(unknown)s. Only when there is a comparable value can the directive be closed.")
        return Tone.STALE, said % {"unknown": alarm_words.unknown(alarm)}
    late = alarm.cause == "late"
    if alarm.fires:
        still = _("The alarm still fires. The next value confirms whether the work has helped; only then can the directive be closed.")  # fmt: skip
        away = _("The data have not come yet. Only when they are there can the directive be closed.")
        return Tone.ACTIVE, away if late else still
    come = _("The data have come: the alarm is over, and the directive can be closed.")
    return {
        "resolved": (Tone.OK, come if late else _("The values confirm: the alarm is over, and the directive can be closed.")),
        "unmet": (Tone.WATCH, _("The plan year ended behind: no value will confirm the result any more. Withdraw the directive, and say what was reached.")),
        "withdrawn": (Tone.NONE, _("This alarm is not judged any more, so that nothing will confirm the result. Withdraw the directive, and say what was reached.")),
    }[alarm.state]  # fmt: skip


FACE: Final = Face(
    looks={
        "accept": Look(icon="check"),
        "report": Look(icon="send"),
        "send_back": Look(icon="undo", tone=Tone.WATCH),
        "close": Look(tone=Tone.OK),
        "withdraw": Look(icon="back", tone=Tone.NONE, danger=True),
    },
    fruitless=frozenset({WITHDRAWN}),
    terms=Terms(
        opened=_l("Directive issued"),
        issuer=_l("Followed up by"),
        opened_by=_l("Ordered by"),
        opened_at=_l("Ordered at"),
        text=_l("What is ordered"),
    ),
    titled=False,
    beside=beside,
)
