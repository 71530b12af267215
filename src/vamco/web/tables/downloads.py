"""A table is taken away: what its file says above the rows, and the audit entry about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.db import transaction
from django.http import FileResponse, StreamingHttpResponse
from django.utils.text import slugify
from django.utils.translation import gettext as _

from vamco.kernel.base import clock
from vamco.kernel.base.audit import public as audit
from vamco.kernel.world.people import public as people
from vamco.lib.errors import N_, Refused
from vamco.lib.text import fold
from vamco.lib.time import local_date
from vamco.web import words
from vamco.web.components import Cell, Column, Table
from vamco.web.tables import exports

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from django.http import HttpResponseBase

    from vamco.kernel.world.people.models import Person
    from vamco.web.components import Text
    from vamco.web.pages import Request
    from vamco.web.tables.drawing import Drawn
    from vamco.web.tables.exports import Line

_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def listing_file(request: Request, drawn: Drawn, kind: str) -> HttpResponseBase:
    """Return a listing as a file: all rows that the filters leave, in the shown columns."""
    if drawn.form is not None and drawn.form.errors:
        raise Refused("tables.wrong_filter", N_("One of the filters no longer holds. Choose it anew, then export."))
    listing = drawn.listing
    sheet = _sheet(
        request.person,
        listing.caption,
        _with_notes(head.column for head in drawn.heads),
        unit=listing.unit,
        period=listing.period,
        filters=[chip.label for chip in drawn.chips],
    )
    shown = [(head.column, place) for head, place in zip(drawn.heads, drawn.places, strict=True)]
    rows = (_beside(row.cells, shown) for row in drawn.source.every(drawn.sort))
    _record(request.person, listing.code, kind, [name for name, _values in drawn.state.filters])
    return _answer(sheet, rows, kind)


def table_file(
    request: Request, table: Table, kind: str, *, code: str, unit: Text = "", period: Text = ""
) -> HttpResponseBase:
    """Return a table of a page as a file. `code` names it in the audit log, such as "ioc.board"; `kind` is "csv" or "xlsx"."""
    sheet = _sheet(request.person, table.caption, _with_notes(table.columns), unit=unit, period=period, filters=None)
    shown = [(column, place) for place, column in enumerate(table.columns)]
    _record(request.person, code, kind, [])
    return _answer(sheet, (_beside(row, shown) for row in table.rows), kind)


def _sheet(  # what stands above a file's rows
    person: Person | None,
    title: Text,
    columns: tuple[Column, ...],
    *,
    unit: Text,
    period: Text,
    filters: Sequence[Text] | None,
) -> exports.Sheet:
    now = words.moment(clock.now())
    lines: list[tuple[Text, Text]] = [(_("Unit"), unit)] if unit else []
    lines.append((_("Period"), period) if period else (_("Figures as of"), now))
    if filters is not None:
        lines.append((_("Filters"), "; ".join(map(str, filters)) or _("none, all rows")))
    author = ""
    if person is not None:
        home = people.home(person).code
        author = f"{person.name}, {words.agency_names([home]).get(home, home)}"
    lines += [(_("Exported at"), now), (_("Exported by"), author or _("a visitor"))]
    if settings.VAMCO_DEMO:
        lines.append((_("Note"), _("Demonstration: all figures are synthetic data.")))
    return exports.Sheet(title=title, lines=tuple(lines), columns=columns, author=author)


def _with_notes(columns: Iterable[Column]) -> tuple[Column, ...]:
    """Return the columns of a file: notes stand beside what they stand under."""
    return tuple(
        each
        for column in columns
        for each in (column, *(Column(label=label) for label in (column.lacking, column.noted) if label))
    )


def _beside(cells: Line, shown: Sequence[tuple[Column, int]]) -> Line:
    found: list[Cell | Text] = []
    for column, place in shown:
        cell = cells[place]
        found.append(cell)
        if column.lacking:
            found.append(cell.lacks if isinstance(cell, Cell) else "")
        if column.noted:
            found.append(cell.note if isinstance(cell, Cell) else "")
    return found


def _record(person: Person | None, code: str, kind: str, filtered_by: Sequence[str]) -> None:
    """Record who took which table; not what they searched for, which may name people."""
    if person is None:
        return
    with transaction.atomic():
        audit.record(
            "web.export_table",
            actor=str(person.pk),
            chain=people.home(person).code,
            subject=f"table:{code}",
            detail={"format": kind, "filtered_by": list(filtered_by)},
        )


def _answer(sheet: exports.Sheet, rows: Iterator[Line], kind: str) -> HttpResponseBase:
    name = f"{slugify(fold(str(sheet.title)))[:60] or 'table'}-{local_date(clock.now()).isoformat()}.{kind}"
    response: HttpResponseBase
    if kind == "csv":
        lines = exports.csv_lines(sheet, rows, words.language())
        response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    else:
        response = FileResponse(exports.workbook(sheet, rows), content_type=_XLSX)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "no-store"
    return response
