"""One's own password and authenticator app."""

from __future__ import annotations

import base64
import secrets
import time
from typing import TYPE_CHECKING, Final

import segno
from django.contrib import auth, messages
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from vamco.lib.errors import N_, Missing, Refused
from vamco.systems.identity import public
from vamco.systems.identity.pages.own import FRESH, crumbs
from vamco.systems.identity.pages.safe import then
from vamco.systems.identity.pages.step_up import own
from vamco.web import assurance
from vamco.web.context import province
from vamco.web.pages import SIGNED_IN, Request, page, render

if TYPE_CHECKING:
    from django.http import HttpResponseBase

    from vamco.systems.identity.public import Account

_SECRET: Final = "identity.new_app"  # noqa: S105  # in the session, until a code has shown that the app works
_SECRET_BYTES: Final = 20


@page(SIGNED_IN, methods=("GET", "HEAD", "POST"), level=1, within=FRESH)
def password(request: Request) -> HttpResponseBase:
    """Change one's own password. Sign-ins elsewhere end."""
    account = _with_password(request)
    if request.method != "POST":
        return render(request, "identity/password.html", {"crumbs": crumbs(_("Password"))})
    chosen = request.POST.get("password", "")
    error = "" if chosen == request.POST.get("again", "") else _("The two passwords are not the same.")
    if not error:
        try:
            public.change_password(account, chosen, sid=assurance.of(request).sid)
        except Refused as refusal:
            error = refusal.text(_)
    if error:
        context = {"error": error, "crumbs": crumbs(_("Password"))}
        return render(request, "identity/password.html", context, status=422)
    auth.update_session_auth_hash(request, account)
    public.move_session(assurance.of(request).sid, request.session.session_key or "")
    messages.success(request, _("The password was changed. You are signed out everywhere else."))
    return redirect("identity:account")


@page(SIGNED_IN, methods=("GET", "HEAD", "POST"), level=1, within=FRESH)
def app(request: Request) -> HttpResponseBase:
    """Bind an authenticator app to one's own account, or make new recovery codes; then lead on to `?next=`."""
    account = _with_password(request)
    if request.method != "POST":
        return _form(request, account)
    try:
        if request.POST.get("do") == "codes":
            codes = public.renew_codes(account)
        else:
            secret = base64.b64decode(request.session.get(_SECRET, ""))
            codes = public.set_up_app(account, secret, request.POST.get("code", ""), seconds=time.time())
            request.session.pop(_SECRET, None)
    except Refused as error:
        return _form(request, account, error=error.text(_))
    there = then(request, "identity:account")
    context = {"codes": codes, "there": there, "crumbs": crumbs(_("Recovery codes"))}
    return render(request, "identity/own_codes.html", context)


def _with_password(request: Request) -> Account:
    account = own(request)
    if not account.has_usable_password():
        raise Missing("identity.no_password", N_("Your account has no password: you log in with the eID or a passkey."))
    return account


def _form(request: Request, account: Account, *, error: str = "") -> HttpResponseBase:
    if _SECRET not in request.session:
        request.session[_SECRET] = base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode()
    secret = base64.b64decode(request.session[_SECRET])
    address = public.app_address(secret, username=account.username, issuer=f"Vàm Cỏ {province()}".strip())
    context = {
        "error": error,
        "has_app": public.has_second_factor(account),
        "secret": public.spoken_secret(secret),
        "address": address,
        "qr": segno.make(address, error="m", micro=False).svg_data_uri(scale=4, border=4, light="#fff"),
        "crumbs": crumbs(_("Authenticator app")),
    }
    return render(request, "identity/app.html", context, status=422 if error else 200)
