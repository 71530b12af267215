"""What a system says about a table that people work in."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from vamco.web.components import Link, Text
from vamco.web.tables.rules import RESERVED, Shape

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from django import forms

    from vamco.kernel.world.people.models import Person
    from vamco.web.components import Cell, Column


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row: a cell for each column of the listing, in their order. `key` is what an act is told.

    `takes` are the codes of the acts that make sense for it, None for all: a page offers what one of its rows takes.
    """

    key: str
    cells: tuple[Cell | Text, ...]
    takes: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Slice:
    """The rows of a page, and the keys of the pages beside it; "" where there is none."""

    rows: tuple[Row, ...]
    after: str = ""
    before: str = ""


class Source(Protocol):
    """Where rows come from. It holds only what the reader may see and the filters leave."""

    def slice(self, sort: str, *, after: str, before: str, limit: int) -> Slice:
        """Give the rows behind or before a key, in an order ("" is the source's own)."""

    def every(self, sort: str) -> Iterator[Row]:
        """Give all rows, without holding them in memory."""

    def count(self, most: int) -> int:
        """Give how many rows there are, or `most` when there are more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a reader asks of a listing. `filters` are the filter form's cleaned answers; without an answer they are None or ""."""

    person: Person | None
    filters: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an act on many rows: how many were done, and what was refused, each with a reason in words."""

    done: int
    refused: tuple[tuple[Text, Text], ...] = ()  # name of the row, reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """Something that can be done to many rows at once.

    `run` is told who, the keys of the rows (each once, at most `tables.MOST_PICKED`) and the form's cleaned answers. It checks access for each row
    itself and does each in a transaction of its own; what cannot be done it gives back as refused.
    """

    code: str
    label: Text
    run: Callable[[Person | None, Sequence[str], Mapping[str, Any]], Outcome]
    says: Text  # what will happen, in one sentence, before it does
    act: str = ""  # of access; who may do it sees the button; "" is for everybody
    icon: str = "check"
    danger: bool = False
    form: type[forms.Form] | None = None  # what must be said with it, such as a reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A table that people work in: it sorts, filters, exports, and takes acts on many rows."""

    code: str  # "desk.runs": saved views and audit entries know it by this
    caption: Text
    columns: tuple[Column, ...]  # each with a key; the first names the row and always stays
    rows: Callable[[Asked], Source]
    filters: type[forms.Form] | None = None  # its fields' names stand in the address
    sort: str = ""  # the order when none is chosen
    acts: tuple[Act, ...] = ()
    per_page: int = 50
    counts_to: int = 10_000  # beyond it the line above the table says "more than"
    exports: bool = True
    unit: Text = ""  # of its figures, where all have the same; a file says it under its title
    period: Text = ""  # that its figures are of; without it a file says as of when they are
    nothing: Text = ""  # heading when there are no rows at all
    first_step: Text = ""  # and how to get some
    step: Link = field(default=Link(""))  # a button with it

    def __post_init__(self) -> None:
        """Refuse a declaration that could not work."""
        names = [column.key for column in self.columns]
        if not names or "" in names or len(set(names)) != len(names):
            raise ValueError(f"{self.code}: each column needs a key of its own")
        if wrong := RESERVED & set(self.filter_names):
            raise ValueError(f"{self.code}: filters may not be called {sorted(wrong)}")

    @property
    def filter_names(self) -> tuple[str, ...]:
        """Give the names of the filters."""
        return tuple(self.filters.base_fields) if self.filters else ()

    @property
    def shape(self) -> Shape:
        """Give what an address of this table may say."""
        return Shape(
            columns=tuple(column.key for column in self.columns),
            optional=frozenset(column.key for column in self.columns if column.optional),
            sortable=frozenset(column.key for column in self.columns if column.sorts),
            filters=self.filter_names,
            sort=self.sort,
        )
