"""How an act on an official is done on a page: entered, shown with what will happen, confirmed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import segno
from django.contrib import messages
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from vamco.systems.identity.contracts import LINK_LASTS
from vamco.systems.identity.services.staff import Opened
from vamco.web.acting import NOTHING_SENT, Refusal, attempt
from vamco.web.components import Link, Text
from vamco.web.pages import render

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from django import forms
    from django.http import HttpResponseBase

    from vamco.web.components import Fact
    from vamco.web.pages import Request


@dataclass(frozen=True, kw_only=True)
class Deciding:
    """An act: its form, what will happen for what was entered, and the doing, which returns what to say or a link to hand on."""

    title: Text
    form: forms.Form
    effects: Callable[[dict[str, Any]], Sequence[Text]]
    do: Callable[[dict[str, Any]], Text | Opened]
    back: str  # the page to which it leads, and from which it came
    crumbs: Sequence[Link]
    intro: Text = ""
    facts: Sequence[Fact] = field(default=())
    danger: bool = False
    go: Text = ""  # the word on the button


def answer(request: Request, act: Deciding) -> HttpResponseBase:
    """Answer the form, the page that says what will happen, and the confirmation."""
    refusal = NOTHING_SENT
    if request.method == "POST" and "change" not in request.POST:
        if act.form.is_valid() and "sure" not in request.POST:
            return _sure(request, act)
        done = attempt(act.form, act.do)
        if not isinstance(done, Refusal):
            return _done(request, act, done)
        refusal = done
    context = {"act": act, "form": act.form, "error": refusal.text, "crumbs": act.crumbs}
    return render(request, "identity/staff/act.html", context, status=refusal.status)


def _sure(request: Request, act: Deciding) -> HttpResponseBase:
    """Show what will happen; all that was entered goes along unseen."""
    context = {
        "act": act,
        "hidden": [bound.as_hidden() for bound in act.form],
        "effects": act.effects(act.form.cleaned_data),
        "crumbs": act.crumbs,
    }
    return render(request, "identity/staff/sure.html", context)


def _done(request: Request, act: Deciding, done: object) -> HttpResponseBase:
    if isinstance(done, Opened) and done.word:
        return show_link(request, done)
    if isinstance(done, Opened):
        known = _("They were known already and now hold the post. They sign in as before, or with the national eID.")
        messages.success(request, known)
        return HttpResponseRedirect(reverse("identity:official", args=[done.person]))
    messages.success(request, str(done))
    return HttpResponseRedirect(act.back)


def show_link(request: Request, opened: Opened) -> HttpResponseBase:
    """Show a one-time link: now, and never again. It is drawn into the answer itself, so it lies in no session."""
    address = request.build_absolute_uri(reverse("identity:start", args=[opened.word]))
    page = reverse("identity:official", args=[opened.person])
    context = {
        "opened": opened,
        "address": address,
        "hours": int(LINK_LASTS.total_seconds() // 3600),
        "qr": segno.make(address, error="m", micro=False).svg_data_uri(scale=4, border=4, light="#fff"),
        "page": page,
        "crumbs": [Link(_("Officials"), reverse("identity:staff")), Link(_("One-time link"))],
    }
    response = render(request, "identity/staff/link.html", context)
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
