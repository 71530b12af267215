from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from vamco.systems.hub import public as hub
from vamco.systems.indicators.contracts import RowBehind, RowsBehind
from vamco.systems.indicators.queries import (
    across,
    definition,
    definitions,
    known_since,
    lineage,
    past_of,
    path,
    recent,
    recent_across,
    same_period_last_year,
    series,
    trends,
    value,
)
from vamco.systems.indicators.rules import wording
from vamco.systems.indicators.rules.targets import target_on, year_target
from vamco.systems.indicators.services import settle

if TYPE_CHECKING:
    from vamco.kernel.world.people.models import Person
    from vamco.systems.indicators.contracts import Lineage, Source
    from vamco.vocab.relation import Relation

ROWS_SHOWN = 50


def rows_behind(
    lineage: Lineage, reader: Person | None, limit: int = ROWS_SHOWN, *, purpose: str | None = None
) -> RowsBehind:
    """The newest source rows that make a value, out of the very snapshots that it was computed from, as a reader may see them.

    Rows out of the reader's reach are counted only; personal data are masked, or whole for a `purpose`, as `hub.disclose` says.
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
    )
    shown = hub.disclose([(each.dataset, each.values) for each in raw], reader, purpose)
    found = RowsBehind(
        RowBehind(each.dataset, each.part, row) for each, row in zip(raw, shown, strict=True) if row is not None
    )
    found.total, found.outside = raw.total, raw.outside
    return found


def _relation(source: Source) -> Relation:
    """The rows of a dataset as they were; none when it had not been published yet, whatever it holds now."""
    found = hub.relation(source.dataset, source.snapshot)
    return found if source.snapshot is not None else replace(found, snapshot=None, files=())


__all__ = [
    "across",
    "definition",
    "definitions",
    "known_since",
    "lineage",
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
