"""Where a page may lead afterwards: to an address of this site, and to no other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

if TYPE_CHECKING:
    from vamco.web.pages import Request


def safe(request: Request, target: str) -> str:
    """Return the target if it is an address on this site, else the home page."""
    inside = (
        target.startswith("/")
        and target.isprintable()
        and url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    )
    return target if inside else settings.LOGIN_REDIRECT_URL


def then(request: Request, otherwise: str) -> str:
    """Return where the address says that the reader goes on afterwards, a page of this site; else the page of a name."""
    target = request.GET.get("next", "")
    return safe(request, target) if target else reverse(otherwise)
