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
from vamco.lib.text import row_number
from vamco.lib.time import format_moment
from vamco.systems.desk.pages import inbox_page
from vamco.web import told, words
from vamco.web.components import Cell, Column, Fact, Link, Table, Tone
from vamco.web.pages import Request, page, render, signed_in

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import HttpResponseBase

PER_PAGE = 25


@page("desk.view_inbox", methods=("GET", "HEAD", "POST"))
def inbox(request: Request) -> HttpResponseBase:
    """The reader's notices, newest first; a POST marks all as read."""
    person = signed_in(request)
    if request.method == "POST":
        notices.mark_read(person, up_to=row_number(request.POST.get("newest", "")))
        messages.success(request, _("All notices are marked as read."))
        return redirect("desk:notices")
    after = row_number(request.GET.get("after", ""))
    shown = notices.inbox(person, words.language(), after=after, count=PER_PAGE)
    context = {
        "tabs": inbox_page.tabs(cases.Inbox(person), None),
        "table": _table(shown.notices) if shown.notices else None,
        "newest": shown.notices[0].id if shown.notices and notices.unread(person) else None,
        "first": request.path if after else "",
        "next": f"{request.path}?{urlencode({'after': shown.after})}" if shown.after else "",
    }
    return render(request, "desk/notices.html", context)


@page("desk.view_inbox")
def notice(request: Request, notice_id: int) -> HttpResponseBase:
    """One notice; who opens it has read it."""
    person = signed_in(request)
    one = notices.get(notice_id, person, words.language())
    if one.read_at is None:
        notices.mark_read(person, one.id)
    context = {
        "told": one,
        "crumbs": [Link(_("Notices"), reverse("desk:notices")), Link(one.title)],
        "facts": [Fact(term=_("Sent"), text="", moment=one.at)],
    }
    return render(request, "desk/notice.html", context)


@page("desk.view_inbox", methods=("GET", "HEAD", "POST"))
def settings(request: Request) -> HttpResponseBase:
    """How the reader is told, and where."""
    crumbs = [Link(_("Notices"), reverse("desk:notices")), Link(_("How you are told"))]
    return told.settings_page(request, "desk/notice_settings.html", "desk:notice_settings", crumbs)


def _table(found: Sequence[notices.Told]) -> Table:
    return Table(
        caption=_("Notices"),
        hide_caption=True,
        columns=(Column(label=_("Notice")), Column(label=_("State"), tight=True), Column(label=_("Sent"), tight=True)),
        rows=tuple(
            (
                Cell(text=one.title, url=reverse("desk:notice", args=[one.id]), note=one.text),
                _state(one),
                Cell(text=format_moment(one.at, words.language()), moment=one.at),
            )
            for one in found
        ),
    )


def _state(one: notices.Told) -> Cell:
    if one.urgent:
        return Cell(text=_("Urgent"), tone=Tone.URGENT)
    return Cell(text=_("Read"), tone=Tone.OK) if one.read_at else Cell(text=_("New"), tone=Tone.ACTIVE)
