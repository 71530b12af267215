"""Exact totals of a term for many periods at once, from its buckets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from vamco.engines.measure.contracts import STOCKS, Term

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from vamco.lib.time import Period

_SAFE = 2**62
"""Sums whose absolute parts stay below this cannot overflow 64 bits; larger ones are added as Python's own integers."""


@dataclass(frozen=True, slots=True)
class Totals:
    """For each key and period: `numbers` (whole, × 10^`scale`; doubles as they are) and `rows`; by period: `known`."""

    keys: list[str | None]
    numbers: NDArray[Any]
    rows: NDArray[np.int64]
    known: NDArray[np.bool_]
    scale: int

    def of(self, key: str) -> tuple[NDArray[Any], NDArray[np.int64]]:
        """Give the numbers and rows of one key; zeros when no row has it."""
        if key in self.keys:
            at = self.keys.index(key)
            return self.numbers[at], self.rows[at]
        nothing = np.zeros(len(self.known), np.int64)
        return nothing, nothing


def total(term: Term, buckets: pa.Table, ranges: pa.Table, periods: Sequence[Period]) -> Totals:
    """Give the totals; `buckets` and `ranges` are the answers to the two questions."""
    keys = sorted({*buckets.column("k").to_pylist()}, key=lambda key: (key is None, key))
    column = buckets.column("k").combine_chunks()
    codes = pa.compute.index_in(column, value_set=pa.array(keys, pa.string())).to_numpy()
    days = _days(buckets.column("d"))
    signs = buckets.column("s").to_numpy()
    if term.window == "overdue":
        days = days + (signs > 0)  # a due date counts from the next day
    counts = buckets.column("n").to_numpy() * signs
    numbers, scale = _whole(buckets.column("v")) if term.agg != "count" else (counts, 0)
    if term.agg in {"sum", "mean"}:
        numbers = numbers * signs
    starts = np.array([_ordinal(_start(term, period)) for period in periods], np.int64)
    ends = np.array([_ordinal(period.end) for period in periods], np.int64)
    if term.window in STOCKS or term.window == "to_date":
        starts[:] = np.iinfo(np.int64).min
    sums = np.zeros((len(keys), len(periods)), numbers.dtype)
    rows = np.zeros((len(keys), len(periods)), np.int64)
    add = _extremes if term.agg in {"max", "min"} else _sums
    for here, there in _years(term, buckets, periods):
        part = (codes[here], days[here], len(keys), starts[there], ends[there])
        rows[:, there] = _sums(counts[here], *part, term)
        sums[:, there] = add(numbers[here], *part, term)
    return Totals(keys, sums, rows, _known(term, ranges, periods), scale)


def _years(term: Term, buckets: pa.Table, periods: Sequence[Period]) -> list[tuple[NDArray[Any], NDArray[Any]]]:
    """Give pairs of selections, of buckets and of periods, that belong together."""
    if not term.year:
        return [(np.ones(len(buckets), bool), np.ones(len(periods), bool))]
    years = buckets.column("y").fill_null(-1).to_numpy()
    of_period = np.array([period.end.year for period in periods], np.int64)
    return [(years == year, of_period == year) for year in np.unique(of_period)]


def _sums(
    values: NDArray[Any], codes: NDArray[Any], days: NDArray[Any], keys: int, starts: NDArray[Any], ends: NDArray[Any], term: Term,
) -> NDArray[Any]:
    del term
    axis, where = np.unique(days, return_inverse=True)
    if values.dtype != object and float(np.abs(values.astype(float)).sum()) >= _SAFE:
        values = values.astype(object)
    grid = np.zeros((keys, len(axis) + 1), values.dtype)
    np.add.at(grid, (codes, where + 1), values)
    running = np.cumsum(grid, axis=1)
    low = np.searchsorted(axis, starts, "left")
    return running[:, np.searchsorted(axis, ends, "right")] - running[:, low]


def _extremes(
    values: NDArray[Any], codes: NDArray[Any], days: NDArray[Any], keys: int, starts: NDArray[Any], ends: NDArray[Any], term: Term,
) -> NDArray[Any]:
    """Give the largest or smallest value in each window; where there is none, the number means nothing and `rows` is 0."""
    pick, gather, edge = (np.maximum, np.maximum.at, -1) if term.agg == "max" else (np.minimum, np.minimum.at, 1)
    axis, where = np.unique(days, return_inverse=True)
    far = values.min(initial=0) if edge < 0 else values.max(initial=0)
    grid = np.full((keys, len(axis)), far, values.dtype)
    gather(grid, (codes, where), values)
    found = np.full((keys, len(starts)), far, values.dtype)
    spans = zip(np.searchsorted(axis, starts, "left"), np.searchsorted(axis, ends, "right"), strict=True)
    for number, (low, high) in enumerate(spans):
        if low < high:
            found[:, number] = pick.reduce(grid[:, low:high], axis=1)
    return found


def _known(term: Term, ranges: pa.Table, periods: Sequence[Period]) -> NDArray[np.bool_]:
    """Tell for each period whether the dataset has something to say about it."""
    found = ranges.filter(ranges.column("first").is_valid()).to_pylist()
    if term.window == "in_force":
        firsts = {row["y"]: row["first"] for row in found}
        return np.array([(f := firsts.get(p.end.year if term.year else None)) is not None and f <= p.end for p in periods], bool)
    if not found:
        return np.zeros(len(periods), bool)
    first = min(row["first"] for row in found)
    last = max(row[name] for row in found for name in ranges.column_names[2:] if row[name] is not None)
    return np.array([first <= period.end and period.start <= last for period in periods], bool)


def _start(term: Term, period: Period) -> Any:
    return period.end.replace(month=1, day=1) if term.window == "ytd" else period.start


def _ordinal(day: Any) -> int:
    return int(np.datetime64(day, "D").astype(np.int64))


def _days(column: pa.ChunkedArray) -> NDArray[np.int64]:
    return column.cast(pa.int32()).to_numpy().astype(np.int64)


def _whole(column: pa.ChunkedArray) -> tuple[NDArray[Any], int]:
    """Give exact whole numbers and the power of ten that they are too large by."""
    kind = column.type
    if not pa.types.is_decimal(kind):
        return column.to_numpy(), 0
    values = column.combine_chunks()
    # A decimal of Arrow is a 128-bit whole number: two words, the low one first.
    words = np.frombuffer(values.buffers()[1], np.int64).reshape(-1, 2)[values.offset : values.offset + len(values)]
    low, high = words[:, 0], words[:, 1]
    if bool((high == low >> 63).all()):
        return low.copy(), kind.scale
    return high.astype(object) * 2**64 + low.view(np.uint64).astype(object), kind.scale
