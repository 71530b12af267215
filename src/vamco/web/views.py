"""The site's own pages: the language switch and the command palette."""

from __future__ import annotations

from typing import TYPE_CHECKING

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
    words = request.GET.get("q", "")
    template = "web/palette_options.html" if request.GET.get("part") == "options" else "web/palette.html"
    response = render(request, template, {"groups": palette.find(request, words), "words": words})
    patch_cache_control(response, private=True, no_store=True)
    return response
