"""Where a page may lead afterwards: to an address of this site, and to no other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
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
