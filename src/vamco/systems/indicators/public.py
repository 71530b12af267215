from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from vamco.kernel.world.places import public as places
from vamco.lib.time import local_date
from vamco.systems.hub import public as hub
from vamco.systems.indicators.contracts import RowBehind, RowsBehind
from vamco.systems.indicators.queries import (
    across,
    break_of,
    definition,
    definitions,
    known_since,
    lineage,
    missing_behind,
    past_of,
    path,
    recent,
    recent_across,
    same_period_last_year,
    series,
    trends,
    value,
)
from vamco.systems.indicators.rules import explaining, wording
from vamco.systems.indicators.rules.targets import target_on, year_target
from vamco.systems.indicators.services import settle
from vamco.web.words import either

if TYPE_CHECKING:
    from vamco.engines.measure.contracts import Part
    from vamco.kernel.world.people.models import Person
    from vamco.systems.indicators.contracts import Definition, Explanation, Lineage, Source, ValueView
    from vamco.vocab.relation import Relation

ROWS_SHOWN = 50


def explain(of: Definition) -> Explanation:
    """Return what an indicator is, in a sentence and as a formula, in the names of the contracts in force."""
    return explaining.explain(of, _names(of))


def calculation(of: Definition, value: ValueView) -> str:
    """Return the formula with a value's own numbers; "" where nothing is divided."""
    return explaining.calculation(of, value, _names(of))


def amounts(of: Definition, value: ValueView) -> list[str]:
    """Return numerator and, where there is one, denominator of a value as people write them; "" for one not known."""
    names = _names(of)
    found = zip(of.formula.terms, (value.numerator, value.denominator), strict=False)
    return ["" if each is None else explaining.amount(of, term, names[term.dataset], each) for term, each in found]


def _names(of: Definition) -> dict[str, explaining.Names]:
    found = {}
    for dataset in of.datasets:
        contract = hub.contract(dataset)
        found[dataset] = explaining.Names(
            either(contract.title, contract.title_en),
            {column.name: either(column.title, column.title_en) for column in contract.columns},
            {column.name: column.type for column in contract.columns},
            {column.name: column.unit for column in contract.columns if column.unit},
        )
    return found


def rows_behind(
    lineage: Lineage,
    reader: Person | None,
    limit: int = ROWS_SHOWN,
    *,
    purpose: str | None = None,
    part: Part | None = None,
    offset: int = 0,
) -> RowsBehind:
    """The newest source rows that make a value, out of the very snapshots that it was computed from, as a reader may see them.

    Rows out of the reader's reach are counted only; personal data are masked, or whole for a `purpose`, as `hub.disclose` says.
    With `part` it is numerator or denominator only, from the row at `offset` on.
    """
    from vamco.engines import measure
    from vamco.lib.time import Period

    relations = {source.dataset: _relation(source) for source in lineage.sources}
    raw = measure.rows_behind(
        lineage.definition.formula,
        relations,
        hub.engine(),
        Period.parse(lineage.value.period),
        place=lineage.value.place,
        agency=lineage.value.agency,
        limit=limit,
        within={name: hub.sight(name, reader).rows for name in relations},
        part=part,
        offset=offset,
        year=lineage.value.plan_year,
        former=_former(lineage),
    )
    shown = hub.disclose([(each.dataset, each.values) for each in raw], reader, purpose)
    found = (RowBehind(each.dataset, each.part, row) for each, row in zip(raw, shown, strict=True) if row is not None)
    return RowsBehind(found, raw.counts)


def _former(lineage: Lineage) -> list[str]:
    """The codes of communes whose rows counted for the value's own when it was computed."""
    place = lineage.value.place
    if not place:
        return []
    ended = places.ended_communes(local_date(lineage.computed_at))
    return [each.code for each in ended if each.heir == place != each.code]


def _relation(source: Source) -> Relation:
    """The rows of a dataset as they were; none when it had not been published yet, whatever it holds now."""
    found = hub.relation(source.dataset, source.snapshot)
    return found if source.snapshot is not None else replace(found, snapshot=None, files=())


__all__ = [
    "across",
    "amounts",
    "break_of",
    "calculation",
    "definition",
    "definitions",
    "explain",
    "known_since",
    "lineage",
    "missing_behind",
    "past_of",
    "path",
    "recent",
    "recent_across",
    "rows_behind",
    "same_period_last_year",
    "series",
    "settle",
    "target_on",
    "trends",
    "value",
    "wording",
    "year_target",
]
