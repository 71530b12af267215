"""Where providers of SMS and Zalo tell what was delivered. The path is known to them alone; a report may come twice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.http import HttpResponse
from django.views.decorators.csrf import csrf_exempt

from vamco.kernel.work.notices import public as notices
from vamco.web.pages import PUBLIC, page

if TYPE_CHECKING:
    from django.http import HttpResponseBase

    from vamco.web.pages import Request

MOST_BYTES: Final = 64 << 10


@page(PUBLIC, methods=("GET", "POST"), body=MOST_BYTES)
@csrf_exempt  # no browser comes here: the path and the signature say who does
def report(request: Request, channel: str, token: str) -> HttpResponseBase:
    """Note what a provider tells; what is nothing to note is answered alike, or it would be told again and again."""
    if int(request.META.get("CONTENT_LENGTH") or 0) > MOST_BYTES:
        return HttpResponse(status=413)
    told = notices.read_report(channel, token, request.headers, request.GET.dict(), request.body)
    if told is not None:
        notices.note_report(*told)
    return HttpResponse("ok", content_type="text/plain")
