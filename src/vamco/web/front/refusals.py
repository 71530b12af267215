"""What the front refuses before the site has seen it, and the page or problem+json that says so."""

from __future__ import annotations

import json
from functools import lru_cache
from http.cookies import CookieError
from typing import TYPE_CHECKING

from django.conf import settings
from django.http import parse_cookie
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from vamco.lib.errors import N_, Refused
from vamco.web.rim import HEADERS

if TYPE_CHECKING:
    from collections.abc import Mapping

TOO_SLOW = N_("What you sent arrived too slowly. Check your connection, then send it again.")
TOO_LARGE = N_(
    "What you sent is larger than the %(limit)s MB allowed here. Choose smaller files, or send fewer at once."
)
LOG_IN = N_("You are no longer logged in. Log in, then send it again.")
BUSY = N_("Many people are sending something right now. Please try again in a moment.")
BROKEN = N_("What you sent arrived in pieces that are too small to read.")


class Refusal(Refused):  # an error is a noun phrase here
    """A request that is answered without the site."""

    def __init__(self, status: int, code: str, message: str, /, **data: object) -> None:
        super().__init__(code, message, **data)
        self.status = status


def too_slow() -> Refusal:
    """The body did not keep its deadline."""
    return Refusal(408, "web.too_slow", TOO_SLOW)


def too_large(most: int) -> Refusal:
    """The body is larger than `most` bytes."""
    return Refusal(413, "web.too_large", TOO_LARGE, limit=max(1, most >> 20))


def log_in() -> Refusal:
    """The body is larger than what people who are not logged in may send."""
    return Refusal(401, "web.log_in", LOG_IN)


def busy() -> Refusal:
    """Too much is under way already."""
    return Refusal(503, "web.busy", BUSY)


def broken() -> Refusal:
    """The body comes in too many pieces."""
    return Refusal(400, "web.broken_body", BROKEN)


def answer(refusal: Refusal, path: str, headers: Mapping[str, str]) -> tuple[list[tuple[bytes, bytes]], bytes]:
    """Return headers and content of the answer, in the reader's language."""
    api = path.startswith("/api/") or "application/json" in headers.get("accept", "")
    language = _language(headers.get("cookie", ""))
    content = _content(
        refusal.status, refusal.code, refusal.message, str(refusal.data.get("limit", "")), language, api=api
    )
    kind = b"application/problem+json" if api else b"text/html; charset=utf-8"
    found = [
        (b"content-type", kind),
        (b"content-length", str(len(content)).encode()),
        (b"content-language", language.encode()),
        *((name.lower().encode(), value.encode()) for name, value in HEADERS.items()),
        (b"cache-control", b"no-store"),
        (b"connection", b"close"),  # what is left of the body is not read
    ]
    if refusal.status == 503:  # noqa: PLR2004
        found.append((b"retry-after", b"10"))
    return found, content


def _language(cookie: str) -> str:
    try:
        chosen = parse_cookie(cookie).get(settings.LANGUAGE_COOKIE_NAME, "")
    except CookieError:
        chosen = ""
    return chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


@lru_cache(maxsize=64)  # refusing must stay cheaper than asking
def _content(status: int, code: str, message: str, limit: str, language: str, *, api: bool) -> bytes:
    with translation.override(language):
        text = Refused(code, message, limit=limit).text(_)
        if api:
            found = {"type": "about:blank", "status": status, "title": text, "code": code}
            return json.dumps(found, ensure_ascii=False).encode()
        context = {"status": status, "message": text, "LANGUAGE_CODE": language}
        return render_to_string("web/errors/refused.html", context).encode()
