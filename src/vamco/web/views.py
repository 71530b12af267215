"""The site's own pages: the language switch and the living style page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import JsonResponse
from django.views.i18n import set_language

from vamco.web import examples
from vamco.web.forms import specimens
from vamco.web.pages import PUBLIC, page, render

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
    context = examples.context(request.GET) | specimens.context()
    return render(request, "web/style.html", {**context, "specimens": (*examples.SPECIMENS, *specimens.SPECIMENS)})


@page(PUBLIC)
def style_wall(request: Request) -> HttpResponseBase:
    """Show the wall's look with example figures."""
    return render(request, "web/style_wall.html", examples.wall())


@page(PUBLIC)
def style_map(_request: Request) -> HttpResponseBase:
    """Give the example map: nine squares."""
    return JsonResponse(examples.squares())
