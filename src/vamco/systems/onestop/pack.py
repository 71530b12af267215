"""The pack's sections of the catalogue."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from vamco.kernel.base import clock
from vamco.kernel.base.packs import public as packs
from vamco.lib.errors import N_
from vamco.lib.nearest import nearest
from vamco.systems.onestop import queries
from vamco.systems.onestop.declaration import (
    FilingWayItem,
    LifeEventItem,
    PaperItem,
    ProcedureFieldItem,
    ProcedureItem,
    SearchWordItem,
)
from vamco.systems.onestop.rules import prechecks

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from vamco.kernel.work.forms.public import Form


class _Coded(Protocol):
    """What the pack names by a code."""

    @property
    def code(self) -> str: ...


T = TypeVar("T", bound=_Coded)


def _into(table: packs.Versioned[Any, T, T]) -> Callable[[Sequence[T]], None]:
    """Return what puts a section's items into their table of versions, each by its code."""

    def put(items: Sequence[T]) -> None:
        for item in items:
            table.put(item.code, item)

    return put


def _end_procedures(codes: Sequence[str]) -> None:
    """End what the pack no longer holds: dossiers and links to it stay, and say that it has ended."""
    for code in codes:
        item = queries.PROCEDURES.get(queries.PROCEDURES.newest(code))
        queries.PROCEDURES.put(code, item.model_copy(update={"ended": clock.today()}))


def check_procedures(
    located: Sequence[packs.Located[ProcedureItem]], contents: packs.Contents
) -> Iterator[packs.Fault]:
    """A successor exists, changes stand in the order of their days, and what depends on an answer names one of the form."""
    forms = {entry.item.code: entry.item for entry in contents.get("forms", ())}
    known = {entry.item.code for entry in located}
    for entry in located:
        item = entry.item
        if item.replaced_by and item.replaced_by not in known:
            yield entry.wrong(["replaced_by"], N_("the code of a procedure"), found=item.replaced_by)
        if item.replaced_by and item.ended is None:
            yield entry.because(["replaced_by"], N_("ended, where another procedure came in its place"))
        days = [change.on for change in item.changes]
        if days != sorted(days):
            yield entry.because(["changes"], N_("the oldest first"))
        form = forms.get(item.filing.form) if item.filing else None
        if form is not None:
            yield from _check_answers(entry, form)


def _check_answers(entry: packs.Located[ProcedureItem], form: Form) -> Iterator[packs.Fault]:
    """The answers that papers, prefilling and checks of dates name are asked by the form."""
    filing = entry.item.filing
    if filing is None:
        return
    named: list[tuple[list[str | int], str]] = [
        (["papers", at, "asked_if"], paper.asked_if.answer)
        for at, paper in enumerate(entry.item.papers)
        if paper.asked_if
    ]
    for at, fee in enumerate(entry.item.fees):
        named += [(["fees", at], path) for path in (fee.count, fee.asked_if.answer if fee.asked_if else "") if path]
    named += [(["filing", "prefill", at], each.answer) for at, each in enumerate(filing.prefill)]
    named += [
        (["filing", "checks", at], path) for at, each in enumerate(filing.checks) for path in (each.earlier, each.later)
    ]
    for where, path in named:
        if path not in form.fields and path != prechecks.TODAY:
            yield entry.wrong(where, N_("an answer of the form"), found=path, meant=nearest(path, form.fields))


def _empty_events(codes: Sequence[str]) -> None:
    """Leave a life event that the pack no longer holds without procedures: it is shown no more."""
    for code in codes:
        item = queries.LIFE_EVENTS.get(queries.LIFE_EVENTS.newest(code))
        queries.LIFE_EVENTS.put(code, item.model_copy(update={"procedures": []}))


def _silence_words(codes: Sequence[str]) -> None:
    """Let a word mean itself again."""
    _into(queries.WORDS)([SearchWordItem(code=code, means=code) for code in codes])


SECTIONS = (
    packs.Section(
        name="procedure_fields",
        files="procedure_fields.yaml",
        model=ProcedureFieldItem,
        key="code",
        apply=_into(queries.FIELDS),
        doc="fields of procedures, with the documents on which all procedures of a field rest",
    ),
    packs.Section(
        name="procedure_papers",
        files="procedure_papers.yaml",
        model=PaperItem,
        key="code",
        apply=_into(queries.PAPERS),
        doc="papers that procedures ask for",
    ),
    packs.Section(
        name="filing_ways",
        files="filing_ways.yaml",
        model=FilingWayItem,
        key="code",
        apply=_into(queries.WAYS),
        doc="ways to file a procedure, with the national portal's address",
    ),
    packs.Section(
        name="search_words",
        files="search_words.yaml",
        model=SearchWordItem,
        key="code",
        apply=_into(queries.WORDS),
        withdraw=_silence_words,
        doc="what people type when they search, and what it means",
    ),
    packs.Section(
        name="procedures",
        files="procedures/*.yaml",
        model=ProcedureItem,
        key="code",
        apply=_into(queries.PROCEDURES),
        withdraw=_end_procedures,
        check=check_procedures,
        depends=("procedure_fields", "procedure_papers", "forms", "matters", "templates"),
        doc="procedures: what is needed, how long it takes, what it costs, how it is filed",
    ),
    packs.Section(
        name="life_events",
        files="life_events.yaml",
        model=LifeEventItem,
        key="code",
        apply=_into(queries.LIFE_EVENTS),
        withdraw=_empty_events,
        depends=("procedures",),
        doc="life events, each with its procedures in order",
    ),
)
