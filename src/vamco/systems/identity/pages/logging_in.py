from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from django.contrib import auth
from django.core import signing
from django.http import HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from vamco.kernel.base import clock
from vamco.lib.errors import Refused
from vamco.systems.identity import public
from vamco.systems.identity.pages import challenges
from vamco.systems.identity.pages.safe import safe
from vamco.web import assurance, leaving, visitor
from vamco.web.pages import PUBLIC, Request, page, render

if TYPE_CHECKING:
    from django.http import HttpResponse, HttpResponseBase

    from vamco.systems.identity.public import Account

DEVICE_COOKIE: Final = "vamco_device"
PASSKEY: Final = ("hwk", "user", "mfa")
"""The methods of a passkey with user verification (RFC 8176)."""
_DEVICE_AGE: Final = 400 * 24 * 3600  # seconds; browsers keep no cookie longer
_WAITING: Final = "identity.waiting"  # in the session: whose password was right, before the second factor
BY_EID: Final = "identity.by_eid"  # in the session: its person is signed in at the issuer of the eID, too
_CODE_WITHIN: Final = 300  # seconds
_DEVICE_SALT: Final = "vamco.identity.device"
_BODY: Final = 64 << 10


@page(PUBLIC, methods=("GET", "HEAD", "POST"), body=_BODY)
def log_in(request: Request) -> HttpResponseBase:
    """Give the log-in page; afterwards the reader goes where they wanted to go, or is asked for their second factor."""
    target = safe(request, request.POST.get("next") or request.GET.get("next") or "")
    if request.method != "POST":
        if request.person is not None:
            return HttpResponseRedirect(target)
        return _form(request, target)
    username = request.POST.get("username", "").strip()
    try:
        account = public.check_password(username, request.POST.get("password", ""), **where(request))
    except Refused as error:
        return _form(request, target, username=username, error=error.text(_))
    if public.asks_for_more(account):
        request.session[_WAITING] = {
            "account": account.username,
            "bound": account.get_session_auth_hash(),
            "until": time.time() + _CODE_WITHIN,
            "next": target,
        }
        return redirect("identity:code")
    return let_in(request, account, target, by(1, "pwd"))


@page(PUBLIC, methods=("GET", "HEAD", "POST"), body=_BODY)
def code(request: Request) -> HttpResponseBase:
    """Ask who has entered the right password for their second factor: the code of an app, a recovery code, or a passkey."""
    waiting = request.session.get(_WAITING) or {}
    account = _waiting_account(waiting)
    if account is None:
        request.session.pop(_WAITING, None)
        return redirect(settings.LOGIN_URL)
    if request.method != "POST":
        return _second(request, account)
    try:
        if request.POST.get("passkey"):
            if not public.asks_for_passkey(account):  # nobody's choice but the person's (ID-02)
                return _second(request, account, status=422)
            public.show_passkey(request.POST["passkey"], challenges.take(request, "code"), account=account)
            place = where(request)
            public.forgive_password(account, network=place["network"], device=place["device"])
            how = by(2, "pwd", *PASSKEY)
        else:
            public.check_code(account, request.POST.get("code", ""), seconds=time.time(), **where(request))
            how = by(2, "pwd", "otp", "mfa")
    except Refused as error:
        return _second(request, account, error=error.text(_), status=422)
    return let_in(request, account, safe(request, waiting["next"]), how)


@page(PUBLIC, methods=("POST",), body=_BODY)
def code_options(request: Request) -> HttpResponseBase:
    """Say which passkeys can follow the password that was entered in this session."""
    account = _waiting_account(request.session.get(_WAITING) or {})
    if account is None or not public.asks_for_passkey(account):
        return redirect(settings.LOGIN_URL)
    return challenges.ask(request, "code", public.request_options(account))


@page(PUBLIC, methods=("POST",), body=_BODY)
def passkey_options(request: Request) -> HttpResponseBase:
    """Say how a browser signs in with a passkey, whoever's it is."""
    return challenges.ask(request, "log_in", public.request_options())


@page(PUBLIC, methods=("POST",), body=_BODY)
def passkey(request: Request) -> HttpResponseBase:
    """Sign in with the passkey that a browser has shown; without a name."""
    target = safe(request, request.POST.get("next", ""))
    try:
        account = public.show_passkey(request.POST.get("passkey", ""), challenges.take(request, "log_in"))
    except Refused as error:
        return _form(request, target, error=error.text(_))
    return let_in(request, account, target, by(2, *PASSKEY))


def let_in(request: Request, account: Account, target: str, how: public.How) -> HttpResponseBase:
    """Begin the session of an account and lead to a page of this site.

    Whoever is signed in already as the same person confirms their stay, and keeps what their session holds.
    """
    request.session.pop(_WAITING, None)
    account = public.of_same_human(account)
    if not (request.person is not None and request.person == account.person and _confirm(request, account, how)):
        _begin(request, account, how)
    response = HttpResponseRedirect(target)
    _remember(response, _device(request).with_name(account.username))
    return response


def by(level: int, *methods: str) -> public.How:
    """Return that it was just made sure who it is, by this platform."""
    return public.How(level, methods, clock.now())


def where(request: Request) -> dict[str, Any]:
    """Return from where somebody tries to log in: the network, the device that the browser's cookie describes, and the browser."""
    return {
        "network": visitor.network(visitor.address(request)),
        "device": _device(request),
        "browser": request.headers.get("User-Agent", ""),
    }


def _begin(request: Request, account: Account, how: public.How) -> None:
    """Begin a stay. Whoever was signed in before with this browser has left."""
    public.end_stay(assurance.of(request).sid, why="replaced")
    auth.login(request, account, backend="django.contrib.auth.backends.ModelBackend")
    request.session.set_expiry(None)  # a visitor's may have been shorter
    sid = public.begin_stay(
        account,
        how,
        session_key=request.session.session_key or "",
        network=visitor.network(visitor.address(request)),
        browser=request.headers.get("User-Agent", ""),
    )
    assurance.write(request.session, assurance.Assurance(how.level, how.methods, how.at, str(sid)))


def _confirm(request: Request, account: Account, how: public.How) -> bool:
    """Note in the present stay how it was made sure who it is; False where there is none. The session gets another key."""
    sid = assurance.of(request).sid
    if not sid:
        return False
    request.session.cycle_key()
    if not public.confirm_stay(account, sid, how, session_key=request.session.session_key or ""):
        return False
    assurance.write(request.session, assurance.Assurance(how.level, how.methods, how.at, sid))
    return True


def _waiting_account(waiting: dict[str, Any]) -> Account | None:
    """Return the account whose password was entered in this session; None when that was too long ago or it has changed since."""
    if not waiting or waiting["until"] < time.time() or not public.exists(waiting["account"]):
        return None
    account = public.find(waiting["account"])
    same = constant_time_compare(account.get_session_auth_hash(), waiting["bound"])
    return account if same and account.may_log_in else None


@page(PUBLIC, methods=("POST",))
def log_out(request: Request) -> HttpResponseBase:
    """End the session, here and at the services that it was used for; those that have not confirmed are named."""
    sid, by_eid = assurance.of(request).sid, request.session.get(BY_EID)
    silent = leaving.leave(sid)
    public.end_stay(sid, why="left")
    auth.logout(request)
    if not silent:
        return HttpResponseRedirect(reverse(settings.LOGIN_URL) + ("?left=eid" if by_eid else ""))
    request.person = None
    return render(request, "web/left.html", {"silent": silent})


def _form(request: Request, target: str, *, username: str = "", error: str = "") -> HttpResponseBase:
    context = {
        "next": target,
        "username": username,
        "error": error,
        "eid": public.eid_state(),
        "demo": public.demonstration_log_ins(),
    }
    return render(request, "identity/log_in.html", context, status=422 if error else 200)


def _second(request: Request, account: Account, *, error: str = "", status: int = 200) -> HttpResponseBase:
    context = {
        "username": account.username,
        "error": error,
        "app": public.has_second_factor(account),
        "passkey": public.asks_for_passkey(account),
        "shown_code": public.demonstration_code(account, seconds=time.time()),
    }
    return render(request, "identity/code.html", context, status=status)


def _device(request: Request) -> public.Device:
    """Return the device that the browser's cookie describes; a new one where there is none, or somebody else wrote it."""
    try:
        code, marks = signing.loads(request.COOKIES.get(DEVICE_COOKIE, ""), salt=_DEVICE_SALT, max_age=_DEVICE_AGE)
    except (signing.BadSignature, ValueError, TypeError):
        return public.Device()
    return public.Device(code, tuple(marks))


def _remember(response: HttpResponse, device: public.Device) -> None:
    """Let the browser show next time which names have logged in on it before."""
    response.set_cookie(
        DEVICE_COOKIE,
        signing.dumps([device.code, list(device.marks)], salt=_DEVICE_SALT),
        max_age=_DEVICE_AGE,
        path=reverse(settings.LOGIN_URL),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
