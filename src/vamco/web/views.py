"""The site's own pages: the language switch and the command palette."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.utils.cache import patch_cache_control
from django.views.i18n import set_language

from vamco.web import palette
from vamco.web.pages import PUBLIC, SIGNED_IN, page, render

if TYPE_CHECKING:
    from django.http import HttpResponseBase

    from vamco.web.pages import Request


@page(PUBLIC, methods=("POST",))
def language(request: Request) -> HttpResponseBase:
    """Remember the reader's language and go back to where they were."""
    return set_language(request)


@page(SIGNED_IN)
def find(request: Request) -> HttpResponseBase:
    """Show what the reader may go to and do that fits the words; as a page, or as the options of the palette."""
    words, only = request.GET.get("q", ""), request.GET.get("kind", "")
    options = request.GET.get("part") == "options"
    context = {"words": words, "only": only, "groups": [] if only and not options else palette.find(request, words)}
    if not options:
        sought = palette.typed(words)
        context["found"] = palette.found(request.person, sought, only=only, after=request.GET.get("after", ""))
        context["everything"] = f"?{urlencode({'q': words})}"
    response = render(request, "web/palette_options.html" if options else "web/palette.html", context)
    patch_cache_control(response, private=True, no_store=True)
    return response
