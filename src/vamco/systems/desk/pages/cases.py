"""Inbox, cases, and what can be done with them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import uuid4

from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from vamco.kernel.work.cases import public as cases
from vamco.kernel.world.agencies import public as agencies
from vamco.kernel.world.people import public as people
from vamco.lib.errors import N_, Missing
from vamco.systems.desk import queries, services
from vamco.systems.desk.pages import case_page, inbox_page
from vamco.systems.desk.pages.forms import ActForm, AssignForm, BackForm, CommentForm, OpenForm, SeenForm
from vamco.web import casework, words
from vamco.web.acting import NOTHING_SENT, Refusal, attempt
from vamco.web.answers import download
from vamco.web.components import Link
from vamco.web.pages import Request, page, render, signed_in
from vamco.web.tables import public as tables

if TYPE_CHECKING:
    from django import forms
    from django.http import HttpResponseBase

    from vamco.kernel.world.people.public import Person


@page("desk.view_inbox", methods=tables.METHODS)
def inbox(request: Request) -> HttpResponseBase:
    """What waits for the reader, what is due first."""
    return _inbox(request, "waiting")


@page("desk.view_inbox", methods=tables.METHODS)
def following(request: Request) -> HttpResponseBase:
    """What the reader follows while others work on it."""
    return _inbox(request, "following")


def _inbox(request: Request, view: cases.View) -> HttpResponseBase:
    person = signed_in(request)
    box = cases.Inbox(person)
    listing = inbox_page.listing(box, view, request.GET.get("kind", ""))
    if request.method == "POST":
        return tables.answer(request, listing, "desk/inbox.html")
    context = {
        "tabs": inbox_page.tabs(box, view),
        "hints": casework.hints(person) if view == "waiting" else [],
        "to_open": inbox_page.to_open(person),
    }
    return tables.answer(request, listing, "desk/inbox.html", context)


@page("desk.view_inbox", methods=("GET", "HEAD", "POST"))
def case(request: Request, case_id: int) -> HttpResponseBase:
    """One case, with what the reader may do now; `?act=` says what they do or want to do."""
    person = signed_in(request)
    found, code = cases.get(case_id, person), request.GET.get("act", "")
    if request.method == "POST":
        return _post(request, found, code)
    if act := case_page.grave(found, person, code):
        return render(request, "desk/confirm.html", case_page.confirming(found, act, person))
    return render(request, "desk/case.html", case_page.context(found, person, chosen=code))


def _post(request: Request, found: cases.Case, code: str) -> HttpResponseBase:
    """Does what was sent. What cannot be done is said on the page, with what was typed."""
    person = signed_in(request)
    form, grave = _form(request, found, code), case_page.grave(found, person, code)
    if grave is not None and request.POST.get("sure") != code:
        return render(request, "desk/confirm.html", case_page.confirming(found, grave, person, form=form))
    done = attempt(form, lambda sent: _do(found, code, sent, person))
    if not isinstance(done, Refusal):
        messages.success(request, done)
        seen = cases.visible(person).filter(pk=found.pk).exists()
        return redirect(casework.address(found) if seen else "desk:inbox")
    if done.text:
        found = cases.get(found.pk, person)  # as it is now: somebody may have been faster
        grave = case_page.grave(found, person, code)
    if grave is not None:
        context = case_page.confirming(found, grave, person, form=form, error=done.text)
        return render(request, "desk/confirm.html", context, status=done.status)
    context = case_page.context(found, person, chosen=code, form=form, error=done.text)
    return render(request, "desk/case.html", context, status=done.status)


def _form(request: Request, found: cases.Case, code: str) -> forms.Form:
    """The form in which an act is sent; Missing when there is no such act."""
    sent = request.POST, request.FILES
    act = cases.definition_of(found.kind).acts.get(code)
    if act is not None:
        return ActForm(found, act, signed_in(request), *sent)
    if code == "comment":
        return CommentForm(*sent)
    if code == "assign":
        return AssignForm(case_page.colleagues(found), *sent)
    if code == "give_back":
        return BackForm(*sent)
    if code in {"claim", "release", "receive", "recall", "watch", "unwatch"}:
        return SeenForm(*sent)
    raise Missing("desk.no_act", N_("There is no such act."))


def _do(found: cases.Case, code: str, sent: dict[str, Any], person: Person) -> str:
    """Does an act that was sent whole, and gives what to say about it."""
    act = cases.definition_of(found.kind).acts.get(code)
    if act is not None:
        services.act(
            found.pk,
            code,
            by=person,
            seen=sent["seen"],
            uploads=sent.get("evidence") or (),
            note=sent["note"],
            reason=sent.get("reason", ""),
            agency=agencies.get(sent["agency"]) if sent.get("agency") else None,
            into=sent.get("into"),
            until=sent.get("until"),
        )
        return _("Done: %(act)s.") % {"act": words.either(act.name, act.name_en)}
    if code == "comment":
        services.comment(found.pk, by=person, note=sent["note"], uploads=sent["evidence"])
        return _("Your comment stands in the history.")
    if code in {"watch", "unwatch"}:
        cases.watch(found.pk, by=person, follows=code == "watch")
        return _("You follow this case.") if code == "watch" else _("You no longer follow this case.")
    return _hold(found, code, sent, person)


def _hold(found: cases.Case, code: str, sent: dict[str, Any], person: Person) -> str:
    """Changes who has a case in hand."""
    seen = sent["seen"]
    if code == "assign":
        colleague = people.get(sent["person"])  # one of the choices of the form
        cases.assign(found.pk, colleague, by=person, seen=seen)
        return _("Assigned to %(whom)s.") % {"whom": colleague.name}
    if code == "give_back":
        cases.give_back(found.pk, by=person, note=sent["note"], seen=seen)
        return _("Given back, with your reason.")
    if code == "receive":
        cases.receive(found.pk, by=person, seen=seen)
        return _("Your agency has taken over the case.")
    if code == "recall":
        cases.recall(found.pk, by=person, seen=seen)
        return _("Your agency has the case again; the other one is no longer asked.")
    if code == "claim":
        cases.claim(found.pk, by=person, seen=seen)
        return _("You have the case in hand; colleagues see so.")
    cases.release(found.pk, by=person, seen=seen)
    return _("The case waits for your agency again.")


@page("desk.view_inbox", methods=("GET", "HEAD", "POST"))
def open_case(request: Request, kind: str) -> HttpResponseBase:
    """Opens a case by hand, where its kind allows that."""
    person = signed_in(request)
    of, home = services.opening(kind, person)
    form = (
        OpenForm(of, home, request.POST) if request.method == "POST" else OpenForm(of, home, initial={"key": uuid4()})
    )
    refusal = NOTHING_SENT
    if form.is_bound:
        opened = attempt(form, lambda sent: services.open_case(kind, by=person, **sent))
        if not isinstance(opened, Refusal):
            messages.success(request, _("Sent: %(number)s.") % {"number": cases.number(opened)})
            return redirect(casework.address(opened))
        refusal = opened
    name = words.either(of.name, of.name_en)
    context = {
        "title": name,
        "form": form,
        "error": refusal.text,
        "deadline": of.deadline,
        "crumbs": [Link(_("My work"), reverse("desk:inbox")), Link(name)],
    }
    return render(request, "desk/open.html", context, status=refusal.status)


@page("desk.view_inbox")
def file(request: Request, file_id: int) -> HttpResponseBase:
    """Evidence, for those who may see its case."""
    person = signed_in(request)
    return download(queries.evidence(file_id, person), person)
