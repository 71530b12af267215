"""What the page of a directive shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _

from vamco.kernel.base import clock
from vamco.kernel.work.cases import public as cases
from vamco.kernel.world.access import public as access
from vamco.systems.desk import alarm_page, inbox_page, words
from vamco.systems.desk.forms import ActForm
from vamco.systems.indicators import public as indicators
from vamco.systems.indicators.public import wording
from vamco.systems.warnings import public as warnings
from vamco.web.components import Cell, Column, Entry, Fact, Link, Table, Tone

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vamco.kernel.world.people.models import Person
    from vamco.systems.indicators.contracts import ValueView
    from vamco.systems.warnings.contracts import AlarmView

LOOKS = {
    "open": ("directive", Tone.ACTIVE),
    "accept": ("check", Tone.ACTIVE),
    "report": ("send", Tone.ACTIVE),
    "send_back": ("undo", Tone.WATCH),
    "close": ("", Tone.OK),
    "withdraw": ("back", Tone.NONE),
}
OF_THE_PLATFORM = {"raised", "raised_further", "eased", "resolved"}


def context(
    case: cases.Case, person: Person, *, chosen: str = "", form: ActForm | None = None, error: str = ""
) -> dict[str, Any]:
    """All parts of the page. `form` is what the reader sent for the act `chosen` and could not be done, for `error`."""
    of = cases.definition_of(case.kind)
    directive = warnings.directive(case.pk)
    acts = cases.acts_for(case, person)
    act = next((act for act in acts if act.code == chosen), acts[0] if acts else None)
    state = of.states[case.state]
    return {
        "case": case,
        "number": inbox_page.number(case),
        "text": directive.text,
        "state": (_tone(case), wording.either(state.name, state.name_en)),
        "due": words.due(case.due_at, clock.now()) if case.open else None,
        "facts": facts(case),
        "alarm": directive.alarm,
        "alarm_url": _alarm_url(directive.alarm, person),
        "indicator_url": _indicator_url(directive.alarm, person),
        "measured": measured(directive.alarm, case),
        "verdict": verdict(directive.alarm),
        "acts": _tabs(case, acts, act),
        "act": act,
        "act_name": wording.either(act.name, act.name_en) if act else "",
        "act_kind": "danger" if act and act.code == "withdraw" else "primary",
        "form": _form(case, act, form, chosen),
        "typed": form.data.get("note", "") if form and (act is None or act.code != chosen) else "",
        "error": error,
        "entries": timeline(case, of, directive.alarm),
        "crumbs": [Link(_("My work"), reverse("desk:inbox")), Link(inbox_page.number(case))],
    }


def _tone(case: cases.Case) -> Tone:
    if case.open:
        return Tone.ACTIVE
    return Tone.NONE if case.state == "withdrawn" else Tone.OK


def _alarm_url(alarm: AlarmView, person: Person) -> str:
    seen = access.allow(person, "warnings.view", alarm_page.agency_of(alarm))
    return reverse("desk:alarm", args=[alarm.id]) if seen else ""


def _indicator_url(alarm: AlarmView, person: Person) -> str:
    seen = alarm.cause == "behind" and access.allow(person, "indicators.view")
    return alarm_page.indicator_url(alarm) if seen else ""


def _form(case: cases.Case, act: cases.Act | None, sent: ActForm | None, chosen: str) -> ActForm | None:
    """The form of the act shown, with what was typed; its `seen` is always that of the case as shown."""
    if act is None:
        return None
    if sent is None or act.code != chosen:
        return ActForm(act, initial={"seen": case.seq})
    sent.data = {**sent.data.dict(), "seen": case.seq}  # type: ignore[attr-defined]  # the QueryDict of a request
    return sent


def _tabs(case: cases.Case, acts: Sequence[cases.Act], shown: cases.Act | None) -> list[Link]:
    address = reverse("desk:case", args=[case.pk])
    return [
        Link(wording.either(act.name, act.name_en), f"{address}?act={act.code}#act", current=act == shown)
        for act in acts
    ]


def facts(case: cases.Case) -> list[Fact]:
    """The particulars of a directive."""
    found = [
        Fact(term=_("Agency that acts"), text=wording.either(case.agency.name, case.agency.name_en)),
        Fact(term=_("Followed up by"), text=wording.either(case.issuer.name, case.issuer.name_en)),
        Fact(term=_("Ordered by"), text=case.opened_by.name),
        Fact(term=_("Ordered at"), text="", moment=case.opened_at),
        Fact(term=_("Due"), text="", moment=case.due_at),
    ]
    return found if case.closed_at is None else [*found, Fact(term=_("Ended"), text="", moment=case.closed_at)]


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
            wording.with_unit(of, view.value),
            wording.with_unit(of, view.target) if view.target is not None else "–",
            wording.gap(of, view.gap),
            Cell(text=_("Where this number comes from"), url=reverse("ioc:lineage", args=[view.id])),
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
    if alarm.state == "resolved":
        if alarm.cause == "late":
            return Tone.OK, _("The data have come: the alarm is over, and the directive can be closed.")
        return Tone.OK, _("The values confirm: the alarm is over, and the directive can be closed.")
    if alarm.cause == "late":
        return Tone.ACTIVE, _("The data have not come yet. Only when they are there can the directive be closed.")
    return Tone.ACTIVE, _(
        "The alarm still fires. The next value confirms whether the work has helped; only then can the directive be closed."
    )


def timeline(case: cases.Case, of: cases.Definition, alarm: AlarmView) -> list[Entry]:
    """What happened to the directive and, by the values, to its alarm; newest first."""
    found = [_entry(of, entry) for entry in cases.timeline(case)]
    found += [
        entry
        for step, entry in alarm_page.history(alarm)
        if step.what in OF_THE_PLATFORM and (step.at >= case.opened_at or step.what == "raised")
    ]
    return sorted(found, key=lambda entry: entry.at, reverse=True)


def _entry(of: cases.Definition, entry: cases.Entry) -> Entry:
    act = of.acts.get(entry.act)
    agency = wording.either(entry.agency.name, entry.agency.name_en)
    icon, tone = LOOKS.get(entry.act, ("", Tone.ACTIVE))
    return Entry(
        title=wording.either(act.name, act.name_en) if act else _("Directive issued"),
        at=entry.at,
        who=", ".join(filter(None, [entry.by.name if entry.by else "", _behalf(entry), agency])),
        text=entry.note,
        icon=icon,
        tone=tone,
        links=tuple(Link(file.name, reverse("desk:file", args=[file.pk])) for file in entry.files.all()),
    )


def _behalf(entry: cases.Entry) -> str:
    return _("acting for %(person)s") % {"person": entry.acting_for.name} if entry.acting_for else ""
