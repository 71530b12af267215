"""Away to the national eID and back: every way that this can end has its words."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from vamco.lib.errors import N_, Missing, Refused
from vamco.systems.identity import public
from vamco.systems.identity.pages.logging_in import BY_EID, let_in
from vamco.systems.identity.pages.safe import safe
from vamco.web.pages import PUBLIC, Request, page, render

if TYPE_CHECKING:
    from django.http import HttpResponseBase

_UNDER_WAY: Final = "identity.eid"  # in the session: by state, what was asked; a browser may have several pages open
_MOST: Final = 5
_LASTS: Final = 3600  # seconds; later nothing is kept of it
_UNKNOWN: Final = N_(
    "This sign-in was begun in another browser or window, or has ended already. Nothing has changed. Please begin it here."
)


def start_address(target: str = "/", level: int = 0, within: int | None = None) -> str:
    """Return the address of the way to the eID and, afterwards, on to a page of this site; `within` in seconds."""
    said = {"next": target, "level": str(level) if level else "", "within": "" if within is None else str(within)}
    return f"{reverse('identity:eid_start')}?{urlencode({name: value for name, value in said.items() if value})}"


@page(PUBLIC)
def start(request: Request) -> HttpResponseBase:
    """Lead to the issuer of the eID; a reader who is signed in confirms there who they are, and comes back."""
    if not public.eid_state().offered:
        raise Missing("identity.no_eid", N_("This site does not offer to sign in with the national eID."))
    site = urlsplit(settings.VAMCO_SITE_URL)
    if (
        request.get_host() != site.netloc
    ):  # the issuer leads back to the site's own name, where this name's session is not seen
        return HttpResponseRedirect(f"{settings.VAMCO_SITE_URL}{request.get_full_path()}")
    target = safe(request, request.GET.get("next", ""))
    level, within = _number(request, "level", most=2), _number(request, "within", most=7 * 24 * 3600)
    account: Any = request.user if request.person is not None else None
    wish = {"target": target, "level": level or 0, "within": within}
    try:
        departure = public.begin_eid(
            target, level=level or 0, within=within, language=request.LANGUAGE_CODE or "", account=account
        )
    except public.Away as away:
        return _away(request, away, target, retry=request.get_full_path())
    except Refused as error:
        return _refused(request, error, wish)
    under_way = _under_way(request)
    under_way[departure.kept["state"]] = departure.kept
    request.session[_UNDER_WAY] = dict(list(under_way.items())[-_MOST:])
    return HttpResponseRedirect(departure.url)


@page(PUBLIC)
def back(request: Request) -> HttpResponseBase:
    """Take what the browser brings back from the issuer: a stay begins, or words say why not."""
    under_way = _under_way(request)
    kept = under_way.get(request.GET.get("state", ""))
    if kept is None:
        return _refused(request, Refused("identity.eid_unknown", _UNKNOWN), {"target": "/", "level": 0, "within": None})
    if kept["account"] is not None and (request.person is None or request.user.pk != kept["account"]):
        _forget(request, kept)
        return _refused(request, Refused("identity.eid_unknown", _UNKNOWN), kept)
    try:
        arrival = public.come_back_from_eid(kept, request.GET.dict())
    except public.Away as away:  # the answer may be taken yet: nothing is forgotten
        return _away(request, away, kept["target"], retry=request.get_full_path())
    except Refused as error:
        _forget(request, kept)
        return _refused(request, error, kept)
    _forget(request, kept)
    response = let_in(request, arrival.account, arrival.target, arrival.how)
    request.session[BY_EID] = True
    if arrival.first:
        messages.success(request, _("You are signed in. From now on this is your account here."))
    if arrival.child:
        messages.info(request, _("You are under 14: a parent or guardian acts for you in what you send."))
    return response


@page(PUBLIC)
def leave(request: Request) -> HttpResponseBase:  # noqa: ARG001  # a page takes one
    """Lead to the issuer's own page for signing out there, too, which leads back here."""
    return HttpResponseRedirect(public.leave_eid(reverse(settings.LOGIN_URL)))


def _number(request: Request, name: str, *, most: int) -> int | None:
    written = request.GET.get(name, "")
    return min(int(written), most) if written.isascii() and written.isdigit() and len(written) < 10 else None  # noqa: PLR2004


def _under_way(request: Request) -> dict[str, Any]:
    held: dict[str, Any] = request.session.get(_UNDER_WAY) or {}
    return {state: kept for state, kept in held.items() if time.time() - kept["begun"] < _LASTS}


def _forget(request: Request, kept: dict[str, Any]) -> None:
    left = {state: other for state, other in _under_way(request).items() if state != kept["state"]}
    request.session[_UNDER_WAY] = left


def _refused(request: Request, error: Refused, kept: dict[str, Any]) -> HttpResponseBase:
    # Who has not the level may sign in with less; a page that needs more says so itself.
    wanted = 0 if error.code == "identity.eid_level" and request.person is None else kept["level"]
    again = start_address(kept["target"], wanted, kept["within"])
    context = {"error": error.text(_), "again": again, "target": kept["target"], "eid": public.eid_state()}
    return render(request, "identity/eid_refused.html", context, status=422)


def _away(request: Request, away: public.Away, target: str, *, retry: str) -> HttpResponseBase:
    context = {"since": away.since, "retry": retry, "target": target, "eid": public.eid_state()}
    response = render(request, "identity/eid_away.html", context, status=503)
    response.headers["Retry-After"] = "60"
    return response
