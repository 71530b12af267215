"""One's own account: what there is, where one is signed in, and what happened."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

from django.contrib import auth, messages
from django.http import HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from vamco.systems.identity import public
from vamco.systems.identity.pages import words
from vamco.systems.identity.pages.step_up import own
from vamco.web import account as entries
from vamco.web import assurance
from vamco.web.components import Link
from vamco.web.pages import SIGNED_IN, Request, page, render, signed_in

if TYPE_CHECKING:
    from django.http import HttpResponseBase

FRESH: Final = dt.timedelta(minutes=15)
"""How long after a sign-in people may change what opens their account."""


@page(SIGNED_IN)
def account(request: Request) -> HttpResponseBase:
    """Show what belongs to one's own account, as each room has brought it."""
    return render(request, "identity/account.html", {"entries": entries.shown(signed_in(request))})


@page(SIGNED_IN, methods=("GET", "HEAD", "POST"))
def stays(request: Request) -> HttpResponseBase:
    """Show where one is signed in; sent with "others" or "all", those sign-ins end."""
    found, here = own(request), assurance.of(request).sid
    if request.method != "POST":
        lines = [words.stay(each, here=here) for each in public.stays(found)]
        lines.sort(key=lambda line: not line.here)
        return render(request, "identity/stays.html", {"stays": lines, "crumbs": crumbs(_("Where you are signed in"))})
    if request.POST.get("which") == "all":
        public.end_stays(found)
        auth.logout(request)
        return redirect("identity:log_in")
    ended = public.end_stays(found, but=here) if here else 0
    said = ngettext("%(count)s other sign-in has ended.", "%(count)s other sign-ins have ended.", ended)
    messages.success(request, said % {"count": ended})
    return redirect("identity:stays")


@page(SIGNED_IN, methods=("GET", "HEAD", "POST"))
def stay(request: Request, stay_id: str) -> HttpResponseBase:
    """Show one sign-in of one's own and offer to end it."""
    found, here = own(request), assurance.of(request).sid
    shown = public.stay(found, stay_id)
    if request.method != "POST":
        context = {
            "stay": words.stay(shown, here=here),
            "crumbs": crumbs(_("End a sign-in"), Link(_("Where you are signed in"), reverse("identity:stays"))),
        }
        return render(request, "identity/stay.html", context)
    public.end_own_stay(found, stay_id)
    if stay_id == here:
        auth.logout(request)
        return redirect("identity:log_in")
    messages.success(request, _("That sign-in has ended."))
    return HttpResponseRedirect(reverse("identity:stays"))


@page(SIGNED_IN)
def history(request: Request) -> HttpResponseBase:
    """Show when one has signed in, and when it failed under one's name."""
    here = assurance.of(request).sid
    lines = [words.past(each, here=here) for each in public.history(own(request))]
    return render(request, "identity/history.html", {"lines": lines, "crumbs": crumbs(_("Log-in history"))})


def crumbs(last: str, *between: Link) -> list[Link]:
    """Return the way from one's own account to a page of it."""
    return [Link(_("My account"), reverse("identity:account")), *between, Link(last)]
