"""Directives to several agencies at once, on the alarms of one indicator: two steps from the board."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from vamco.kernel.base import clock
from vamco.kernel.world.access import public as access
from vamco.lib.errors import N_, Missing
from vamco.lib.text import row_number
from vamco.systems.indicators import public as indicators
from vamco.systems.indicators.public import wording
from vamco.systems.warnings import public as warnings
from vamco.systems.warnings.contracts import Order
from vamco.systems.warnings.pages import alarm_page, alarm_words
from vamco.systems.warnings.pages.forms import DirectivesForm
from vamco.web import addresses, words
from vamco.web.acting import NOTHING_SENT, Refusal, attempt
from vamco.web.components import Link
from vamco.web.pages import Request, page, render, signed_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any

    from django.http import HttpResponseBase

    from vamco.kernel.work.cases import public as cases
    from vamco.kernel.world.people.public import Person
    from vamco.systems.indicators.contracts import Definition
    from vamco.systems.warnings.contracts import AlarmView

DUE_DAYS = 7
UNANSWERED = ("new", "confirmed")


def url_for(request: Request) -> str:
    """The address of this page for the indicator by which a list is narrowed; "" for those who may not issue, or for none."""
    code = request.GET.get("indicator", "")
    if code not in indicators.definitions() or not access.allow(request.person, "warnings.issue_directive"):
        return ""
    return reverse("warnings:issue", args=[code])


@page("warnings.issue_directive", methods=("GET", "HEAD", "POST"))
def issue(request: Request, code: str) -> HttpResponseBase:
    """Choose agencies, mend the text, issue. `?alarm=` says which are chosen at first, `all` for all; `preview` sent shows the texts only."""
    person, of = signed_in(request), indicators.definition(code)
    found = unanswered(person, of)
    if request.method != "POST":
        form = DirectivesForm(choices(found, of), alarm_page.PLACES, initial=proposal(request, found, of))
        return render(request, "warnings/issue.html", context(of, found, form, NOTHING_SENT))
    form = DirectivesForm(choices(found, of), alarm_page.PLACES, request.POST)
    if "preview" in request.POST:
        form.is_valid()
        return render(request, "warnings/issue.html", context(of, found, form, NOTHING_SENT))
    done = attempt(form, lambda sent: _issue(person, of, sent))
    if isinstance(done, Refusal):
        now = context(of, unanswered(person, of), form, done)
        return render(request, "warnings/issue.html", now, status=done.status)
    said = ngettext("%(number)s directive is issued.", "%(number)s directives are issued.", len(done))
    messages.success(request, said % {"number": len(done)})
    if len(done) == 1:
        return redirect(addresses.to("case", done[0].pk) or "warnings:alarms")
    return redirect(f"{reverse('warnings:alarms')}?indicator={of.code}&handling=directed")


def _issue(person: Person, of: Definition, sent: dict[str, Any]) -> list[cases.Case]:
    chosen = [warnings.alarm(row_number(key) or 0, person) for key in sent["alarms"]]
    if others := [alarm for alarm in chosen if alarm.indicator != of.code]:  # the text speaks of this one's numbers
        raise Missing("warnings.no_alarm", N_("There is no alarm %(alarm)s."), alarm=others[0].id)
    orders = [Order(alarm.id, alarm_page.filled(sent["text"], alarm, of)) for alarm in chosen]
    return warnings.issue_directives(orders, due_on=sent["due_on"], by=person, sending=sent["sending"])


def unanswered(person: Person, of: Definition) -> list[AlarmView]:
    """The alarms of an indicator that no directive answers yet: of the province first, then the widest gap."""
    found = [
        alarm
        for alarm in warnings.open_alarms(person, indicator=of.code)
        if alarm.handling in UNANSWERED
        and access.allow(person, "warnings.issue_directive", alarm_page.agency_of(alarm))
    ]
    return sorted(found, key=lambda alarm: (alarm.subject != "", alarm.gap or 0))


def choices(found: Sequence[AlarmView], of: Definition) -> list[tuple[str, str]]:
    """Each alarm as a choice: who is ordered, and the number."""
    names = words.agency_names(alarm.agency for alarm in found)
    return [(str(alarm.id), _choice(alarm, names[alarm.agency], of)) for alarm in found]


def _choice(alarm: AlarmView, agency: str, of: Definition) -> str:
    unknown = f" · {_('Unknown')}" if alarm.doubt else ""
    whole = "" if alarm.subject else f" ({_('the whole province')})"
    return f"{agency}{whole}: {alarm_words.measure(alarm, of)} · {alarm_words.level(alarm)}{unknown}"


def proposal(request: Request, found: Sequence[AlarmView], of: Definition) -> dict[str, Any]:
    """Everything filled in: the alarms asked for (or all), else that of the whole province, else the most urgent ones."""
    asked = set(request.GET.getlist("alarm"))
    chosen = [alarm for alarm in found if str(alarm.id) in asked or "all" in asked]
    chosen = chosen or [alarm for alarm in found if not alarm.subject]
    chosen = chosen or [alarm for alarm in found if alarm.level == max(each.level for each in found)]
    days = of.directive.due_days if of.directive else DUE_DAYS
    return {
        "sending": uuid.uuid4(),
        "alarms": [str(alarm.id) for alarm in chosen],
        "due_on": clock.today() + dt.timedelta(days=days),
        "text": alarm_page.template(of),
    }


def context(of: Definition, found: Sequence[AlarmView], form: DirectivesForm, refusal: Refusal) -> dict[str, Any]:
    """All parts of the page."""
    name = wording.name(of)
    return {
        "of": of,
        "name": name,
        "found": found,
        "form": form,
        "error": refusal.text,
        "texts": texts(form, found, of),
        "indicator_url": addresses.to("indicator", of.code),
        "crumbs": [
            Link(_("Alarms"), reverse("warnings:alarms")),
            Link(wording.name(of, short=True), f"{reverse('warnings:alarms')}?indicator={of.code}"),
            Link(_("Issue directives")),
        ],
    }


def texts(form: DirectivesForm, found: Iterable[AlarmView], of: Definition) -> list[tuple[str, str]]:
    """What each chosen agency would read, as the form stands."""
    chosen = {str(each) for each in form["alarms"].value() or ()}
    text = str(form["text"].value() or "")
    shown = [alarm for alarm in found if str(alarm.id) in chosen]
    names = words.agency_names(alarm.agency for alarm in shown)
    return [(names[alarm.agency], alarm_page.filled(text, alarm, of)) for alarm in shown]
