from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings

if TYPE_CHECKING:
    from django.http import HttpRequest


def address(request: HttpRequest) -> str:
    """Give the reader's address: as the proxy in front says it, where there is one, else as the socket does."""
    found = str(request.META.get("REMOTE_ADDR", ""))
    if settings.SECURE_PROXY_SSL_HEADER:
        found = request.headers.get("X-Forwarded-For", found).rsplit(",", 1)[-1].strip()
    return found[:45]
