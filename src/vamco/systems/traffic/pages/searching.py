"""Plates: searching passages for a stated purpose, the searches that were made, and the plates that are wanted."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.utils.translation import ngettext

from vamco.kernel.base import clock
from vamco.kernel.world.people import public as people
from vamco.systems.traffic import public as traffic
from vamco.systems.traffic.contracts import HOT_LIST, SEARCH
from vamco.systems.traffic.pages import wording
from vamco.systems.traffic.queries import hits
from vamco.web.acting import NOTHING_SENT, Refusal, attempt, press
from vamco.web.components import Cell, Column, Link, Table
from vamco.web.date_fields import DayField, MomentField
from vamco.web.pages import Request, page, render, signed_in
from vamco.web.words import either, moment, number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import HttpResponseBase

    from vamco.kernel.world.people.public import Person
    from vamco.systems.traffic.public import Found

MOST: Final = 500


class SearchForm(forms.Form):
    """Why first, then what."""

    purpose = forms.CharField(
        label=_l("What do you need this for?"),
        min_length=10,
        max_length=300,
        help_text=_l(
            "At least 10 characters. Your name, the time, the purpose and how much was found are recorded in the audit log."
        ),
    )
    basis = forms.CharField(
        label=_l("Legal basis"),
        max_length=200,
        help_text=_l("The case, decision or article, such as “Vụ án số …, Đ. 88 BLTTHS”."),
    )
    plate = forms.CharField(
        label=_l("Plate, whole"), max_length=20, help_text=_l("Such as 70A-123.45; a part of a plate is not searched.")
    )
    since = MomentField(label=_l("From"), required=True)
    until = MomentField(label=_l("To"), required=True, help_text=_l("At most 31 days."))


class WantedForm(forms.Form):
    """A plate to wait for."""

    plate = forms.CharField(label=_l("Plate, whole"), max_length=20)
    reason = forms.CharField(label=_l("Why it is wanted"), max_length=300)
    basis = forms.CharField(label=_l("Legal basis"), max_length=200)
    until = DayField(label=_l("Until, that day included"))


@page(SEARCH, methods=("GET", "HEAD", "POST"))
def search(request: Request) -> HttpResponseBase:
    """Search passages by a whole plate: never without purpose and basis, and never from an address that could be kept."""
    person, form, refusal, found = signed_in(request), SearchForm(), NOTHING_SENT, None
    if request.method == "POST":
        form = SearchForm(request.POST)
        outcome = attempt(form, lambda data: _search(data, person))
        if isinstance(outcome, Refusal):
            refusal = outcome
        else:
            found = outcome
    else:
        now = clock.now()
        form = SearchForm(initial={"since": now - dt.timedelta(days=7), "until": now})
    context = {
        "form": form,
        "error": refusal.text,
        "found": _table(found) if found else None,
        "count": len(found) if found is not None else None,
        "plate": wording.plate(found[0].plate) if found else "",
        "most": found is not None and len(found) >= MOST,
        "crumbs": [Link(_("Find a plate"))],
    }
    answer = render(request, "traffic/search.html", context, status=refusal.status)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _search(data: dict[str, Any], person: Person) -> list[Found]:
    return traffic.search_plates(
        data["plate"],
        data["since"],
        data["until"],
        purpose=data["purpose"],
        basis=data["basis"],
        by=person,
        agency=people.home(person),
    )


def _table(found: Sequence[Found]) -> Table:
    rows = tuple(
        (
            Cell(text=moment(each.at), moment=each.at),
            each.camera_name,
            wording.kind(each.kind),
            Cell(text=f"{each.confidence * 100:.0f}%"),
        )
        for each in found
    )
    columns = (
        Column(label=_("Time"), tight=True),
        Column(label=_("Camera")),
        Column(label=_("Vehicle")),
        Column(label=_("Weakest character"), number=True),
    )
    return Table(caption=_("Passages found"), columns=columns, rows=rows)


@page(SEARCH)
def searches(request: Request) -> HttpResponseBase:
    """Show the searches that were made in the reader's agency: by whom, what for, how much was found."""
    made = traffic.plate_searches(signed_in(request))
    rows = tuple(
        (
            Cell(text=moment(each.at), moment=each.at),
            each.person.name,
            each.purpose,
            each.basis,
            wording.plate(each.plate),
            f"{moment(each.since)} – {moment(each.until)}",
            Cell(text=number(each.found), value=each.found),
        )
        for each in made
    )
    heads = (_("Time"), _("By"), _("Purpose"), _("Legal basis"), _("Plate"), _("Span"), _("Found"))
    columns = tuple(Column(label=head, number=head == heads[-1]) for head in heads)
    context = {
        "table": Table(caption=_("Plate searches"), hide_caption=True, columns=columns, rows=rows) if rows else None,
        "crumbs": [Link(_("Find a plate"), reverse("traffic:search")), Link(_("Searches made"))],
    }
    return render(request, "traffic/searches.html", context)


@page(HOT_LIST, methods=("GET", "HEAD", "POST"))
def wanted(request: Request) -> HttpResponseBase:
    """Show the wanted plates and where they passed; a POST adds one."""
    person, form, refusal = signed_in(request), WantedForm(), NOTHING_SENT
    if request.method == "POST":
        form = WantedForm(request.POST)
        outcome = attempt(form, lambda data: traffic.add_hot_plate(**data, by=person, agency=people.home(person)))
        if not isinstance(outcome, Refusal):
            messages.success(request, _("%(plate)s is wanted now.") % {"plate": wording.plate(outcome.plate)})
            return redirect("traffic:wanted")
        refusal = outcome
    listed = traffic.hot_plates(person)
    context = {
        "form": form,
        "error": refusal.text,
        "listed": [
            {
                "pk": each.pk,
                "plate": wording.plate(each.plate),
                "reason": each.reason,
                "basis": each.basis,
                "until": each.until,
                "by": each.added_by.name,
                "agency": either(each.agency.name, each.agency.name_en),
            }
            for each in listed
        ],
        "hits": [
            {
                "plate": wording.plate(each.plate),
                "camera": either(each.camera_name, each.camera_name_en),
                "at": each.at,
                "told": each.told_at,
            }
            for each in hits.newest([each.pk for each in listed])
        ],
        "said": ngettext("%(count)s plate is wanted.", "%(count)s plates are wanted.", len(listed))
        % {"count": len(listed)},
    }
    answer = render(request, "traffic/wanted.html", context, status=refusal.status)
    answer.headers["Cache-Control"] = "no-store"
    return answer


@page(HOT_LIST, methods=("POST",))
def end(request: Request, ended_plate: int) -> HttpResponseBase:
    """Take a plate from the list."""
    done = _("The plate is no longer wanted.")
    return press(request, lambda person: traffic.end_hot_plate(ended_plate, by=person), done, "traffic:wanted")
