"""The living example of a form: every kind of question, as a wizard and dense, with drafts. What is handed in is forgotten."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from vamco.kernel.record.files import public as files
from vamco.kernel.work.forms import public as forms
from vamco.web.components import Cell, Column, Table
from vamco.web.forms import pages
from vamco.web.forms.building import words
from vamco.web.pages import SIGNED_IN, page, render, signed_in
from vamco.web.templatetags.web import moment

if TYPE_CHECKING:
    from django.http import HttpResponseBase

    from vamco.kernel.work.forms.public import Draft
    from vamco.kernel.world.people.models import Person
    from vamco.web.pages import Request

FORM: Final = "marital_status"
BOTH: Final = ("GET", "HEAD", "POST")


def _mount(draft: Draft, person: Person) -> pages.Mount:
    def finish(seen: int) -> HttpResponseBase:
        with transaction.atomic():
            kept = forms.files_of(draft)
            forms.finish(draft.code, by=person, seen=seen)
            for file in kept:  # a system would give them to its case
                files.drop(file)
        return HttpResponseRedirect(reverse("style:form") + "?done=1")

    return pages.Mount(
        page=lambda code: reverse("style:form_page", args=[draft.code, code]),
        check=reverse("style:form_check", args=[draft.code]),
        leave=reverse("style:form"),
        finish=finish,
    )


@page(SIGNED_IN, methods=BOTH)
def begin(request: Request) -> HttpResponseBase:
    """Begin a draft, or go on with one."""
    person = signed_in(request)
    if request.method == "POST":
        draft = forms.begin(FORM, by=person)
        if request.POST.get("way") == "all":
            return HttpResponseRedirect(reverse("style:form_dense", args=[draft.code]))
        return pages.resume(draft, _mount(draft, person))
    form = forms.form_of(forms.newest(FORM))
    context = {
        "form": words(form.words),
        "days": form.keep_days,
        "drafts": _table(forms.drafts(person, FORM)),
        "done": "done" in request.GET,
    }
    return render(request, "style/form.html", context)


def _table(drafts: list[Draft]) -> Table | None:
    if not drafts:
        return None
    return Table(
        caption=_("Your drafts"),
        columns=(Column(label=_("Begun")), Column(label=_("Last saved")), Column(label=_("Kept until"))),
        rows=tuple(
            (
                Cell(text=moment(draft.begun_at), url=reverse("style:form_resume", args=[draft.code])),
                Cell(moment=draft.saved_at),
                Cell(moment=draft.expires_at),
            )
            for draft in drafts
        ),
    )


@page(SIGNED_IN)
def resume(request: Request, draft: str) -> HttpResponseBase:
    """Go on where the draft was left."""
    found = forms.draft(draft, by=signed_in(request))
    return pages.resume(found, _mount(found, signed_in(request)))


@page(SIGNED_IN, methods=BOTH)
def form_page(request: Request, draft: str, code: str) -> HttpResponseBase:
    """One page of the wizard."""
    found = forms.draft(draft, by=signed_in(request))
    return pages.wizard_page(request, found, code, _mount(found, signed_in(request)))


@page(SIGNED_IN, methods=BOTH)
def check(request: Request, draft: str) -> HttpResponseBase:
    """All answers, before they are handed in."""
    found = forms.draft(draft, by=signed_in(request))
    return pages.check_page(request, found, _mount(found, signed_in(request)))


@page(SIGNED_IN, methods=BOTH)
def dense(request: Request, draft: str) -> HttpResponseBase:
    """The same form on one page."""
    found = forms.draft(draft, by=signed_in(request))
    return pages.dense_page(request, found, _mount(found, signed_in(request)))


@page(SIGNED_IN, methods=("POST",))
def discard(request: Request, draft: str) -> HttpResponseBase:
    """Delete a draft."""
    forms.discard(draft, by=signed_in(request))
    messages.success(request, _("The draft is deleted."))
    return HttpResponseRedirect(reverse("style:form"))
