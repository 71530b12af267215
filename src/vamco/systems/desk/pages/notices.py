"""What the reader was told."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast
from urllib.parse import urlencode

from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from vamco.kernel.work.cases import public as cases
from vamco.kernel.work.notices import public as notices
from vamco.lib.errors import N_, Missing
from vamco.lib.text import row_number
from vamco.lib.time import format_moment
from vamco.systems.desk import services
from vamco.systems.desk.pages import inbox_page
from vamco.systems.desk.pages.forms import CHANNELS, ToldForm
from vamco.web import words
from vamco.web.answers import UNPROCESSABLE
from vamco.web.components import Cell, Column, Fact, Link, Table, Tone
from vamco.web.pages import Request, page, render, signed_in

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import HttpResponseBase

    from vamco.kernel.work.notices.public import ChannelName

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
    told = notices.get(notice_id, person, words.language())
    if told.read_at is None:
        notices.mark_read(person, told.id)
    context = {
        "told": told,
        "crumbs": [Link(_("Notices"), reverse("desk:notices")), Link(told.title)],
        "facts": [Fact(term=_("Sent"), text="", moment=told.at)],
    }
    return render(request, "desk/notice.html", context)


@page("desk.view_inbox", methods=("GET", "HEAD", "POST"))
def settings(request: Request) -> HttpResponseBase:
    """How the reader is told, and where."""
    person = signed_in(request)
    known = notices.contacts(person)
    if request.method == "POST" and "channel" in request.POST:
        return _address(request, {contact.channel: contact for contact in known})
    channels = {contact.channel for contact in known}
    wanted = [one for one in notices.preferences(person) if one.channel in channels]
    form = ToldForm(notices.settings_of(person), wanted, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        told = notices.Settings(form.cleaned_data["language"], form.quiet)
        services.be_told(person, told, [(one, form.cleaned_data[name]) for name, one in form.choices.items()])
        messages.success(request, _("Kept: this is how you are told from now on."))
        return redirect("desk:notice_settings")
    context = {
        "form": form,
        "addresses": [(contact, CHANNELS[contact.channel]) for contact in known],
        "crumbs": [Link(_("Notices"), reverse("desk:notices")), Link(_("How you are told"))],
    }
    return render(request, "desk/notice_settings.html", context, status=UNPROCESSABLE if form.is_bound else 200)


def _address(request: Request, known: dict[ChannelName, notices.ContactView]) -> HttpResponseBase:
    """Agree to one of one's addresses, or take the agreement back."""
    person = signed_in(request)
    contact = known.get(cast("ChannelName", request.POST["channel"]))
    if contact is None:
        raise Missing("desk.no_address", N_("You have no such address."))
    given = request.POST.get("agree") == "yes"
    if given != contact.consented:
        notices.consent(person, contact.channel, given=given, actor=str(person.pk))
    said = _("You are written to at %(address)s.") if given else _("You are no longer written to at %(address)s.")
    messages.success(request, said % {"address": contact.shown})
    return redirect("desk:notice_settings")


def _table(found: Sequence[notices.Told]) -> Table:
    return Table(
        caption=_("Notices"),
        hide_caption=True,
        columns=(Column(label=_("Notice")), Column(label=_("State"), tight=True), Column(label=_("Sent"), tight=True)),
        rows=tuple(
            (
                Cell(text=told.title, url=reverse("desk:notice", args=[told.id]), note=told.text),
                _state(told),
                Cell(text=format_moment(told.at, words.language()), moment=told.at),
            )
            for told in found
        ),
    )


def _state(told: notices.Told) -> Cell:
    if told.urgent:
        return Cell(text=_("Urgent"), tone=Tone.URGENT)
    return Cell(text=_("Read"), tone=Tone.OK) if told.read_at else Cell(text=_("New"), tone=Tone.ACTIVE)
