from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.http import Http404, HttpResponse, JsonResponse
from django.utils.translation import gettext as _

from vamco.kernel.base import clock
from vamco.kernel.world.places import public as places
from vamco.lib.money import is_english
from vamco.lib.time import read_date
from vamco.systems.indicators import public as indicators
from vamco.systems.ioc.pages import boards, indicator_page, lineage_page, orders, own_place, silence, source_rows
from vamco.web import purpose, words
from vamco.web.components import Coverage
from vamco.web.pages import Request, page, render
from vamco.web.tables import public as tables

if TYPE_CHECKING:
    import datetime as dt

    from django.http import HttpResponseBase

    from vamco.engines.measure.contracts import Part


@page("ioc.view_board")
def board(request: Request) -> HttpResponseBase:
    """The leaders' board: red list first. `?on=` shows it as it stood at the end of a past day.

    For somebody whose agency serves a commune the page begins with that commune.
    """
    asked, today = _day(request), clock.today()
    title, cards = boards.cards("leaders", asked if asked and asked < today else None)
    context: dict[str, Any] = {"title": title[is_english(words.language())], "today": today, "asked": asked or today}
    if asked and asked > today:
        return render(request, "ioc/board.html", context | {"ahead": True})
    calm = boards.calm(cards)
    context |= {"cards": cards, "calm": calm, "on": asked if asked != today else None}
    if not Coverage.count(cards).known and len(calm) == len(cards):
        context["silence"] = silence.context(cards, request.person)
    if context["on"] is None:
        context |= {"own": own_place.find(request.person, "leaders"), "orders": orders.links(cards, request.person)}
    return render(request, "ioc/board.html", context)


@page("ioc.view_board")
def wall(request: Request) -> HttpResponseBase:
    """The board for a large screen; it renews itself."""
    title, cards = boards.cards("wall")
    context = {"title": title[is_english(words.language())], "cards": cards, "now": clock.now()}
    context["coverage"] = Coverage.count(cards)
    return render(request, "ioc/wall.html", context)


@page("indicators.view")
def indicator(request: Request, code: str) -> HttpResponseBase:
    """One indicator: value, history against the path, map, ranking, alarms, definition. `?place=`, `?agency=` narrow it."""
    of = indicators.definition(code)
    where = indicator_page.Where.read(
        request.GET.get("place", ""), request.GET.get("agency", ""), request.GET.get("year", "")
    )
    context = indicator_page.context(of, where, request.person)
    context["explanation"] = indicators.explain(of)
    context["calculation"] = indicators.calculation(of, context["newest"]) if context["newest"] else ""
    return render(request, "ioc/indicator.html", context)


@page("indicators.view", methods=("GET", "HEAD", "POST"))
def lineage(request: Request, value_id: int) -> HttpResponseBase:
    """Where a value comes from, down to the source file and row; a purpose, posted, opens personal data."""
    wanted = purpose.read(request)
    context = lineage_page.context(value_id, request.person, wanted)
    return render(request, "ioc/lineage.html", context, status=422 if wanted.form.errors else 200)


@page("indicators.view", methods=tables.METHODS)
def rows(request: Request, value_id: int) -> HttpResponseBase:
    """All rows of a value's numerator, page by page and as a file; a purpose, posted, opens the personal data of one page."""
    return _rows(request, value_id, "numerator")


@page("indicators.view", methods=tables.METHODS)
def denominator_rows(request: Request, value_id: int) -> HttpResponseBase:
    """The same of the denominator."""
    return _rows(request, value_id, "denominator")


def _rows(request: Request, value_id: int, part: Part) -> HttpResponseBase:
    of = indicators.lineage(value_id)
    if part == "denominator" and of.definition.formula.denominator is None:
        raise Http404(_("This number has no denominator."))
    asked = "purpose" in request.POST
    wanted = purpose.read(request) if asked else purpose.Purpose(purpose.PurposeForm(), None)
    found = source_rows.SourceRows(of, part, request.person, wanted.stated)
    listing, context = found.listing(), lineage_page.rows_context(of, part, found, wanted)
    if not asked:
        return tables.answer(request, listing, "ioc/rows.html", context)
    drawn = tables.Drawn(listing, request)
    return render(request, "ioc/rows.html", context | {"drawn": drawn}, status=422 if wanted.form.errors else 200)


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
    """The day that is asked for; None for anything that is no day."""
    return read_date(request.GET.get("on", ""))
