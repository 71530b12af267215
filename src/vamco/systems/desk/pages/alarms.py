"""Alarms: the list, one alarm, what officials do with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from vamco.kernel.world.agencies import public as agencies
from vamco.lib.errors import VamcoError
from vamco.systems.desk import alarm_page
from vamco.systems.desk.forms import DirectiveForm, DismissForm, LookForm
from vamco.systems.desk.pages.answers import UNPROCESSABLE, status_of
from vamco.systems.warnings import public as warnings
from vamco.web.components import Link
from vamco.web.pages import Request, page, render, signed_in

if TYPE_CHECKING:
    from collections.abc import Callable

    from django import forms
    from django.http import HttpResponseBase

PER_PAGE = 50


@page("warnings.view")
def alarms(request: Request) -> HttpResponseBase:
    """The alarms that need a look, those that fire first."""
    return _list(request, past=False)


@page("warnings.view")
def past_alarms(request: Request) -> HttpResponseBase:
    """The alarms that are over."""
    return _list(request, past=True)


def _list(request: Request, *, past: bool) -> HttpResponseBase:
    person = signed_in(request)
    every = warnings.past_alarms(person) if past else warnings.open_alarms(person)
    found, form = alarm_page.listed(every, request.GET)
    shown = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "tabs": [
            Link(_("Open"), reverse("desk:alarms"), current=not past),
            Link(_("Past"), reverse("desk:past_alarms"), current=past),
        ],
        "past": past,
        "any": bool(every),
        "filters": form,
        "page": shown,
        "table": alarm_page.table(shown.object_list, person) if shown.object_list else None,
    }
    return render(request, "desk/alarms.html", context)


@page("warnings.view")
def alarm(request: Request, alarm_id: int) -> HttpResponseBase:
    """One alarm, with what the reader may do now."""
    person = signed_in(request)
    found = warnings.alarm(alarm_id, person)
    return render(request, "desk/alarm.html", alarm_page.context(found, person, chosen=request.GET.get("act", "")))


@page("warnings.confirm_alarm", methods=("POST",))
def confirm(request: Request, alarm_id: int) -> HttpResponseBase:
    """An official says: the alarm is real."""

    def act() -> HttpResponseBase:
        warnings.confirm(alarm_id, by=signed_in(request), note=form.cleaned_data["note"])
        messages.success(request, _("The alarm is confirmed."))
        return redirect("desk:alarm", alarm_id)

    form = LookForm(request.POST)
    return _answer(request, alarm_id, "confirm", form, act)


@page("warnings.confirm_alarm", methods=("POST",))
def dismiss(request: Request, alarm_id: int) -> HttpResponseBase:
    """An official says: nothing needs to be done, for a reason."""

    def act() -> HttpResponseBase:
        warnings.dismiss(alarm_id, by=signed_in(request), note=form.cleaned_data["note"])
        messages.success(request, _("The alarm is dismissed."))
        return redirect("desk:alarm", alarm_id)

    form = DismissForm(request.POST)
    return _answer(request, alarm_id, "dismiss", form, act)


@page("warnings.issue_directive", methods=("POST",))
def direct(request: Request, alarm_id: int) -> HttpResponseBase:
    """An official orders an agency to act."""

    def act() -> HttpResponseBase:
        sent = form.cleaned_data
        agency = agencies.get(sent["agency"])
        case = warnings.issue_directive(
            alarm_id, agency=agency, due_on=sent["due_on"], text=sent["text"], by=signed_in(request)
        )
        messages.success(request, _("The directive is issued to %(agency)s.") % {"agency": agency.name})
        return redirect("desk:case", case.pk)

    form = DirectiveForm(request.POST)
    return _answer(request, alarm_id, "direct", form, act)


def _answer(
    request: Request, alarm_id: int, chosen: str, form: forms.Form, act: Callable[[], HttpResponseBase]
) -> HttpResponseBase:
    """Does an act on an alarm that the reader may see; what cannot be done is said on the page, with what was typed."""
    person = signed_in(request)
    warnings.alarm(alarm_id, person)
    error, status = "", UNPROCESSABLE
    if form.is_valid():
        try:
            return act()
        except VamcoError as refusal:
            error, status = refusal.text(_), status_of(refusal)
    context = alarm_page.context(warnings.alarm(alarm_id, person), person, chosen=chosen, form=form, error=error)
    return render(request, "desk/alarm.html", context, status=status)
