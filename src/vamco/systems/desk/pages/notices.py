"""What the reader was told."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from vamco.kernel.work.cases import public as cases
from vamco.kernel.work.notices import public as notices
from vamco.lib.time import format_moment
from vamco.systems.desk import inbox_page
from vamco.systems.indicators.public import wording
from vamco.web.components import Cell, Column, Fact, Link, Table, Tone
from vamco.web.pages import Request, page, render, signed_in

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import HttpResponseBase

PER_PAGE = 25
LARGEST = 2**63


@page("desk.view_inbox", methods=("GET", "HEAD", "POST"))
def inbox(request: Request) -> HttpResponseBase:
    """The reader's notices, newest first; a POST marks all as read."""
    person = signed_in(request)
    if request.method == "POST":
        notices.mark_read(person)
        messages.success(request, _("All notices are marked as read."))
        return redirect("desk:notices")
    said = request.GET.get("after", "")
    after = int(said) if said.isascii() and said.isdigit() and len(said) < len(str(LARGEST)) else None
    shown = notices.inbox(person, wording.language(), after=after, count=PER_PAGE)
    context = {
        "tabs": inbox_page.tabs(cases.Inbox(person), None),
        "table": _table(shown.notices) if shown.notices else None,
        "unread": any(told.read_at is None for told in shown.notices),
        "first": request.path if after else "",
        "next": f"{request.path}?{urlencode({'after': shown.after})}" if shown.after else "",
    }
    return render(request, "desk/notices.html", context)


@page("desk.view_inbox")
def notice(request: Request, notice_id: int) -> HttpResponseBase:
    """One notice; who opens it has read it."""
    person = signed_in(request)
    told = notices.get(notice_id, person, wording.language())
    if told.read_at is None:
        notices.mark_read(person, told.id)
    context = {
        "told": told,
        "crumbs": [Link(_("Notices"), reverse("desk:notices")), Link(told.title)],
        "facts": [Fact(term=_("Sent"), text="", moment=told.at)],
    }
    return render(request, "desk/notice.html", context)


def _table(found: Sequence[notices.Told]) -> Table:
    return Table(
        caption=_("Notices"),
        hide_caption=True,
        columns=(Column(label=_("Notice")), Column(label=_("State"), tight=True), Column(label=_("Sent"), tight=True)),
        rows=tuple(
            (
                Cell(text=told.title, url=reverse("desk:notice", args=[told.id]), note=told.text),
                _state(told),
                Cell(text=format_moment(told.at, wording.language()), moment=told.at),
            )
            for told in found
        ),
    )


def _state(told: notices.Told) -> Cell:
    if told.urgent:
        return Cell(text=_("Urgent"), tone=Tone.URGENT)
    return Cell(text=_("Read"), tone=Tone.OK) if told.read_at else Cell(text=_("New"), tone=Tone.ACTIVE)
