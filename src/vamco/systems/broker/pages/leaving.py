"""Leaving at a client ends the stay here, and so everywhere. Source: OpenID Connect RP-Initiated Logout 1.0."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from django.contrib import auth
from django.core import signing
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from vamco.lib.errors import N_
from vamco.systems.broker import public
from vamco.systems.broker.public import Unanswerable
from vamco.systems.identity import public as identity
from vamco.web import assurance, rim
from vamco.web import leaving as everywhere
from vamco.web.pages import PUBLIC, Request, page, render

if TYPE_CHECKING:
    from django.http import HttpResponseBase

_SALT: Final = "vamco.broker.leave"
_PAGE_LASTS: Final = 3600
_BODY: Final = 32 << 10
NO_TOKEN: Final = N_("The service sent a token that this site did not issue.")
NO_ADDRESS: Final = N_("The address to return to is not registered for this service.")


@csrf_exempt
@page(PUBLIC, methods=("GET", "HEAD", "POST"), body=_BODY)
def end_session(request: Request) -> HttpResponseBase:
    """End the stay that a client names by its id token; without one the person is asked."""
    if request.method == "POST":  # a form of another site brings no cookies
        pairs = [(name, value) for name, values in request.POST.lists() for value in values]
        return HttpResponse(status=303, headers={"Location": f"{reverse('broker:end_session')}?{urlencode(pairs)}"})
    params, twice = public.single((name, value) for name, values in request.GET.lists() for value in values)
    try:
        sid, target = _read(params, twice)
    except Unanswerable as error:
        return render(request, "broker/unanswerable.html", {"error": _(error.message)}, status=400)
    if request.person is None:
        return _done(request, target, [])
    if sid and sid == assurance.of(request).sid:
        return _leave(request, target)
    response = render(request, "broker/leave.html", {"sealed": signing.dumps(target, salt=_SALT)})
    if target:
        allowed = f"form-action 'self' {public.origin(target)}"
        response.headers["Content-Security-Policy"] = rim.POLICY.replace("form-action 'self'", allowed)
    return response


def _read(params: dict[str, str], twice: set[str]) -> tuple[str, str]:
    """Return the stay that is meant, "" for none, and where to go afterwards, "" for nowhere."""
    if twice:
        raise Unanswerable(NO_ADDRESS)
    code, sid = params.get("client_id", ""), ""
    if hint := params.get("id_token_hint", ""):
        claims = public.read_hint(hint)
        if claims is None or (code and claims["aud"] != code):
            raise Unanswerable(NO_TOKEN)
        code, sid = claims["aud"], str(claims.get("sid", ""))
    target = params.get("post_logout_redirect_uri", "")
    if target:
        client = public.active_client(code)
        if client is None or target not in client.post_logout_uris:
            raise Unanswerable(NO_ADDRESS)
        if state := params.get("state", ""):
            target += ("&" if "?" in target else "?") + urlencode({"state": state})
    return sid, target


@page(PUBLIC, methods=("POST",))
def leave(request: Request) -> HttpResponseBase:
    """End the stay of a person who was asked."""
    try:
        target = signing.loads(request.POST.get("request", ""), salt=_SALT, max_age=_PAGE_LASTS)
    except signing.BadSignature:
        target = ""
    return _leave(request, target)


def _leave(request: Request, target: str) -> HttpResponseBase:
    sid = assurance.of(request).sid
    silent = everywhere.leave(sid)
    identity.end_stay(sid, why="left")
    auth.logout(request)
    request.person = None
    return _done(request, target, silent)


def _done(request: Request, target: str, silent: list[str]) -> HttpResponseBase:
    if target and not silent:
        return HttpResponse(status=302, headers={"Location": target, "Cache-Control": "no-store"})
    return render(request, "web/left.html", {"silent": silent, "target": target})
