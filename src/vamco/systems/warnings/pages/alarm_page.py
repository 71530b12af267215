"""What the list of alarms and the page of one alarm show."""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from django.urls import reverse
from django.utils.translation import gettext as _

from vamco.kernel.base import clock
from vamco.kernel.work.cases import public as cases
from vamco.kernel.world.access import public as access
from vamco.kernel.world.agencies import public as agencies
from vamco.lib.money import NO_VALUE
from vamco.systems.indicators import public as indicators
from vamco.systems.indicators.public import wording
from vamco.systems.warnings import public as warnings
from vamco.systems.warnings.pages import alarm_words, doubts
from vamco.systems.warnings.pages.forms import ConfirmForm, DenominatorForm, DirectiveForm, DismissForm, TakeForm
from vamco.web import addresses, casework, words
from vamco.web.components import Chart, Entry, Fact, Link, Role, Series, Tone
from vamco.web.context import whole_unit

if TYPE_CHECKING:
    from django import forms
    from django.http import QueryDict

    from vamco.kernel.world.people.public import Person
    from vamco.systems.indicators.contracts import Definition, ValueView
    from vamco.systems.warnings.contracts import AlarmView
    from vamco.systems.warnings.contracts import Step as AlarmStep

SHOWN = 31
LATE_DUE_DAYS = 2
STEPS = {
    "raised": ("", Tone.URGENT),
    "raised_further": ("", Tone.URGENT),
    "eased": ("", Tone.WATCH),
    "resolved": ("", Tone.OK),
    "no_longer_judged": ("close", Tone.NONE),
    "unmet": ("", Tone.WATCH),
    "unknown": ("", Tone.STALE),
    "known": ("check", Tone.ACTIVE),
    "denominator_accepted": ("check", Tone.ACTIVE),
    "confirmed": ("check", Tone.ACTIVE),
    "dismissed": ("close", Tone.NONE),
    "passed_on": ("send", Tone.ACTIVE),
    "directed": ("directive", Tone.ACTIVE),
    "closed": ("", Tone.OK),
    "withdrawn": ("back", Tone.NONE),
}


# ── one alarm ────────────────────────────────────────────────────────────────────────────────────────────────────────


def context(
    alarm: AlarmView, person: Person, *, chosen: str = "", form: forms.Form | None = None, error: str = ""
) -> dict[str, Any]:
    """All parts of the page. `form` is what the reader sent for the act `chosen` and could not be done, for `error`."""
    of = indicators.definition(alarm.indicator) if alarm.cause == "behind" else None
    agency = agency_of(alarm)
    acts = _acts(alarm, agency, person)
    act = chosen if chosen in acts else next(iter(acts), "")
    return {
        "alarm": alarm,
        "about": about(alarm, of),
        "where": words.either(agency.name, agency.name_en) if alarm.subject else whole_unit(),
        "level": alarm_words.firing(alarm),
        "handling": alarm_words.handling(alarm),
        "unknown": alarm_words.unknown(alarm),
        "facts": facts(alarm, agency, of),
        "chart": chart(alarm, of) if of else None,
        "indicator_url": indicator_url(alarm) if of else "",
        "lineage_url": addresses.to("value", alarm.value_id) if alarm.value_id else "",
        "directive_url": casework.link(person, alarm.directive),
        "tabs": [
            Link(label, f"{reverse('warnings:alarm', args=[alarm.id])}?act={code}#act", current=code == act)
            for code, label in acts.items()
        ],
        "act": act,
        "act_name": acts.get(act, ""),
        "form": form if form is not None and act == chosen else blank(act, alarm, of, person),
        "waiting": alarm_words.waiting(alarm),
        "waiting_url": _waiting_url(alarm, person),
        "taking": TakeForm(initial={"seen": alarm.waiting.seq}) if _may_take(alarm, person) and alarm.waiting else None,
        "typed": _typed(form) if form is not None and act != chosen else "",
        "error": error,
        "entries": [entry for _step, entry in history(alarm)],
        "crumbs": [Link(_("Alarms"), reverse("warnings:alarms")), Link(about(alarm, of))],
    }


def about(alarm: AlarmView, of: Definition | None) -> str:
    """The name of the indicator or dataset that an alarm is about."""
    return wording.name(of) if of else alarm_words.titles_of([alarm]).get(alarm.dataset, "")


def _typed(form: forms.Form) -> str:
    return str(form.data.get("note") or form.data.get("text") or "")


def agency_of(alarm: AlarmView) -> agencies.Agency:
    """The agency that answers for an alarm."""
    return agencies.get(alarm.agency)


def recent(alarm: AlarmView, of: Definition, count: int, known_at: dt.datetime | None = None) -> list[ValueView]:
    """The last values that an alarm speaks of: of its place, of its agency, or of the whole province; of its plan's year, if any."""
    agency = "" if alarm.place else alarm.subject
    ask = partial(indicators.recent, of, place=alarm.place, agency=agency, count=count, known_at=known_at)
    return ask(plan_year=alarm.plan_year) or ask() if alarm.plan_year else ask()


def indicator_url(alarm: AlarmView) -> str:
    """The page of the indicator, for the place or agency that an alarm is about."""
    url = addresses.to("indicator", alarm.indicator)
    if not url:
        return ""
    if alarm.place:
        return f"{url}?place={alarm.place}"
    return f"{url}?agency={alarm.subject}" if alarm.subject else url


def _waiting_url(alarm: AlarmView, person: Person) -> str:
    """The case in which the alarm waits, for those who decide: there it is passed on, taken over from others or released."""
    at = alarm.waiting
    if at is None or not access.allow(person, "warnings.issue_directive", agency_of(alarm)):
        return ""
    return casework.link(person, at.case)


def _may_take(alarm: AlarmView, person: Person) -> bool:
    at = alarm.waiting
    return at is not None and "claim" in cases.holding_for(cases.by_id([at.case])[at.case], person)


def confirming(alarm: AlarmView, person: Person, sent: QueryDict | None = None) -> ConfirmForm:
    """The form with which an alarm is confirmed: who decides on it is asked only of those who do not decide themselves."""
    agency = agency_of(alarm)
    own = access.allow(person, "warnings.issue_directive", agency)
    return ConfirmForm(sent, deciders=() if own else warnings.deciders(agency))


def _acts(alarm: AlarmView, agency: agencies.Agency, person: Person) -> dict[str, str]:
    """What the person may do with an alarm now: names by code, what is awaited first."""
    found = {}
    if doubts.asks(alarm, agency, person):
        found["denominator"] = _("The denominator is right")
    if access.allow(person, "warnings.confirm_alarm", agency) and alarm.handling == "new":
        found["confirm"] = _("Confirm")
    if access.allow(person, "warnings.issue_directive", agency) and alarm.handling == "confirmed":
        found["issue"] = _("Issue a directive")
    if access.allow(person, "warnings.confirm_alarm", agency) and alarm.handling in {"new", "confirmed"}:
        found["dismiss"] = _("Dismiss") if alarm.handling == "new" else _("Close without a directive")
    return found


def blank(act: str, alarm: AlarmView, of: Definition | None, person: Person) -> forms.Form | None:
    """An empty form for an act; that of a directive is filled in as the indicator's definition proposes."""
    if act == "confirm":
        return confirming(alarm, person)
    if act == "denominator" and alarm.doubt:
        return DenominatorForm(initial={"seen": alarm.doubt.value}, question=doubts.question(alarm, of))
    if act == "issue":
        return DirectiveForm(initial=proposal(alarm, of))
    return DismissForm() if act else None


def proposal(alarm: AlarmView, of: Definition | None) -> dict[str, Any]:
    """What a directive to the agency that answers for the alarm could say."""
    days = of.directive.due_days if of and of.directive else LATE_DUE_DAYS
    return {"agency": alarm.agency, "due_on": clock.today() + dt.timedelta(days=days), "text": _text(alarm, of)}


PLACES: Final = ("agency", "date", "dataset", "value", "target", "gap")
"""What a directive's text may name in braces, filled in for each alarm."""


def _text(alarm: AlarmView, of: Definition | None) -> str:
    return filled(template(of), alarm, of)


def template(of: Definition | None) -> str:
    """What a directive could say, with its places; of late data where there is no indicator."""
    if of is None:
        return _(
            "{agency} is asked to deliver the dataset “{dataset}”, which was due at {date}, and to say why it was late."
        )
    return words.either(of.directive.template, of.directive.template_en) if of.directive else ""


def filled(template: str, alarm: AlarmView, of: Definition | None) -> str:
    """A directive's text with the numbers of its own alarm."""
    agency = agency_of(alarm)
    due = words.moment(alarm.due_at) if alarm.due_at else NO_VALUE
    parts = {
        "agency": words.either(agency.name, agency.name_en),
        "date": wording.period(alarm.period) if of else due,
        "dataset": alarm.dataset and alarm_words.titles_of([alarm]).get(alarm.dataset, ""),
        "value": wording.with_unit(of, alarm.value) if of else "",
        "target": wording.with_unit(of, alarm.target) if of else "",
        "gap": wording.amount(of, alarm.gap) if of else "",
    }
    for name, part in parts.items():  # not str.format: a template is data, and may hold other braces
        template = template.replace(f"{{{name}}}", part)
    return template.strip()


def facts(alarm: AlarmView, agency: agencies.Agency, of: Definition | None) -> list[Fact]:
    """The particulars of an alarm."""
    found = [
        Fact(term=_("Cause"), text=alarm_words.cause(alarm, of)),
        Fact(term=_("Agency that answers"), text=words.either(agency.name, agency.name_en)),
        Fact(term=_("Raised"), text="", moment=alarm.raised_at),
    ]
    if alarm.plan_year:
        found.append(Fact(term=_("Plan year"), text=str(alarm.plan_year)))
    if of:
        found += [
            Fact(term=_("Period"), text=wording.period(alarm.period)),
            Fact(term=_("Value"), text=wording.with_unit(of, alarm.value), lacks=_lacks(alarm, of)),
            Fact(term=wording.target_name(of), text=wording.with_unit(of, alarm.target)),
            Fact(term=_("Against the target"), text=wording.gap(of, alarm.gap)),
        ]
    if alarm.due_at:
        found.append(Fact(term=_("Data was due"), text="", moment=alarm.due_at))
    if alarm.unknown_since:
        found.append(Fact(term=_("Unknown since"), text="", moment=alarm.unknown_since))
    return (
        found if alarm.resolved_at is None else [*found, Fact(term=_("Over since"), text="", moment=alarm.resolved_at)]
    )


def _lacks(alarm: AlarmView, of: Definition) -> str:
    """What is missing behind the value that an alarm was last judged by."""
    return wording.lacks(of, indicators.missing_behind([alarm.value_id]).get(alarm.value_id)) if alarm.value_id else ""


def chart(alarm: AlarmView, of: Definition) -> Chart | None:
    """The recent values against the path."""
    views = recent(alarm, of, SHOWN)
    if of.frequency == "day":  # before that, only the ends of months are kept
        views = [view for view in views if view.period_end > views[-1].period_end - dt.timedelta(days=SHOWN)]
    if len(views) < 2:  # noqa: PLR2004  # a line needs two ends
        return None
    divide = wording.BN if of.unit == "dong" else 1
    values = tuple(None if view.value is None else float(view.value / divide) for view in views)
    targets = tuple(None if view.target is None else float(view.target / divide) for view in views)
    newest = views[-1]
    return Chart(
        id="recent",
        title=_("Recent values against the path"),
        message=_("%(date)s: %(value)s, %(gap)s.")
        % {
            "date": wording.period(newest.period),
            "value": wording.with_unit(of, newest.value),
            "gap": wording.gap(of, newest.gap),
        },
        lacks=wording.lacks(of, newest.missing),
        points=tuple(wording.period(view.period) for view in views),
        series=(
            Series(name=_("Value"), values=values),
            Series(name=wording.target_name(of, newest.period_end), values=targets, role=Role.TARGET),
        ),
        unit=wording.unit(of),
        decimals=1 if of.unit == "dong" else of.decimals,
    )


def history(alarm: AlarmView) -> list[tuple[AlarmStep, Entry]]:
    """The steps of an alarm as entries of a timeline, newest first."""
    return [(step, _entry(step, alarm)) for step in warnings.steps(alarm.id)]


def _entry(step: AlarmStep, alarm: AlarmView) -> Entry:
    said = {
        "raised": _("Alarm raised"),
        "raised_further": _("Alarm became more urgent"),
        "eased": _("Alarm became less urgent"),
        "resolved": _("Alarm over: the data have come")
        if alarm.cause == "late"
        else _("Alarm over: the values confirm"),
        "no_longer_judged": _("Alarm over: it is not judged any more"),
        "unmet": _("Alarm over: its plan year ended behind"),
        "unknown": _("Not known whether the alarm is over"),
        "known": _("Known again: the alarm still fires"),
        "denominator_accepted": _("Denominator confirmed"),
        "confirmed": _("Alarm confirmed"),
        "dismissed": _("Alarm dismissed"),
        "passed_on": _("Alarm passed on to another agency"),
        "directed": _("Directive issued"),
        "closed": _("Directive closed"),
        "withdrawn": _("Directive withdrawn"),
    }
    icon, tone = STEPS[step.what]
    if step.what in {"raised", "raised_further", "eased"}:
        tone = alarm_words.LEVELS[step.level]
    return Entry(
        title=said[step.what],
        at=step.at,
        who=step.by or _("The platform"),
        text=doubts.sentence(step.doubt) or step.note,
        icon=icon,
        tone=tone,
    )
