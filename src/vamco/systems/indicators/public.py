from __future__ import annotations

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
from vamco.systems.indicators.rules import target_on
from vamco.systems.indicators.services import settle

if TYPE_CHECKING:
    from vamco.engines.measure.contracts import SourceRows
    from vamco.systems.indicators.contracts import Lineage

ROWS_SHOWN = 50


def rows_behind(of: Lineage, limit: int = ROWS_SHOWN) -> SourceRows:
    """The newest source rows that make a value, out of the very snapshots that it was computed from."""
    from vamco.engines import measure
    from vamco.lib.time import Period

    relations = {source.dataset: hub.relation(source.dataset, source.snapshot) for source in of.sources}
    return measure.rows_behind(
        of.definition.formula,
        relations,
        hub.engine(),
        Period.parse(of.value.period),
        place=of.value.place,
        agency=of.value.agency,
        limit=limit,
    )


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
]
