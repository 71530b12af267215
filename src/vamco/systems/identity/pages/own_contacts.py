"""One's own telephone number and e-mail address, shown to be one's own by a code."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vamco.kernel.work.notices import public as notices
from vamco.lib.errors import N_, Missing, VamcoError
from vamco.systems.identity import public
from vamco.systems.identity.pages.own import FRESH, crumbs
from vamco.systems.identity.pages.step_up import own
from vamco.web import assurance
from vamco.web.components import Link
from vamco.web.pages import SIGNED_IN, Request, page, render, signed_in

if TYPE_CHECKING:
    from django.http import HttpResponseBase

_LABELS: Final = {"sms": gettext_lazy("Mobile number"), "email": gettext_lazy("E-mail address")}


@page(SIGNED_IN)
def contacts(request: Request) -> HttpResponseBase:
    """Show one's own contacts, masked, and whether they are verified."""
    known = {contact.channel: contact for contact in notices.contacts(signed_in(request))}
    shown = [
        {"channel": channel, "label": label, "contact": known.get(cast("notices.ChannelName", channel))}
        for channel, label in _LABELS.items()
    ]
    return render(request, "identity/contacts.html", {"contacts": shown, "crumbs": crumbs(_("Contacts"))})


@page(SIGNED_IN, methods=("GET", "HEAD", "POST"), level=1, within=FRESH)
def contact(request: Request, contact_channel: str) -> HttpResponseBase:
    """Ask for a number or address, send a code there, and take the code: three steps of one page."""
    channel = contact_channel
    if channel not in _LABELS:
        raise Missing("identity.no_channel", N_("There is no such contact."))
    name = cast("notices.ChannelName", channel)
    if request.method != "POST":
        return _form(request, channel)
    step, address = request.POST.get("step", ""), request.POST.get("address", "").strip()
    account, sid = own(request), assurance.of(request).sid
    if step == "remove":
        public.remove_contact(account, name)
        messages.success(request, _("The contact was removed."))
        return redirect("identity:contacts")
    try:
        if step != "verify":
            sent = public.send_code(account, name, address, sid=sid)
            return _form(request, channel, address=address, sent=sent.shown, demonstrated=sent.demonstrated)
        public.verify_contact(account, name, address, request.POST.get("code", ""), sid=sid)
    except VamcoError as error:
        sent_before = address if step == "verify" else ""
        return _form(request, channel, address=address, sent=sent_before, error=error.text(_))
    messages.success(request, _("Verified. You are notified there from now on."))
    return redirect("identity:contacts")


def _form(  # each is a part of the page
    request: Request, channel: str, *, address: str = "", sent: str = "", demonstrated: str = "", error: str = ""
) -> HttpResponseBase:
    context = {
        "channel": channel,
        "label": _LABELS[channel],
        "address": address,
        "sent": sent,
        "demonstrated": demonstrated,
        "error": error,
        "known": any(each.channel == channel for each in notices.contacts(signed_in(request))),
        "serves": notices.serves(cast("notices.ChannelName", channel)),
        "crumbs": crumbs(str(_LABELS[channel]), Link(_("Contacts"), reverse("identity:contacts"))),
    }
    return render(request, "identity/contact.html", context, status=422 if error else 200)
