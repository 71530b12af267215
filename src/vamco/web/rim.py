"""Where the site meets the world: the reader's language and person come in, errors go out as pages or problem+json."""

from __future__ import annotations

import errno
import gzip
import logging
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.db import DatabaseError, DataError, InterfaceError, OperationalError
from django.http import JsonResponse
from django.middleware.gzip import GZipMiddleware
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext as _
from whitenoise.middleware import WhiteNoiseFileResponse

from vamco.lib import traces
from vamco.lib.errors import N_, Forbidden, Missing, Refused, Unavailable, VamcoError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from django.http import HttpRequest, HttpResponse, HttpResponseBase

    from vamco.web.pages import Request

log = logging.getLogger(__name__)
STATUS: dict[type[VamcoError], int] = {Refused: 409, Forbidden: 403, Missing: 404, Unavailable: 503}
DATABASE_AWAY = N_("The database does not answer. Please try again in a moment.")
DISK_FULL = N_(
    "The server has no room for the files just now; nothing was stored. Please tell the platform's operator."
)
FULL_DISK = frozenset({errno.ENOSPC, errno.EDQUOT})
NOT_STORABLE = N_(
    "What was sent holds something that cannot be stored: a text that is too long, or a forbidden letter."
)
STALE_FORM = N_("This page was open for too long, or cookies are off. Please load it again and send it once more.")
POLICY = (
    "default-src 'self'; img-src 'self' data: blob:; style-src 'self'; script-src 'self'; object-src 'none'; "
    "base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
)


HEADERS = {
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


class Headers:
    """The outermost middleware: what protects a page stands on every answer, also on those of Django and other middlewares."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Give the answer with the headers that it has not set otherwise."""
        response = self.get_response(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        return response


_COMPRESSED: Final = frozenset({
    "text/html",
    "text/css",
    "text/javascript",
    "application/javascript",
    "application/json",
    "application/manifest+json",
    "image/svg+xml",
})  # fmt: skip


class Compressed(GZipMiddleware):
    """Pages, styles and scripts go over the wire compressed: most of our readers have a phone and pay for what it loads.

    Form tokens are masked anew on each page and random bytes are added, so lengths tell nothing (BREACH). What is streamed goes as it
    is, but for static files, of which each process keeps the compressed bytes.
    """

    def process_request(self, request: HttpRequest) -> None:
        """Let a browser ask whether a compressed file that it holds is the present one: its tag is weak, that of WhiteNoise is not."""
        tag = request.META.get("HTTP_IF_NONE_MATCH", "")
        if tag.startswith("W/") and request.path_info.startswith(settings.STATIC_URL):
            request.META["HTTP_IF_NONE_MATCH"] = tag.removeprefix("W/")  # compared weakly: RFC 9110, 13.1.2

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Compress what is worth it and the browser can read."""
        kind = response.headers.get("Content-Type", "").partition(";")[0]
        if kind not in _COMPRESSED or "Content-Range" in response.headers:
            return response
        if response.streaming and not isinstance(response, WhiteNoiseFileResponse):
            return response
        source = getattr(getattr(response, "file_to_stream", None), "name", "")  # "" of a HEAD, which has no content
        response = super().process_response(request, response)
        if isinstance(response, WhiteNoiseFileResponse) and "Content-Encoding" in response.headers and source:
            packed = _packed(source, response.headers["ETag"])
            response.streaming_content = [packed]
            response.headers["Content-Length"] = str(len(packed))
        return response


@lru_cache(maxsize=512)  # there are no more addresses than files: a few hundred
def _packed(path: str, _tag: str) -> bytes:
    """Return a file compressed as well as can be. `tag` is of its size and the time of its last change."""
    return gzip.compress(Path(path).read_bytes(), 9, mtime=0)


class Uploads:
    """Take in uploaded files before anybody asks for them: a full disk is said in words, where Django would say 500.

    A page that is free of the form token reads what is sent in its own way, so nothing is read before it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Give the answer."""
        return self.get_response(request)

    def process_view(
        self,
        request: Request,
        view: Callable[..., HttpResponse],
        args: Sequence[object],  # noqa: ARG002  # Django's signature
        fields: Mapping[str, object],  # noqa: ARG002
    ) -> HttpResponse | None:
        """Read what was sent; say that there was no room for the files."""
        if (
            request.method != "POST"
            or request.content_type != "multipart/form-data"
            or getattr(view, "csrf_exempt", False)
        ):
            return None
        try:
            request.POST  # noqa: B018  # asking reads it
        except OSError as error:
            if error.errno not in FULL_DISK:
                raise
            log.error("an upload finds no room: %s", error.strerror)  # noqa: TRY400  # its trace says no more
            request.person = None
            with translation.override(_language(request)):
                return answer(request, Unavailable("web.disk_full", DISK_FULL))
        return None


def _language(request: HttpRequest) -> str:
    """Vietnamese, unless the reader chose another language."""
    chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    return chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


class Rim:
    """The innermost middleware."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: Request) -> HttpResponse:
        """Give the answer, in the reader's language: Vietnamese unless they chose another."""
        language = _language(request)
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self._respond(request)
            response.headers.setdefault("Content-Language", language)
        if "X-Upload" in request.headers and "Location" in response.headers:
            # The script that sent the files goes there itself: were it led there, it would read the page and its messages unseen.
            response.headers["X-Location"] = response.headers["Location"]
            del response.headers["Location"]
            response.status_code = 204
        if request.person is not None:  # what one person sees does not stay in a browser that the next one uses
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response

    def _respond(self, request: Request) -> HttpResponse:
        request.person = None
        try:
            request.person = getattr(request.user, "person", None)
        except DatabaseError as error:  # no view has run, so Django would not ask process_exception
            response = self.process_exception(request, error)
            if response is None:
                raise
            return response
        return self.get_response(request)

    def process_exception(self, request: Request, error: Exception) -> HttpResponse | None:
        """Give the page for an error that services raise."""
        if isinstance(error, VamcoError):
            return answer(request, error)
        if isinstance(error, OperationalError | InterfaceError):
            log.error("database: %s", error)
            return answer(request, Unavailable("web.database", DATABASE_AWAY))
        if isinstance(error, DataError):  # such as a text with a NUL in it, or one that is too long
            log.warning("input refused by the database: %s", traces.reason(error))  # its text may quote what was sent
            return answer(request, Refused("web.not_storable", NOT_STORABLE))
        return None


def answer(request: HttpRequest, error: VamcoError) -> HttpResponse:
    """Give an error as a page, or as problem+json where the client asked for JSON."""
    status = next(status for kind, status in STATUS.items() if isinstance(error, kind))
    text = error.text(_)
    if request.path.startswith("/api/") or "application/json" in request.headers.get("Accept", ""):
        return problem(status, text, **error.problem())
    return _page(request, status, text)


def problem(status: int, title: str, **more: object) -> HttpResponse:
    """Give an error as a program reads it (RFC 9457)."""
    found = {"type": "about:blank", "status": status, "title": title, **more}
    return JsonResponse(found, status=status, content_type="application/problem+json")


def _page(request: HttpRequest, status: int, text: str = "") -> HttpResponse:
    response = render(request, f"web/errors/{status}.html", {"message": text}, status=status)
    if status == 503:  # noqa: PLR2004
        response.headers["Retry-After"] = "10"
    return response


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001  # Django's signature
    """Give the page for a request that makes no sense."""
    return _page(request, 400)


def stale_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Give the page for a form without a valid token: another site sent it, or it is too old."""
    log.info("form refused: %s", reason)
    return _page(request, 400, _(STALE_FORM))


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    """Give the page for something that is not allowed."""
    return _page(request, 403)


def missing(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    """Give the page for an address that leads nowhere."""
    return _page(request, 404)


def broken(request: HttpRequest) -> HttpResponse:
    """Give the page for our own mistakes."""
    return _page(request, 500)
