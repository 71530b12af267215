"""Inbox, directive, evidence."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.contrib import messages
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from vamco.kernel.base import clock
from vamco.kernel.work.cases import public as cases
from vamco.kernel.world.access import public as access
from vamco.lib.errors import N_, Missing, VamcoError
from vamco.systems.desk import case_page, inbox_page, queries, services
from vamco.systems.desk.forms import ActForm
from vamco.systems.desk.pages.answers import UNPROCESSABLE, download, status_of
from vamco.systems.indicators.public import wording
from vamco.systems.warnings import public as warnings
from vamco.web.pages import Request, page, render, signed_in

if TYPE_CHECKING:
    from django.http import HttpResponseBase

    from vamco.kernel.world.people.models import Person

PER_PAGE = 25


@page("desk.view_inbox")
def inbox(request: Request) -> HttpResponseBase:
    """What waits for the reader, what is due first."""
    return _inbox(request, "waiting")


@page("desk.view_inbox")
def following(request: Request) -> HttpResponseBase:
    """What the reader follows while others work on it."""
    return _inbox(request, "following")


def _inbox(request: Request, view: cases.View) -> HttpResponseBase:
    person, following = signed_in(request), view == "following"
    box = cases.Inbox(person)
    after = inbox_page.read_key(request.GET.get("after", ""))
    shown = box.page(view, after=after, count=PER_PAGE)
    caption = _("What I follow") if following else _("What waits for me")
    context = {
        "tabs": inbox_page.tabs(box, view),
        "following": following,
        "first": request.path if after else "",
        "next": f"{request.path}?{urlencode({'after': inbox_page.key(shown.after)})}" if shown.after else "",
        "table": inbox_page.table(shown.cases, clock.now(), caption) if shown.cases else None,
        "new_alarms": 0 if following else _new_alarms(person),
    }
    return render(request, "desk/inbox.html", context)


def _new_alarms(person: Person) -> int:
    """How many alarms wait until the person has looked at them."""
    if not access.allow(person, "warnings.confirm_alarm"):
        return 0
    return sum(alarm.handling == "new" for alarm in warnings.open_alarms(person))


@page("desk.view_inbox", methods=("GET", "HEAD", "POST"))
def case(request: Request, case_id: int) -> HttpResponseBase:
    """One directive, with what the reader may do now; `?act=` says what they do or want to do."""
    person = signed_in(request)
    found = cases.get(case_id, person)
    if request.method == "POST":
        return _act(request, found, request.GET.get("act", ""))
    return render(request, "desk/case.html", case_page.context(found, person, chosen=request.GET.get("act", "")))


def _act(request: Request, found: cases.Case, code: str) -> HttpResponseBase:
    """Does an act. What cannot be done is said on the page, with what was typed."""
    person = signed_in(request)
    act = cases.definition_of(found.kind).acts.get(code)
    if act is None:
        raise Missing("desk.no_act", N_("There is no such act."))
    form = ActForm(act, request.POST, request.FILES)
    error, status = "", UNPROCESSABLE
    if form.is_valid():
        sent = form.cleaned_data
        try:
            services.act(
                found.pk, code, by=person, seen=sent["seen"], note=sent["note"], uploads=sent.get("evidence", ())
            )
        except VamcoError as refusal:
            error, status = refusal.text(_), status_of(refusal)
            found = cases.get(found.pk, person)  # as it is now: somebody may have been faster
        else:
            messages.success(request, _("Done: %(act)s.") % {"act": wording.either(act.name, act.name_en)})
            return redirect("desk:case", found.pk)
    context = case_page.context(found, person, chosen=code, form=form, error=error)
    return render(request, "desk/case.html", context, status=status)


@page("desk.view_inbox")
def file(request: Request, file_id: int) -> HttpResponseBase:
    """Evidence, for those who may see its case."""
    person = signed_in(request)
    return download(queries.evidence(file_id, person), person)
