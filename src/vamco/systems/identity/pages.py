from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib import auth
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from vamco.lib.errors import Refused
from vamco.systems.identity import public
from vamco.web import visitor
from vamco.web.pages import PUBLIC, Request, page, render

if TYPE_CHECKING:
    from django.http import HttpResponseBase


@page(PUBLIC, methods=("GET", "HEAD", "POST"))
def log_in(request: Request) -> HttpResponseBase:
    """Give the log-in page; afterwards the reader goes where they wanted to go."""
    target = _safe(request, request.POST.get("next") or request.GET.get("next") or "")
    if request.method != "POST":
        if request.person is not None:
            return redirect(target)
        return render(request, "identity/log_in.html", {"next": target, "demo": public.demonstration_log_ins()})
    username = request.POST.get("username", "").strip()
    try:
        account = public.check_password(
            username,
            request.POST.get("password", ""),
            address=visitor.address(request),
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
    return redirect(target)


@page(PUBLIC, methods=("POST",))
def log_out(request: Request) -> HttpResponseBase:
    """End the session."""
    auth.logout(request)
    return redirect(settings.LOGIN_URL)


def _safe(request: Request, target: str) -> str:
    """Give the target if it is on this site, else the home page."""
    inside = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return target if inside else settings.LOGIN_REDIRECT_URL
