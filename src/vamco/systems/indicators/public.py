from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from vamco.systems.hub import public as hub
from vamco.systems.indicators.queries import (
    across,
    definition,
    definitions,
    lineage,
    past_of,
    path,
    recent,
    recent_across,
    series,
    trends,
    value,
)
from vamco.systems.indicators.rules import wording
from vamco.systems.indicators.rules.targets import target_on
from vamco.systems.indicators.services import settle

if TYPE_CHECKING:
    from vamco.engines.measure.contracts import SourceRows
    from vamco.systems.indicators.contracts import Lineage, Source
    from vamco.vocab.relation import Relation

ROWS_SHOWN = 50


def rows_behind(of: Lineage, limit: int = ROWS_SHOWN) -> SourceRows:
    """The newest source rows that make a value, out of the very snapshots that it was computed from."""
    from vamco.engines import measure
    from vamco.lib.time import Period

    relations = {source.dataset: _relation(source) for source in of.sources}
    return measure.rows_behind(
        of.definition.formula,
        relations,
        hub.engine(),
        Period.parse(of.value.period),
        place=of.value.place,
        agency=of.value.agency,
        limit=limit,
    )


def _relation(source: Source) -> Relation:
    """The rows of a dataset as they were; none when it had not been published yet, whatever it holds now."""
    found = hub.relation(source.dataset, source.snapshot)
    return found if source.snapshot is not None else replace(found, snapshot=None, files=())


__all__ = [
    "across",
    "definition",
    "definitions",
    "lineage",
    "past_of",
    "path",
    "recent",
    "recent_across",
    "rows_behind",
    "series",
    "settle",
    "target_on",
    "trends",
    "value",
    "wording",
]
