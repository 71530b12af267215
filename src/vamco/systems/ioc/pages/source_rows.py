"""Source rows as people read them: columns by their names, agencies and places by theirs, money and days as they are written."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from django.urls import reverse
from django.utils.translation import gettext as _

from vamco.kernel.world.access import public as access
from vamco.kernel.world.agencies import public as agencies
from vamco.kernel.world.places import public as places
from vamco.lib import money
from vamco.systems.hub import public as hub
from vamco.systems.indicators import public as indicators
from vamco.web import words
from vamco.web.components import Cell, Column
from vamco.web.tables.public import Listing, Row, Slice

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from vamco.engines.measure.contracts import Part
    from vamco.kernel.world.people.public import Person
    from vamco.systems.hub.contracts import Column as Field
    from vamco.systems.hub.contracts import Contract, DisclosedRow, RunView
    from vamco.systems.indicators.contracts import Lineage, RowsBehind
    from vamco.web.components import Text

PER_PAGE: Final = 50
CHUNK: Final = 20_000
GROUPED: Final = 10_000  # from here on numbers have thousands marks; below they may be years
BN: Final = 10**9
PLACES, AGENCIES = frozenset({"communes"}), frozenset({"agencies", "investors"})


def part_name(part: Part) -> str:
    """What a half of a formula is called."""
    return {"numerator": _("Numerator"), "denominator": _("Denominator")}[part]


class RowWriter:
    """Writes the rows of one dataset. Names of agencies, places and runs are looked up once."""

    def __init__(self, dataset: str, reader: Person | None) -> None:
        self._contract: Contract = hub.contract(dataset)
        self._reader = reader
        self._fields = {field.name: field for field in self._contract.columns}
        self._lists = {check.column: check.value for check in self._contract.declared if check.kind == "reference"}
        self._runs: dict[int, tuple[RunView, str]] = {}

    @property
    def title(self) -> str:
        """The dataset's name."""
        return words.either(self._contract.title, self._contract.title_en)

    def columns(self, names: Mapping[str, Any]) -> tuple[Column, ...]:
        """The columns of rows with these technical names, the file first."""
        return (Column(label=_("File and row"), key="file_row", sorts=False), *map(self._column, names))

    def _column(self, name: str) -> Column:
        field = self._fields.get(name)
        label = words.either(field.title, field.title_en) if field else name
        if field and field.unit == "dong":
            label = _("%(amount)s (dong)") % {"amount": label}
        return Column(
            label=label or name,
            key=name,
            sorts=False,
            number=self._is_number(field),
            tight=field is not None and field.type in {"date", "timestamptz"},
            noted=_("Code: %(column)s") % {"column": label} if self._names(name) is not None else "",
        )

    @staticmethod
    def _is_number(field: Field | None) -> bool:
        return field is not None and field.type.startswith(("int", "long", "double", "decimal"))

    def cells(self, row: DisclosedRow) -> tuple[Cell | Text, ...]:
        """The cells of a row, in the order of `columns`."""
        run, address = self._run(row.run)
        file = Cell(
            text=_("%(file)s, row %(row)s") % {"file": run.name, "row": row.row},
            url=f"{address}?row={row.row}" if address else "",
        )
        return (file, *(self._cell(name, value) for name, value in row.values.items()))

    def _run(self, number: int) -> tuple[RunView, str]:
        if number not in self._runs:
            run = hub.run(number)
            self._runs[number] = run, run_address(run, self._reader)
        return self._runs[number]

    def _cell(self, name: str, value: Any) -> Cell | Text:
        names = self._names(name)
        if value is None:
            return ""
        if names is not None and value in names:
            return Cell(text=names[value], note=value)
        if isinstance(value, dt.date):
            return Cell(moment=value)
        if isinstance(value, bool):
            return _("yes") if value else _("no")
        if isinstance(value, int | Decimal):
            return self._number(name, value)
        return str(value)

    def _number(self, name: str, value: int | Decimal) -> Cell:
        field, lang, number = self._fields.get(name), words.language(), Decimal(value)
        if not number.is_finite():
            return Cell(text=str(value))
        decimals = max(0, -int(number.as_tuple().exponent))
        unit = field.unit if field else ""
        plain = not unit and not decimals and abs(number) < GROUPED
        bn = money.format_bn(int(number), lang) if unit == "dong" and abs(number) >= BN else ""
        return Cell(text=str(value) if plain else money.format_number(value, decimals, lang), note=bn, value=value)

    def _names(self, name: str) -> Mapping[str, str] | None:
        """The names behind a column's codes; None where it holds none."""
        codes = self._lists.get(name)
        if codes in PLACES:
            return self._places
        return self._agencies if codes in AGENCIES else None

    @cached_property
    def _places(self) -> Mapping[str, str]:
        return {
            code: words.either(name, name_en)
            for code, name, name_en in places.ever_communes()
            .order_by("valid_from")
            .values_list("code", "full_name", "name_en")
        }

    @cached_property
    def _agencies(self) -> Mapping[str, str]:
        return {
            code: words.either(name, name_en)
            for code, name, name_en in agencies.of_kind().values_list("code", "name", "name_en")
        }


def run_address(run: RunView, reader: Person | None) -> str:
    """The page of a run, for those who may see it."""
    seen = reader is not None and access.allow(reader, "hub.view_runs", agencies.get(run.owner))
    return reverse("hub:run", args=[run.id]) if seen else ""


class SourceRows:
    """All rows of a part of a value, as a listing asks for them. `newest` is the page that was read last.

    Pages count rows off: a snapshot never changes. Files hold what the reader may see without stating a purpose.
    """

    def __init__(self, of: Lineage, part: Part, reader: Person | None, purpose: str | None = None) -> None:
        terms = of.definition.formula.terms
        self._of, self._part, self._reader, self._purpose = of, part, reader, purpose
        self.writer = RowWriter(terms[0 if part == "numerator" else -1].dataset, reader)
        self.page: RowsBehind = self._read(0, PER_PAGE + 1, purpose=None)

    def _read(self, offset: int, limit: int, purpose: str | None) -> RowsBehind:
        return indicators.rows_behind(self._of, self._reader, limit, purpose=purpose, part=self._part, offset=offset)

    @property
    def opened(self) -> str | None:
        """The purpose for which personal data of the page are shown; None where none are."""
        return self._purpose if any(each.row.opened for each in self.page) else None

    def slice(self, _sort: str, *, after: str, before: str, limit: int) -> Slice:
        """Give the rows from a place on, or those before it."""
        place = _place(after) if after else max(_place(before) - limit, 0)
        self.page = self._read(place, limit, self._purpose)
        more = place + limit < self.count(place + limit + 1)
        return Slice(self._rows(self.page), str(place + limit) if more else "", str(place) if place else "")

    def every(self, _sort: str) -> Iterator[Row]:
        """Give all rows, some thousand at a time."""
        place = 0
        while found := self._read(place, CHUNK, None):
            yield from self._rows(found)
            place += len(found)

    def count(self, most: int) -> int:
        """Count the rows within the reader's reach."""
        return min(self.page.total - self.page.outside, most)

    def _rows(self, found: RowsBehind) -> tuple[Row, ...]:
        return tuple(Row(key=f"{each.row.run}-{each.row.row}", cells=self.writer.cells(each.row)) for each in found)

    def listing(self) -> Listing:
        """The rows as a table that people work in."""
        names = self.page[0].row.values if self.page else {}
        return Listing(
            code=f"ioc.rows.{self._part}",
            caption=f"{part_name(self._part)}: {self.writer.title}",
            columns=self.writer.columns(names),
            rows=lambda _asked: self,
            per_page=PER_PAGE,
            counts_to=2**63,  # the engine has counted them all
            nothing=_("No row within your reach"),
        )


def _place(token: str) -> int:
    from vamco.lib.text import row_number

    return row_number(token) or 0
