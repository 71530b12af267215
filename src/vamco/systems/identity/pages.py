from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.contrib import auth
from django.core import signing
from django.http import HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from vamco.lib.errors import Refused
from vamco.systems.identity import public
from vamco.web import visitor
from vamco.web.pages import PUBLIC, Request, page, render

if TYPE_CHECKING:
    from django.http import HttpResponse, HttpResponseBase

DEVICE_COOKIE: Final = "vamco_device"
_DEVICE_AGE: Final = 400 * 24 * 3600  # seconds; browsers keep no cookie longer
_DEVICE_SALT: Final = "vamco.identity.device"


@page(PUBLIC, methods=("GET", "HEAD", "POST"), body=64 << 10)
def log_in(request: Request) -> HttpResponseBase:
    """Give the log-in page; afterwards the reader goes where they wanted to go."""
    target = _safe(request, request.POST.get("next") or request.GET.get("next") or "")
    if request.method != "POST":
        if request.person is not None:
            return HttpResponseRedirect(target)
        return render(request, "identity/log_in.html", {"next": target, "demo": public.demonstration_log_ins()})
    username = request.POST.get("username", "").strip()
    device = _device(request)
    try:
        account = public.check_password(
            username,
            request.POST.get("password", ""),
            network=visitor.network(visitor.address(request)),
            device=device,
        )
    except Refused as error:
        context = {
            "next": target,
            "username": username,
            "error": error.text(_),
            "demo": public.demonstration_log_ins(),
        }
        return render(request, "identity/log_in.html", context, status=422)
    auth.login(request, account, backend="django.contrib.auth.backends.ModelBackend")
    response = HttpResponseRedirect(target)
    _remember(response, device.with_name(account.username))
    return response


@page(PUBLIC, methods=("POST",))
def log_out(request: Request) -> HttpResponseBase:
    """End the session."""
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
