"""A citizen's notices: all of them, one of them, and how the reader is told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from vamco.kernel.work.notices import public as notices
from vamco.lib.text import row_number
from vamco.web import told, words
from vamco.web.components import Link
from vamco.web.pages import SIGNED_IN, page, render, signed_in

if TYPE_CHECKING:
    from django.http import HttpResponseBase

    from vamco.web.pages import Request

_PER_PAGE: Final = 20


@page(SIGNED_IN, methods=("GET", "HEAD", "POST"))
def inbox(request: Request) -> HttpResponseBase:
    """Show the reader's notices: those not read first, then all, newest first. A POST marks all as read."""
    person = signed_in(request)
    if request.method == "POST":
        notices.mark_read(person, up_to=row_number(request.POST.get("newest", "")))
        messages.success(request, _("All notices are marked as read."))
        return redirect("portal:notices")
    after = row_number(request.GET.get("after", ""))
    shown = notices.inbox(person, words.language(), after=after, count=_PER_PAGE)
    fresh = () if after else notices.inbox(person, words.language(), count=_PER_PAGE, unread=True).notices
    context = {
        "fresh": fresh,
        "older": [one for one in shown.notices if one.id not in {new.id for new in fresh}],
        "newest": max((one.id for one in fresh), default=None),
        "next": f"{request.path}?after={shown.after}" if shown.after else "",
        "crumbs": [Link(_("Home"), "/"), Link(_("Notices"), reverse("portal:notices"))],
    }
    return render(request, "portal/notices.html", context)


@page(SIGNED_IN)
def notice(request: Request, notice_id: int) -> HttpResponseBase:
    """Show one notice; who opens it has read it."""
    person = signed_in(request)
    one = notices.get(notice_id, person, words.language())
    if one.read_at is None:
        notices.mark_read(person, one.id)
    crumbs = [Link(_("Home"), "/"), Link(_("Notices"), reverse("portal:notices")), Link(one.title)]
    return render(request, "portal/notice.html", {"one": one, "crumbs": crumbs})


@page(SIGNED_IN, methods=("GET", "HEAD", "POST"))
def settings(request: Request) -> HttpResponseBase:
    """Show how the reader is told, and where."""
    crumbs = [Link(_("Home"), "/"), Link(_("Notices"), reverse("portal:notices")), Link(_("How you are told"))]
    return told.settings_page(request, "portal/notice_settings.html", "portal:notice_settings", crumbs)
