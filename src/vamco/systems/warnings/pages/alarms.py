"""Alarms: the list, one alarm, what officials do with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from vamco.kernel.world.agencies import public as agencies
from vamco.lib.errors import N_, Missing
from vamco.systems.warnings import public as warnings
from vamco.systems.warnings.pages import alarm_list, alarm_page, directives_page
from vamco.systems.warnings.pages.forms import ConfirmForm, DenominatorForm, DirectiveForm, DismissForm, TakeForm
from vamco.web import addresses, words
from vamco.web.acting import Refusal, attempt
from vamco.web.components import Link
from vamco.web.pages import Request, page, render, signed_in
from vamco.web.tables import public as tables

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from django import forms
    from django.http import HttpResponseBase


@page("warnings.view", methods=tables.METHODS)
def alarms(request: Request) -> HttpResponseBase:
    """The alarms that need a look, those that fire first."""
    return _list(request, past=False)


@page("warnings.view", methods=tables.METHODS)
def past_alarms(request: Request) -> HttpResponseBase:
    """The alarms that are over."""
    return _list(request, past=True)


def _list(request: Request, *, past: bool) -> HttpResponseBase:
    tabs = [
        Link(_("Open"), reverse("warnings:alarms"), current=not past),
        Link(_("Past"), reverse("warnings:past_alarms"), current=past),
    ]
    context = {"tabs": tabs, "issue_url": "" if past else directives_page.url_for(request)}
    return tables.answer(request, alarm_list.listing(past=past), "warnings/alarms.html", context)


@page("warnings.view", methods=("GET", "HEAD", "POST"))
def alarm(request: Request, alarm_id: int) -> HttpResponseBase:
    """One alarm, with what the reader may do now; `?act=` says what they do or want to do."""
    person = signed_in(request)
    found = warnings.alarm(alarm_id, person)
    code = request.GET.get("act", "")
    if request.method != "POST":
        return render(request, "warnings/alarm.html", alarm_page.context(found, person, chosen=code))
    if code not in ACTS:
        raise Missing("warnings.no_act", N_("There is no such act."))
    kind, act = ACTS[code]
    form = alarm_page.confirming(found, person, request.POST) if code == "confirm" else kind(request.POST)
    done = attempt(form, lambda sent: act(request, alarm_id, sent))
    if not isinstance(done, Refusal):
        return done
    if done.text:
        found = warnings.alarm(alarm_id, person)  # as it is now: somebody may have been faster
    context = alarm_page.context(found, person, chosen=code, form=form, error=done.text)
    return render(request, "warnings/alarm.html", context, status=done.status)


@page("warnings.view")
def waiting(request: Request, waiting_id: int) -> HttpResponseBase:
    """From an inbox to the alarm that waits in a case: the form of the directive lies open there."""
    try:
        found = warnings.alarm(warnings.alarm_of(waiting_id).id, signed_in(request))
    except Missing:  # the same words for what is not there and for what is not theirs
        raise Missing("warnings.no_decision", N_("No alarm waits in the case %(case)s."), case=waiting_id) from None
    return redirect("warnings:alarm", found.id)


def _confirm(request: Request, alarm_id: int, sent: dict[str, Any]) -> HttpResponseBase:
    at = agencies.get(sent["to"]) if sent.get("to") else None
    warnings.confirm(alarm_id, by=signed_in(request), note=sent["note"], to=at)
    waiting = warnings.alarm(alarm_id, signed_in(request)).waiting
    if waiting:
        where = {"agency": waiting.agency_name, "moment": words.moment(waiting.due_at)}
        said = _("The alarm is confirmed. It waits for a decision at %(agency)s, until %(moment)s.") % where
    messages.success(request, said if waiting else _("The alarm is confirmed."))
    return redirect("warnings:alarm", alarm_id)


def _take(request: Request, alarm_id: int, sent: dict[str, Any]) -> HttpResponseBase:
    warnings.take_over(alarm_id, by=signed_in(request), seen=sent["seen"])
    messages.success(request, _("You have taken the alarm over."))
    return redirect("warnings:alarm", alarm_id)


def _accept(request: Request, alarm_id: int, sent: dict[str, Any]) -> HttpResponseBase:
    warnings.accept_denominator(alarm_id, value=sent["seen"], by=signed_in(request), note=sent["note"])
    messages.success(request, _("The denominator is confirmed, and the alarm has been judged by it."))
    return redirect("warnings:alarm", alarm_id)


def _dismiss(request: Request, alarm_id: int, sent: dict[str, Any]) -> HttpResponseBase:
    warnings.dismiss(alarm_id, by=signed_in(request), note=sent["note"])
    messages.success(request, _("The alarm is dismissed."))
    return redirect("warnings:alarm", alarm_id)


def _issue(request: Request, alarm_id: int, sent: dict[str, Any]) -> HttpResponseBase:
    agency = agencies.get(sent["agency"])
    case = warnings.issue_directive(
        alarm_id, agency=agency, due_on=sent["due_on"], text=sent["text"], by=signed_in(request)
    )
    name = words.either(agency.name, agency.name_en)
    messages.success(request, _("The directive is issued to %(agency)s.") % {"agency": name})
    return redirect(addresses.to("case", case.pk) or "warnings:alarms")


ACTS: dict[str, tuple[type[forms.Form], Callable[[Request, int, dict[str, Any]], HttpResponseBase]]] = {
    "confirm": (ConfirmForm, _confirm),
    "denominator": (DenominatorForm, _accept),
    "take": (TakeForm, _take),
    "dismiss": (DismissForm, _dismiss),
    "issue": (DirectiveForm, _issue),
}
