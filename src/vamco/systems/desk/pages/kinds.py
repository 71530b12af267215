"""Kinds of cases as drawings, moving running cases to a newer version, and the load of an agency."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from vamco.kernel.base import clock
from vamco.kernel.work.cases import public as cases
from vamco.kernel.world.access import public as access
from vamco.systems.desk.pages import kind_page
from vamco.systems.desk.pages.forms import MigrateForm
from vamco.web import words
from vamco.web.acting import NOTHING_SENT, Refusal, attempt
from vamco.web.components import Link
from vamco.web.pages import Request, page, render, signed_in

if TYPE_CHECKING:
    from django.http import HttpResponseBase

SOON = dt.timedelta(days=3)


@page(cases.ASSIGN)
def load(request: Request) -> HttpResponseBase:
    """How much waits for whom, for heads of agencies."""
    loads = cases.load(signed_in(request), soon=clock.now() + SOON)
    crumbs = [Link(_("My work"), reverse("desk:inbox")), Link(_("Load"))]
    return render(request, "desk/load.html", {"table": kind_page.loads(loads), "crumbs": crumbs})


@page("desk.view_inbox")
def kinds(request: Request) -> HttpResponseBase:
    """All kinds of cases."""
    crumbs = [Link(_("My work"), reverse("desk:inbox")), Link(_("Kinds of cases"))]
    return render(request, "desk/kinds.html", {"table": kind_page.listed(cases.kinds()), "crumbs": crumbs})


@page("desk.view_inbox", methods=("GET", "HEAD", "POST"))
def kind(request: Request, kind: str) -> HttpResponseBase:
    """How cases of a kind run, as a drawing and as tables; administrators move running cases to the newest version here."""
    person, of = signed_in(request), cases.newest(kind)
    may, refusal = access.allow(person, cases.MIGRATE), NOTHING_SENT
    if request.method == "POST":
        access.demand(person, cases.MIGRATE)
        moved = attempt(MigrateForm(request.POST), lambda sent: cases.migrate(kind, sent["version"], by=person))
        if not isinstance(moved, Refusal):
            messages.success(request, _("Running cases that were moved: %(number)s.") % {"number": moved})
            return redirect("desk:kind", kind)
        refusal = moved
    effect = cases.effect(kind) if may else None
    name = words.either(of.name, of.name_en)
    context = {
        "title": name,
        "drawing": kind_page.drawing(of),
        "states": kind_page.states(of),
        "acts": kind_page.acts(of),
        "effect": kind_page.effect(of, effect) if effect and (effect.states or effect.homeless) else None,
        "homeless": bool(effect and effect.homeless),
        "version": effect.version if effect else 0,
        "lost": kind_page.lost(of, effect) if effect else [],
        "error": refusal.text,
        "crumbs": [
            Link(_("My work"), reverse("desk:inbox")),
            Link(_("Kinds of cases"), reverse("desk:kinds")),
            Link(name),
        ],
    }
    return render(request, "desk/kind.html", context, status=refusal.status)
