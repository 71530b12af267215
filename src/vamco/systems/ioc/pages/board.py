from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404, HttpResponse, JsonResponse
from django.utils.translation import gettext as _

from vamco.kernel.base import clock
from vamco.kernel.world.places import public as places
from vamco.lib.money import is_english
from vamco.lib.time import read_date
from vamco.systems.indicators import public as indicators
from vamco.systems.ioc.pages import boards, indicator_page, lineage_page
from vamco.web import purpose, words
from vamco.web.pages import Request, page, render

if TYPE_CHECKING:
    import datetime as dt

    from django.http import HttpResponseBase


@page("ioc.view_board")
def board(request: Request) -> HttpResponseBase:
    """The leaders' board: red list first. `?on=` shows it as it stood at the end of a past day."""
    on = _day(request)
    title, cards = boards.cards("leaders", on)
    context = {"title": title[is_english(words.language())], "cards": cards, "calm": boards.calm(cards), "on": on}
    return render(request, "ioc/board.html", context | {"today": clock.today()})


@page("ioc.view_board")
def wall(request: Request) -> HttpResponseBase:
    """The board for a large screen; it renews itself."""
    title, cards = boards.cards("wall")
    context = {"title": title[is_english(words.language())], "cards": cards, "now": clock.now()}
    return render(request, "ioc/wall.html", context)


@page("indicators.view")
def indicator(request: Request, code: str) -> HttpResponseBase:
    """One indicator: value, history against the path, map, ranking, alarms, definition. `?place=`, `?agency=` narrow it."""
    of = indicators.definition(code)
    where = indicator_page.Where.read(request.GET.get("place", ""), request.GET.get("agency", ""))
    return render(request, "ioc/indicator.html", indicator_page.context(of, where, request.person))


@page("indicators.view", methods=("GET", "HEAD", "POST"))
def lineage(request: Request, value_id: int) -> HttpResponseBase:
    """Where a value comes from, down to the source file and row; a purpose, posted, opens personal data."""
    wanted = purpose.read(request)
    context = lineage_page.context(value_id, request.person, wanted)
    return render(request, "ioc/lineage.html", context, status=422 if wanted.form.errors else 200)


@page("ioc.view_board")
def communes(request: Request) -> HttpResponseBase:
    """The map of the communes; browsers keep it until it changes."""
    layer = places.map_layer()
    if layer is None:
        raise Http404(_("No map has been loaded yet."))
    tag = f'"{layer["pk"]}"'
    response = (
        HttpResponse(status=304) if request.headers.get("If-None-Match") == tag else JsonResponse(layer["geojson"])
    )
    response.headers["ETag"] = tag
    response.headers["Cache-Control"] = "private, max-age=300"
    return response


def _day(request: Request) -> dt.date | None:
    """The past day that is asked for; None for now or for anything that is no past day."""
    day = read_date(request.GET.get("on", ""))
    return day if day is not None and day < clock.today() else None
