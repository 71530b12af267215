"""A listing answers: as a page, as a file, and when something is to be done."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, cast

from django.contrib import messages
from django.db import transaction
from django.http import FileResponse, HttpResponseRedirect, StreamingHttpResponse
from django.utils.text import slugify
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from vamco.kernel.base import clock
from vamco.kernel.base.audit import public as audit
from vamco.kernel.world.access import public as access
from vamco.kernel.world.people import public as people
from vamco.lib.errors import N_, Missing, Refused
from vamco.lib.text import fold
from vamco.lib.time import local_date
from vamco.web.components import Cell
from vamco.web.pages import render
from vamco.web.tables import exports, rules, views
from vamco.web.tables.drawing import FORMATS, Drawn

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.http import HttpResponseBase

    from vamco.kernel.world.people.models import Person
    from vamco.web.components import Column, Text
    from vamco.web.pages import Request
    from vamco.web.tables.contracts import Act, Listing, Outcome, Row

METHODS: Final = ("GET", "HEAD", "POST")
MOST_PICKED: Final = 500
_TOLD: Final = 5  # refusals that are named one by one


def answer(
    request: Request, listing: Listing, template: str, context: dict[str, Any] | None = None
) -> HttpResponseBase:
    """Answer all that a reader asks of a listing. The page declares `methods=tables.METHODS`; its template draws `{% listing drawn %}`."""
    if request.method == "POST":
        return _do(request, listing)
    drawn = Drawn(listing, request)
    if request.GET.get("export") in FORMATS and listing.exports:
        return _file(request, drawn, request.GET["export"])
    return render(request, template, {**(context or {}), "drawn": drawn})


# ── as a file ──


def _file(request: Request, drawn: Drawn, kind: str) -> HttpResponseBase:
    if drawn.form is not None and drawn.form.errors:
        raise Refused("tables.wrong_filter", N_("One of the filters no longer holds. Choose it anew, then export."))
    if request.person is not None:
        _write_down(request.person, drawn, kind)
    heads, rows = _written(drawn)
    places = range(len(heads))
    name = f"{slugify(fold(str(drawn.listing.caption)))[:60] or 'table'}-{local_date(clock.now()).isoformat()}.{kind}"
    response: HttpResponseBase
    if kind == "csv":
        lines = exports.csv_lines(heads, rows, places, get_language() or "vi")
        response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    else:
        book = exports.workbook(str(drawn.listing.caption), heads, rows, places)
        kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        response = FileResponse(book, content_type=kind)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "no-store"
    return response


def _written(drawn: Drawn) -> tuple[list[Text], Iterator[Row]]:
    """Give the heads of a file and its rows: the shown columns, notes beside what they stand under."""
    columns = [(head.column, place) for head, place in zip(drawn.heads, drawn.places, strict=True)]
    heads = [label for column, _place in columns for label in (column.label, *([column.noted] if column.noted else ()))]
    rows = (
        replace(row, cells=tuple(cell for column, place in columns for cell in _cells(column, row.cells[place])))
        for row in drawn.source.every(drawn.sort)
    )
    return heads, rows


def _cells(column: Column, cell: Cell | Text) -> tuple[Cell | Text, ...]:
    if not column.noted:
        return (cell,)
    return cell, cell.note if isinstance(cell, Cell) else ""


def _write_down(person: Person, drawn: Drawn, kind: str) -> None:
    """Say in the audit log who took which table; not what they searched for, which may name people."""
    with transaction.atomic():
        audit.record(
            "web.export_table",
            actor=str(person.pk),
            chain=people.home(person).code,
            subject=f"table:{drawn.listing.code}",
            detail={"format": kind, "filtered_by": [name for name, _values in drawn.state.filters]},
        )


# ── when something is to be done ──


def _do(request: Request, listing: Listing) -> HttpResponseBase:
    drawn = Drawn(listing, request)
    task = request.POST.get("task", "")
    back = drawn.here
    if task == "save-view":
        view = views.save(
            _somebody(request), listing.code, request.POST.get("name", ""), rules.address(drawn.state.from_the_start())
        )
        messages.success(request, _("The view “%(name)s” is kept.") % {"name": view.name})
    elif task == "drop-view":
        name = views.drop(_somebody(request), listing.code, request.POST.get("view", ""))
        messages.success(request, _("The view “%(name)s” is removed.") % {"name": name})
    else:
        act = next((act for act in listing.acts if act.code == task), None)
        if act is None:
            raise Missing("tables.no_act", N_("This cannot be done here."))
        return _act(request, drawn, act)
    return HttpResponseRedirect(back)


def _somebody(request: Request) -> Person:
    if request.person is None:
        raise Refused("tables.nobody", N_("Log in to keep views of your own."))
    return request.person


def _act(request: Request, drawn: Drawn, act: Act) -> HttpResponseBase:
    """Do an act on the picked rows; without confirmation, or with a wrong answer in its form, ask first."""
    if act.act:
        access.demand(cast("Person", request.person), act.act)
    picked = tuple(dict.fromkeys(key for key in request.POST.getlist("pick") if key))
    if not picked:
        raise Refused("tables.nothing_picked", N_("Nothing was chosen. Tick the rows first."))
    if len(picked) > MOST_PICKED:
        raise Refused("tables.too_many", N_("At most %(most)s rows at once. Choose fewer."), most=MOST_PICKED)
    confirmed = request.POST.get("confirmed") == act.code
    form = act.form(request.POST if confirmed else None) if act.form else None
    if not confirmed or (form is not None and not form.is_valid()):
        context = {"drawn": drawn, "act": act, "form": form, "picked": picked, "count_said": _chosen(len(picked))}
        return render(request, "web/confirm.html", context, status=422 if confirmed else 200)
    _tell(request, act, act.run(request.person, picked, form.cleaned_data if form else {}))
    return HttpResponseRedirect(drawn.here)


def _chosen(count: int) -> str:
    return ngettext("%(count)s row chosen", "%(count)s rows chosen", count) % {"count": count}


def _tell(request: Request, act: Act, outcome: Outcome) -> None:
    """Say what was done and what was not, and why."""
    if outcome.done:
        said = ngettext("%(act)s: done for %(count)s row.", "%(act)s: done for %(count)s rows.", outcome.done)
        messages.success(request, said % {"act": act.label, "count": outcome.done})
    for name, reason in outcome.refused[:_TOLD]:
        messages.warning(request, _("%(name)s was left as it is: %(reason)s") % {"name": name, "reason": reason})
    if (rest := len(outcome.refused) - _TOLD) > 0:
        said = ngettext("%(count)s more row was left as it is.", "%(count)s more rows were left as they are.", rest)
        messages.warning(request, said % {"count": rest})
