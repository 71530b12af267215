"""The page behind a one-time link: a password, and the second factor."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import segno
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from vamco.kernel.base import clock
from vamco.kernel.world.access import public as access
from vamco.lib.errors import Missing, Refused
from vamco.systems.identity import public
from vamco.systems.identity.pages.logging_in import let_in
from vamco.web.context import province
from vamco.web.pages import PUBLIC, Request, page, render

if TYPE_CHECKING:
    from django.http import HttpResponseBase

_ISSUER = "Vàm Cỏ"
_CODES = "identity.recovery_codes"  # in the session, for the one page that shows them


@page(PUBLIC, methods=("GET", "HEAD", "POST"), body=64 << 10)
def start(request: Request, word: str) -> HttpResponseBase:
    """Give the page of a one-time link; sent with a password and, where asked, a code, it uses the link up and begins a session."""
    shown = request.session.pop(_CODES, None)
    if shown and shown["word"] == word:
        return render(request, "identity/recovery_codes.html", {"codes": shown["codes"], "next": shown["next"]})
    try:
        offered = public.offer(word)
    except Missing as error:
        return render(request, "identity/link_gone.html", {"error": error.text(_)}, status=404)
    return _form(request, offered) if request.method != "POST" else _accept(request, word, offered)


def _accept(request: Request, word: str, offered: public.Offer) -> HttpResponseBase:
    entered = public.NewAccount(
        password=request.POST.get("password", ""),
        code=request.POST.get("code", "").strip(),
        name=request.POST.get("name", "").strip(),
        username=request.POST.get("username", "").strip(),
    )
    if entered.password != request.POST.get("again", ""):
        return _form(request, offered, error=_("The two passwords are not the same."), status=422)
    try:
        account, codes = public.accept(word, entered, seconds=time.time())
    except (Refused, Missing) as error:
        return _form(request, offered, error=error.text(_), status=422)
    target = reverse("identity:first_day") if access.allow(account.person, "identity.set_up") else "/"
    if offered.has_second_factor:  # who has only the link has not shown the second factor
        return HttpResponseRedirect(reverse("identity:log_in"))
    how = public.How(2, ("pwd", "otp", "mfa"), clock.now()) if codes else public.How(1, ("pwd",), clock.now())
    response = let_in(request, account, request.path if codes else target, how)
    if codes:
        request.session[_CODES] = {"word": word, "codes": codes, "next": target}
    return response


def _form(request: Request, offered: public.Offer, *, error: str = "", status: int = 200) -> HttpResponseBase:
    username = offered.username or request.POST.get("username", "").strip()
    issuer = f"{_ISSUER} {province()}".strip()
    address = public.app_address(offered.secret, username=username or "quantri", issuer=issuer)
    context = {
        "offer": offered,
        "username": username,
        "name": offered.name or request.POST.get("name", ""),
        "error": error,
        "secret": public.spoken_secret(offered.secret),
        "address": address,
        "qr": segno.make(address, error="m", micro=False).svg_data_uri(scale=4, border=4, light="#fff"),
    }
    return render(request, "identity/start.html", context, status=status)
