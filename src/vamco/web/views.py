"""The site's own pages: the language switch and the living style page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import JsonResponse
from django.utils.cache import patch_cache_control
from django.views.i18n import set_language

from vamco.web import example_listing, examples, palette
from vamco.web.forms import specimens
from vamco.web.pages import PUBLIC, SIGNED_IN, page, render
from vamco.web.tables import public as tables

if TYPE_CHECKING:
    from django.http import HttpResponseBase

    from vamco.web.pages import Request


@page(PUBLIC, methods=("POST",))
def language(request: Request) -> HttpResponseBase:
    """Remember the reader's language and go back to where they were."""
    return set_language(request)


@page(PUBLIC)
def style(request: Request) -> HttpResponseBase:
    """Show every token and component."""
    context = examples.context(request) | specimens.context()
    return render(request, "web/style.html", {**context, "specimens": (*examples.SPECIMENS, *specimens.SPECIMENS)})


@page(PUBLIC)
def style_wall(request: Request) -> HttpResponseBase:
    """Show the wall's look with example figures."""
    return render(request, "web/style_wall.html", examples.wall())


@page(PUBLIC)
def style_map(_request: Request) -> HttpResponseBase:
    """Give the example map: nine squares."""
    return JsonResponse(examples.squares())


@page(PUBLIC, methods=tables.METHODS)
def style_table(request: Request) -> HttpResponseBase:
    """Show a table to work in, with invented rows."""
    return tables.answer(request, example_listing.LISTING, "web/style_table.html")


@page(PUBLIC, methods=("GET", "HEAD", "POST"), body=6 << 20)
def style_upload(request: Request) -> HttpResponseBase:
    """Take files as a form would, keep none, and say what came."""
    return example_listing.uploaded(request)


@page(SIGNED_IN)
def find(request: Request) -> HttpResponseBase:
    """Show what the reader may go to and do that fits the words; as a page, or as the options of the palette."""
    words = request.GET.get("q", "")
    template = "web/palette_options.html" if request.GET.get("part") == "options" else "web/palette.html"
    response = render(request, template, {"groups": palette.find(request, words), "words": words})
    patch_cache_control(response, private=True, no_store=True)
    return response
