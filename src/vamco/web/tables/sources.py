"""Two places that rows come from: the database, page by page by key, and a short list in memory."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar

from django.core.exceptions import ValidationError
from django.db.models import F, Model, Q

from vamco.lib.text import sort_key
from vamco.web.components import Cell
from vamco.web.tables.contracts import Row, Slice
from vamco.web.tables.rules import read_place, write_place

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from django.db.models import QuerySet

M = TypeVar("M", bound=Model)
_CHUNK: Final = 2000
_KEY = "_listing_key"


@dataclass(frozen=True)
class Records(Generic[M]):
    """Records of the database: a page costs the same wherever it lies, and needs an index on (field, primary key).

    `order` says which field stands behind a column that sorts; `default` orders when none is asked for, and what has no value comes last.
    """

    records: QuerySet[M]
    row: Callable[[M], Row]
    order: Mapping[str, str]  # column → field, such as "started_at", "agency__name" or an annotation
    default: str = "-pk"

    def slice(self, sort: str, *, after: str, before: str, limit: int) -> Slice:
        """Give the rows behind or before a key."""
        field, down = self._field(sort)
        place = self._place(field, after or before)
        backwards = place is not None and not after
        records = self._ordered(field, down=down != backwards, last=not backwards)
        if place is not None:
            records = records.filter(self._beyond(field, place, down=down != backwards, backwards=backwards))
        found = list(records[: limit + 1])
        more, found = len(found) > limit, found[:limit]
        if backwards:
            found.reverse()
        first, last = (write_place(*self._key(found[end])) for end in (0, -1)) if found else ("", "")
        if backwards:
            return Slice(tuple(map(self.row, found)), last, first if more else "")
        return Slice(tuple(map(self.row, found)), last if more else "", first if place is not None else "")

    def every(self, sort: str) -> Iterator[Row]:
        """Give all rows through a cursor of the database."""
        field, down = self._field(sort)
        return map(self.row, self._ordered(field, down=down, last=True).iterator(chunk_size=_CHUNK))

    def count(self, most: int) -> int:
        """Count, but no further than `most`."""
        return self.records.order_by()[:most].count()

    def _field(self, sort: str) -> tuple[str, bool]:
        asked = sort.removeprefix("-")
        if asked in self.order:
            return self.order[asked], sort.startswith("-")
        return self.default.removeprefix("-"), self.default.startswith("-")

    def _type(self, field: str) -> Any:
        return F(field).resolve_expression(self.records.query.clone()).output_field

    def _may_be_empty(self, field: str) -> bool:
        """Whether rows may lack the value; only a plain column of the table can promise that they do not."""
        fields = self.records.model._meta.concrete_fields  # noqa: SLF001  # Django's own public name
        return field not in {"pk", *(one.name for one in fields if not one.null)}

    def _ordered(self, field: str, *, down: bool, last: bool) -> QuerySet[M]:
        """Order so that an index serves it: where a value may be missing those rows come last, or first going backwards."""
        records: QuerySet[M] = self.records.annotate(**{_KEY: F(field)})
        tie = "-pk" if down else "pk"
        if not self._may_be_empty(field):
            return records.order_by(f"-{field}" if down else field, tie)
        nulls = {"nulls_last": True} if last else {"nulls_first": True}
        return records.order_by(F(field).desc(**nulls) if down else F(field).asc(**nulls), tie)

    def _key(self, record: M) -> tuple[str | None, str]:
        value = getattr(record, _KEY)
        if isinstance(value, dt.date):
            value = value.isoformat()
        return None if value is None else str(value), str(record.pk)

    def _place(self, field: str, token: str) -> tuple[Any, Any] | None:
        """Give value and primary key that a token names; None for none and for one that fits no row of this order."""
        parts = read_place(token, 2) if token else None
        if parts is None or parts[1] is None:
            return None
        try:
            value = None if parts[0] is None else self._type(field).to_python(parts[0])
            return value, self.records.model._meta.pk.to_python(parts[1])  # noqa: SLF001  # see above
        except (ValidationError, ValueError, OverflowError):
            return None

    def _beyond(self, field: str, place: tuple[Any, Any], *, down: bool, backwards: bool) -> Q:
        value, key = place
        farther = "lt" if down else "gt"
        tie = Q(**{f"pk__{farther}": key})
        if value is None:
            same = Q(**{f"{field}__isnull": True}) & tie
            return same | Q(**{f"{field}__isnull": False}) if backwards else same
        # The outer bound is what an index can start from; the inner part decides among equals.
        bound = Q(**{f"{field}__{farther}e": value}) & (Q(**{f"{field}__{farther}": value}) | tie)
        return bound if backwards or not self._may_be_empty(field) else bound | Q(**{f"{field}__isnull": True})


@dataclass(frozen=True)
class Given:
    """A list that is short enough to be in memory. Words sort in Vietnamese order; what has no value comes last."""

    rows: Sequence[Row]
    columns: tuple[str, ...]  # keys of the listing's columns

    def slice(self, sort: str, *, after: str, before: str, limit: int) -> Slice:
        """Give the rows behind or before the row of a key."""
        rows = self._sorted(sort)
        places = {row.key: place for place, row in enumerate(rows)}
        start = 0
        if after and (key := read_place(after, 1)):
            start = places.get(str(key[0]), -1) + 1
        elif before and (key := read_place(before, 1)):
            start = max(places.get(str(key[0]), 0) - limit, 0)
        page = tuple(rows[start : start + limit])
        more = start + limit < len(rows)
        return Slice(
            page, write_place(page[-1].key) if page and more else "", write_place(page[0].key) if page and start else ""
        )

    def every(self, sort: str) -> Iterator[Row]:
        """Give all rows."""
        return iter(self._sorted(sort))

    def count(self, most: int) -> int:
        """Count them."""
        return min(len(self.rows), most)

    def _sorted(self, sort: str) -> list[Row]:
        key = sort.removeprefix("-")
        if key not in self.columns:
            return list(self.rows)
        place = self.columns.index(key)
        known = [(plain(row.cells[place]), row) for row in self.rows]
        empty = [row for value, row in known if value in {None, ""}]
        filled = [(_comparable(value), row) for value, row in known if value not in {None, ""}]
        filled.sort(key=lambda one: one[0], reverse=sort.startswith("-"))
        return [row for _value, row in filled] + empty


def plain(cell: object) -> Any:
    """Give what a cell stands for: a number, a date, or words."""
    if not isinstance(cell, Cell):
        return str(cell)
    if cell.value is not None:
        return cell.value
    return cell.moment if cell.moment is not None else str(cell.text)


def _comparable(value: Any) -> tuple[int, Any]:
    """Give a value that can be compared with those of other rows: numbers, then times, then words."""
    if isinstance(value, dt.datetime):
        return 1, value.timestamp()
    if isinstance(value, dt.date):
        return 1, dt.datetime(value.year, value.month, value.day, tzinfo=dt.UTC).timestamp()
    return (2, sort_key(value)) if isinstance(value, str) else (0, value)
