"""The pages of the style guide. They need no log-in, but for the form, which keeps drafts of a person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import JsonResponse

from vamco.demo.style import form_specimens, listing, specimens
from vamco.web.pages import PUBLIC, page, render
from vamco.web.tables import public as tables

if TYPE_CHECKING:
    from django.http import HttpResponseBase

    from vamco.web.pages import Request


@page(PUBLIC)
def guide(request: Request) -> HttpResponseBase:
    """Show every token and component."""
    shown = (*specimens.SPECIMENS, *form_specimens.SPECIMENS)
    context = specimens.context(request) | form_specimens.context() | {"specimens": shown}
    return render(request, "style/guide.html", context)


@page(PUBLIC)
def wall(request: Request) -> HttpResponseBase:
    """Show the wall's look with example figures."""
    return render(request, "style/wall.html", specimens.wall())


@page(PUBLIC)
def squares(_request: Request) -> HttpResponseBase:
    """Return the example map: nine squares."""
    return JsonResponse(specimens.squares())


@page(PUBLIC, methods=tables.METHODS)
def table(request: Request) -> HttpResponseBase:
    """Show a table to work in, with invented rows."""
    return tables.answer(request, listing.LISTING, "style/table.html")


@page(PUBLIC, methods=("GET", "HEAD", "POST"), body=6 << 20)
def upload(request: Request) -> HttpResponseBase:
    """Take files as a form would, keep none, and say what came."""
    return listing.uploaded(request)
