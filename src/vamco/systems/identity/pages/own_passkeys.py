"""One's own passkeys: list, add, rename, remove."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from vamco.lib.errors import Refused
from vamco.systems.identity import public
from vamco.systems.identity.pages import challenges
from vamco.systems.identity.pages.own import FRESH, crumbs
from vamco.systems.identity.pages.safe import then
from vamco.systems.identity.pages.step_up import own
from vamco.web import assurance
from vamco.web.acting import press
from vamco.web.components import Link
from vamco.web.pages import SIGNED_IN, Request, page, render

if TYPE_CHECKING:
    from django.http import HttpResponseBase

_LIST = "identity:passkeys"


@page(SIGNED_IN)
def passkeys(request: Request) -> HttpResponseBase:
    """Show one's own passkeys."""
    account = own(request)
    context = {
        "passkeys": public.passkeys(account),
        "asked": account.passkey_asked,
        "password": account.has_usable_password(),
        "usable": public.has_passkey(account),
        "crumbs": crumbs(_("Passkeys")),
    }
    return render(request, "identity/passkeys.html", context)


@page(SIGNED_IN, methods=("GET", "HEAD", "POST"))
def add(request: Request) -> HttpResponseBase:
    """Offer to make a passkey; sent with one, it is kept, and `?next=` follows. Needs level 2, or that the sign-in is fresh."""
    if (way := _surer(request)) is not None:
        return way
    if request.method != "POST":
        return _adding(request)
    try:
        challenge = challenges.take(request, "add")
        public.add_passkey(own(request), request.POST.get("passkey", ""), challenge, request.POST.get("name", ""))
    except Refused as error:
        return _adding(request, error=error.text(_))
    messages.success(request, _("The passkey was added. You can log in with it from now on."))
    return HttpResponseRedirect(then(request, _LIST))


@page(SIGNED_IN, methods=("POST",))
def add_options(request: Request) -> HttpResponseBase:
    """Say how a browser makes a passkey for whoever is signed in."""
    if (way := _surer(request)) is not None:
        return way
    return challenges.ask(request, "add", public.creation_options(own(request)))


@page(SIGNED_IN, methods=("GET", "HEAD", "POST"), level=1, within=FRESH)
def passkey(request: Request, passkey_id: int) -> HttpResponseBase:
    """Show one passkey of one's own, to rename or remove it."""
    account = own(request)
    found = public.own_passkey(account, passkey_id)
    if request.method != "POST":
        back = Link(_("Passkeys"), reverse(_LIST))
        return render(request, "identity/passkey.html", {"passkey": found, "crumbs": crumbs(found.name, back)})
    here = reverse("identity:passkey", args=[passkey_id])
    if request.POST.get("do") == "remove":
        try:
            public.remove_passkey(account, passkey_id)
        except Refused as error:
            messages.error(request, error.text(_))
            return redirect(here)
        messages.success(request, _("The passkey was removed. It opens nothing any more."))
        return redirect(_LIST)
    name = request.POST.get("name", "")
    return press(request, lambda _who: public.rename_passkey(account, passkey_id, name), _("The name was saved."), here)


@page(SIGNED_IN, methods=("POST",), level=1, within=FRESH)
def ask_after_password(request: Request) -> HttpResponseBase:
    """Set whether a passkey is asked for after the password."""
    account, asked = own(request), request.POST.get("asked") == "yes"
    said = _("A passkey is asked for after your password.") if asked else _("Your password is enough again.")
    return press(request, lambda _who: public.ask_for_passkey(account, asked=asked), said, reverse(_LIST))


def _surer(request: Request) -> HttpResponseBase | None:
    """Return the way to confirm who it is, None where level 2 is reached or the sign-in is fresh."""
    if assurance.of(request).level >= 2:  # noqa: PLR2004  # NĐ 69/2024
        return None
    return assurance.lead_to_confirm(request, 1, FRESH)


def _adding(request: Request, *, error: str = "") -> HttpResponseBase:
    context = {
        "error": error,
        "name": request.POST.get("name", ""),
        "here": request.get_full_path(),
        "crumbs": crumbs(_("Add a passkey"), Link(_("Passkeys"), reverse(_LIST))),
    }
    return render(request, "identity/passkey_add.html", context, status=422 if error else 200)
