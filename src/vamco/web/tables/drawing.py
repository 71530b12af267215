"""What the template of a listing is told: everything is decided here, so that it only draws."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from vamco.kernel.world.access import public as access
from vamco.lib.money import format_number, is_english
from vamco.web.components import Cell, Column, Link, Table, Text
from vamco.web.tables import rules, views
from vamco.web.tables.contracts import Act, Asked, Listing, Slice, Source

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django import forms

    from vamco.kernel.world.people.models import Person
    from vamco.web.models import SavedView
    from vamco.web.pages import Request

FORMATS: Final = ("xlsx", "csv")


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a column: where it sorts to, and how it is sorted now as ARIA calls it."""

    column: Column
    url: str = ""
    direction: str = ""
    id: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """A column that the reader may choose."""

    key: str
    label: Text
    shown: bool
    always: bool


class Drawn:
    """A listing as one reader sees it now. `path` is the address of the page that answers."""

    def __init__(self, listing: Listing, request: Request, path: str = "") -> None:
        self.listing = listing
        self.person: Person | None = request.person
        self.path = path or request.path
        self.id = "listing-" + listing.code.replace(".", "-")
        self.shape = listing.shape
        self.query = request.GET
        self.state = rules.read(dict(self.query.lists()), self.shape)
        self.sort = self.state.sort or listing.sort

    # ── what is asked ──

    @cached_property
    def form(self) -> forms.Form | None:
        """The filters with their answers; wrong ones are said beside their field and filter nothing."""
        if self.listing.filters is None:
            return None
        form = self.listing.filters(self.query, auto_id=f"{self.id}-%s")
        form.is_valid()
        return form

    @cached_property
    def asked(self) -> Asked:
        """What the source is asked."""
        return Asked(person=self.person, filters=self.form.cleaned_data if self.form else {})

    @cached_property
    def source(self) -> Source:
        """Where the rows come from."""
        return self.listing.rows(self.asked)

    @cached_property
    def slice(self) -> Slice:
        """The rows of the page; the first ones where those beyond its key are gone, as after an act on all of a last page."""
        found = self._slice()
        if not found.rows and (self.state.after or self.state.before):
            self.state = self.state.from_the_start()
            found = self._slice()
        return found

    def _slice(self) -> Slice:
        state = self.state
        return self.source.slice(self.sort, after=state.after, before=state.before, limit=self.listing.per_page)

    # ── the table ──

    @cached_property
    def places(self) -> tuple[int, ...]:
        """The columns that are shown, by their place in a row."""
        return tuple(self.shape.columns.index(key) for key in rules.shown(self.state, self.shape))

    @cached_property
    def heads(self) -> list[Head]:
        """The heads of the shown columns."""
        return [self._head(self.listing.columns[place]) for place in self.places]

    def _head(self, column: Column) -> Head:
        key = column.key
        if not column.sorts:
            return Head(column)
        direction = {key: "ascending", f"-{key}": "descending"}.get(self.sort, "none")
        return Head(column, self.at(self.state.sorted_by(key, self.sort)), direction, f"{self.id}-by-{key}")

    @cached_property
    def table(self) -> Table:
        """The rows of the page, in the shown columns."""
        return Table(
            caption=self.listing.caption,
            hide_caption=True,
            columns=tuple(head.column for head in self.heads),
            rows=tuple(tuple(row.cells[place] for place in self.places) for row in self.slice.rows),
            sort=self.sort,
        )

    @cached_property
    def picks(self) -> list[tuple[str, Text]] | None:
        """For each row its key and its name, where there is something to do with many."""
        if not self.acts:
            return None
        return [(row.key, first.text if isinstance(first := row.cells[0], Cell) else first) for row in self.slice.rows]

    @cached_property
    def acts(self) -> list[Act]:
        """The acts on many rows that the reader may do, and that one of the rows takes."""
        may = [act for act in self.listing.acts if not act.act or access.allow(self.person, act.act)]
        taken = [row.takes for row in self.slice.rows] if may else []
        return [act for act in may if any(codes is None or act.code in codes for codes in taken)]

    @cached_property
    def act_forms(self) -> list[tuple[Act, forms.Form | None]]:
        """Each act with its form, empty."""
        return [(act, act.form(auto_id=f"{self.id}-{act.code}-%s") if act.form else None) for act in self.acts]

    # ── words ──

    @cached_property
    def total(self) -> int:
        """How many rows there are; one above `counts_to` says: more than that."""
        return self.source.count(self.listing.counts_to + 1)

    @property
    def said(self) -> str:
        """How many there are, as the line above the table says it and screen readers hear it."""
        most = self.listing.counts_to
        number = self._number(min(self.total, most))
        if self.total > most:
            return _("more than %(number)s rows") % {"number": number}
        return ngettext("%(number)s row", "%(number)s rows", self.total) % {"number": number}

    @property
    def order_said(self) -> str:
        """By which column the rows stand, in words; "" in the source's own order."""
        key = self.sort.removeprefix("-")
        label = next((column.label for column in self.listing.columns if column.key == key), None)
        if label is None:
            return ""
        down = self.sort.startswith("-")
        return (_("%(column)s, descending") if down else _("%(column)s, ascending")) % {"column": label}

    def _number(self, value: int) -> str:
        from django.utils.translation import get_language

        language = "en" if is_english(get_language() or "vi") else "vi"
        return format_number(value, 0, language)

    @cached_property
    def chips(self) -> list[Link]:
        """The filters in force, each with the address without it."""
        if self.form is None:
            return []
        return [
            Link(f"{self.form[name].label}: {_word(self.form, name, value)}", self.at(self.state.without(name, value)))
            for name, values in self.state.filters
            if name not in self.form.errors
            for value in (values if _takes_many(self.form, name) else values[-1:])
        ]

    # ── addresses ──

    def at(self, state: rules.State, *more: tuple[str, str]) -> str:
        """Give the address of a state of this table."""
        return self.path + rules.address(state, *more)

    @property
    def here(self) -> str:
        """The address of what is seen now."""
        return self.at(self.state)

    @property
    def everything(self) -> str:
        """The address without filters, in the same order and columns."""
        return self.at(rules.State(sort=self.state.sort, columns=self.state.columns))

    @property
    def next(self) -> str:
        """The address of the next page, "" on the last."""
        return self.at(_moved(self.state, after=self.slice.after)) if self.slice.after else ""

    @property
    def previous(self) -> str:
        """The address of the page before, "" on the first."""
        return self.at(_moved(self.state, before=self.slice.before)) if self.slice.before else ""

    @property
    def first(self) -> str:
        """The address of the first page, "" on it."""
        return self.at(self.state.from_the_start()) if self.slice.before else ""

    @property
    def exports(self) -> list[Link]:
        """The files that the table can be taken away as."""
        if not self.listing.exports:
            return []
        state = self.state.from_the_start()
        words = {"csv": _("CSV file for Excel"), "xlsx": _("Excel file (XLSX)")}
        return [Link(words[kind], self.at(state, ("export", kind)), "download") for kind in FORMATS]

    @property
    def kept(self) -> list[tuple[str, str]]:
        """What the filter form carries along: the order and the columns, not the page."""
        state = rules.State(sort=self.state.sort, columns=self.state.columns)
        return rules.parameters(state)

    @property
    def kept_by_columns(self) -> list[tuple[str, str]]:
        """What the choice of columns carries along: the filters and the order."""
        return rules.parameters(rules.State(sort=self.state.sort, filters=self.state.filters))

    # ── choices ──

    @property
    def choices(self) -> list[Choice]:
        """The columns, for choosing among them; none when there is nothing to choose."""
        seen = rules.shown(self.state, self.shape)
        return [
            Choice(column.key, column.label, column.key in seen, always=place == 0)
            for place, column in enumerate(self.listing.columns)
        ]

    @cached_property
    def saved(self) -> list[tuple[Link, int]]:
        """The reader's views with their addresses, the one that is seen now marked."""
        now = rules.address(self.state.from_the_start())
        return [(Link(view.name, self.path + view.query, current=view.query == now), view.pk) for view in self._views]

    @cached_property
    def _views(self) -> list[SavedView]:
        return list(views.views_of(self.person, self.listing.code))

    @property
    def standard(self) -> Link:
        """The table as everybody finds it."""
        return Link(_("All"), self.path, current=not rules.parameters(self.state.from_the_start()))

    @property
    def narrowed(self) -> bool:
        """Whether filters are in force."""
        return bool(self.state.filters)


def _moved(state: rules.State, *, after: str = "", before: str = "") -> rules.State:
    return rules.State(state.sort, state.columns, state.filters, after, before)


def _takes_many(form: forms.Form, name: str) -> bool:
    return bool(getattr(form.fields[name].widget, "allow_multiple_selected", False))


def _word(form: forms.Form, name: str, value: str) -> str:
    """Give the word that a filter's answer has in the form."""
    field = form.fields[name]
    choices: Any = getattr(field, "choices", None)
    if choices is None:
        answer = form.cleaned_data.get(name)
        return str(_("yes")) if answer is True else value
    words: Mapping[str, Text] = {
        str(key): word
        for entry in choices
        for key, word in (entry[1] if isinstance(entry[1], list | tuple) else [entry])
    }
    return str(words.get(value, value))
