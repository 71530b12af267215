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
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from vamco.kernel.base import clock
from vamco.lib.errors import Refused
from vamco.systems.identity import public
from vamco.web import assurance, visitor
from vamco.web.pages import PUBLIC, Request, page, render

if TYPE_CHECKING:
    from django.http import HttpResponse, HttpResponseBase

    from vamco.systems.identity.public import Account

DEVICE_COOKIE: Final = "vamco_device"
_DEVICE_AGE: Final = 400 * 24 * 3600  # seconds; browsers keep no cookie longer
_WAITING: Final = "identity.waiting"  # in the session: whose password was right, before the second factor
_CODE_WITHIN: Final = 300  # seconds
_DEVICE_SALT: Final = "vamco.identity.device"


@page(PUBLIC, methods=("GET", "HEAD", "POST"), body=64 << 10)
def log_in(request: Request) -> HttpResponseBase:
    """Give the log-in page; afterwards the reader goes where they wanted to go, or is asked for their second factor."""
    target = _safe(request, request.POST.get("next") or request.GET.get("next") or "")
    if request.method != "POST":
        if request.person is not None:
            return HttpResponseRedirect(target)
        return render(request, "identity/log_in.html", {"next": target, "demo": public.demonstration_log_ins()})
    username = request.POST.get("username", "").strip()
    try:
        account = public.check_password(
            username,
            request.POST.get("password", ""),
            network=visitor.network(visitor.address(request)),
            device=_device(request),
        )
    except Refused as error:
        context = {
            "next": target,
            "username": username,
            "error": error.text(_),
            "demo": public.demonstration_log_ins(),
        }
        return render(request, "identity/log_in.html", context, status=422)
    if public.has_second_factor(account):
        request.session[_WAITING] = {
            "account": account.username,
            "bound": account.get_session_auth_hash(),
            "until": time.time() + _CODE_WITHIN,
            "next": target,
        }
        return redirect("identity:code")
    return let_in(request, account, target, _by(1, "pwd"))


@page(PUBLIC, methods=("GET", "HEAD", "POST"), body=64 << 10)
def code(request: Request) -> HttpResponseBase:
    """Ask who has entered the right password for the code of their app, or a recovery code."""
    waiting = request.session.get(_WAITING) or {}
    account = _waiting_account(waiting)
    if account is None:
        request.session.pop(_WAITING, None)
        return redirect(settings.LOGIN_URL)
    if request.method != "POST":
        return render(request, "identity/code.html", {"username": account.username})
    try:
        public.check_code(
            account,
            request.POST.get("code", ""),
            seconds=time.time(),
            network=visitor.network(visitor.address(request)),
            device=_device(request),
        )
    except Refused as error:
        return render(request, "identity/code.html", {"username": account.username, "error": error.text(_)}, status=422)
    return let_in(request, account, _safe(request, waiting["next"]), _by(2, "pwd", "otp", "mfa"))


def let_in(request: Request, account: Account, target: str, how: public.How) -> HttpResponseBase:
    """Begin the session of an account and lead to a page of this site."""
    request.session.pop(_WAITING, None)
    auth.login(request, account, backend="django.contrib.auth.backends.ModelBackend")
    sid = public.begin_stay(
        account,
        how,
        session_key=request.session.session_key or "",
        network=visitor.network(visitor.address(request)),
        browser=request.headers.get("User-Agent", ""),
    )
    assurance.write(request.session, assurance.Assurance(how.level, how.methods, how.at, str(sid)))
    response = HttpResponseRedirect(target)
    _remember(response, _device(request).with_name(account.username))
    return response


def _by(level: int, *methods: str) -> public.How:
    return public.How(level, methods, clock.now())


def _waiting_account(waiting: dict[str, Any]) -> Account | None:
    """Return the account whose password was entered in this session; None when that was too long ago or it has changed since."""
    if not waiting or waiting["until"] < time.time() or not public.exists(waiting["account"]):
        return None
    account = public.find(waiting["account"])
    same = constant_time_compare(account.get_session_auth_hash(), waiting["bound"])
    return account if same and account.may_log_in else None


@page(PUBLIC, methods=("POST",))
def log_out(request: Request) -> HttpResponseBase:
    """End the session."""
    public.end_stay(assurance.of(request).sid, why="left")
    auth.logout(request)
    return redirect(settings.LOGIN_URL)


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


def _safe(request: Request, target: str) -> str:
    """Give the target if it is an address on this site, else the home page."""
    inside = (
        target.startswith("/")
        and target.isprintable()
        and url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    )
    return target if inside else settings.LOGIN_REDIRECT_URL
