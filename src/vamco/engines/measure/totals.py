"""Exact totals of a term for many periods at once, from its buckets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from vamco.engines.measure.contracts import STOCKS, Term

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from vamco.lib.time import Period

_EPOCH = 719_163  # the ordinal of 1970-01-01, from which Arrow counts days
_SAFE = 2**62
"""Sums whose absolute parts stay below this cannot overflow 64 bits; larger ones are added as Python's own integers."""


@dataclass(frozen=True, slots=True)
class Buckets:
    """The buckets of one term: `codes[i]` is the position in `keys`, `days[i]` counts from 1970, `signs[i]` is 1 or -1."""

    keys: list[str | None]
    codes: NDArray[np.int64]
    years: NDArray[np.int64]
    days: NDArray[np.int64]
    signs: NDArray[np.int64]
    counts: NDArray[np.int64]
    values: pa.Array | None

    @classmethod
    def read(cls, answer: pa.Table, position: int, heirs: Mapping[str, str], *, by_key: bool) -> Buckets:
        """Read those of the term at `position` in the answer to `bucket_question`; without `by_key` all as one key, "".

        What a key in `heirs` has counts for the key that it leads to.
        """
        answer = answer.filter(pc.greater(answer.column(f"n{position}"), 0))
        column = answer.column("_k").combine_chunks()
        raw = pc.unique(column).to_pylist() if by_key else []
        keys = sorted({heirs.get(key, key) for key in raw}, key=lambda key: (key is None, key)) if by_key else [""]
        place_of = {key: position for position, key in enumerate(keys)}
        places = np.array([place_of[heirs.get(key, key)] for key in raw], np.int64)
        found = places[pc.index_in(column, value_set=pa.array(raw, pa.string())).to_numpy()] if by_key else 0
        value = f"v{position}"
        return cls(
            keys,
            np.broadcast_to(np.asarray(found, np.int64), len(answer)),
            answer.column("_y").fill_null(-1).to_numpy(),
            np.asarray(answer.column("_d").cast(pa.int32()).to_numpy(), np.int64),
            answer.column("_s").to_numpy(),
            answer.column(f"n{position}").to_numpy(),
            answer.column(value).combine_chunks() if value in answer.column_names else None,
        )


@dataclass(frozen=True, slots=True)
class Totals:
    """For each key and period: `numbers` (whole, × 10^`scale`; doubles as they are) and `rows`; by period: `known`."""

    keys: list[str | None]
    numbers: NDArray[Any]
    rows: NDArray[np.int64]
    known: NDArray[np.bool_]
    scale: int

    def line(self, key: str) -> tuple[NDArray[Any], NDArray[np.int64]]:
        """Give the numbers and rows of one key; zeros when no row has it."""
        if key in self.keys:
            at = self.keys.index(key)
            return self.numbers[at], self.rows[at]
        nothing = np.zeros(len(self.known), np.int64)
        return nothing, nothing


def total(term: Term, buckets: Buckets, ranges: pa.Table, periods: Sequence[Period], years: Sequence[int]) -> Totals:
    """Give the totals of each period and the year asked for with it; `ranges` is the answer to `range_question`."""
    keys, codes, days, counts = buckets.keys, buckets.codes, buckets.days, buckets.counts * buckets.signs
    if term.window == "overdue":
        days = days + (buckets.signs > 0)  # a due date counts from the next day
    numbers, scale = (counts, 0) if buckets.values is None else _whole(buckets.values)
    if term.agg in {"sum", "mean"}:
        numbers = numbers * buckets.signs
    starts = np.array([_ordinal(_start(term, *each)) for each in zip(periods, years, strict=True)], np.int64)
    ends = np.array([_ordinal(period.end) for period in periods], np.int64)
    if term.window in STOCKS or term.window == "to_date":
        starts[:] = np.iinfo(np.int64).min
    sums = np.zeros((len(keys), len(periods)), numbers.dtype)
    rows = np.zeros((len(keys), len(periods)), np.int64)
    for here, there in _years(term, buckets.years, years):
        axis, where = np.unique(days[here], return_inverse=True)
        low, high = np.searchsorted(axis, starts[there], "left"), np.searchsorted(axis, ends[there], "right")
        grid = _Grid((len(keys), len(axis)), (codes[here], where), low, high)
        rows[:, there] = grid.sums(counts[here])
        if term.agg in {"max", "min"}:
            sums[:, there] = grid.extremes(numbers[here], largest=term.agg == "max")
        else:
            found = grid.sums(numbers[here])
            sums = sums.astype(found.dtype) if found.dtype == object else sums
            sums[:, there] = found
    return Totals(keys, sums, rows, _known(term, ranges, periods, years), scale)


@dataclass(frozen=True, slots=True)
class _Grid:
    """Keys by days that occur. Bucket `i` lies at `at[0][i], at[1][i]`; window `j` takes days `low[j]` up to `high[j]`."""

    shape: tuple[int, int]
    at: tuple[NDArray[Any], NDArray[Any]]
    low: NDArray[Any]
    high: NDArray[Any]

    def sums(self, values: NDArray[Any]) -> NDArray[Any]:
        """Give the sum of each key in each window."""
        if values.dtype != object and float(np.abs(values.astype(float)).sum()) >= _SAFE:
            values = values.astype(object)
        running = np.zeros((self.shape[0], self.shape[1] + 1), values.dtype)
        np.add.at(running, (self.at[0], self.at[1] + 1), values)
        np.cumsum(running, axis=1, out=running)
        total: NDArray[Any] = running[:, self.high] - running[:, self.low]
        return total

    def extremes(self, values: NDArray[Any], *, largest: bool) -> NDArray[Any]:
        """Give the largest or smallest value of each key in each window; without rows the number means nothing."""
        pick = np.maximum if largest else np.minimum
        far = (values.min if largest else values.max)() if len(values) else 0
        grid = np.full(self.shape, far, values.dtype)
        pick.at(grid, self.at, values)
        found = np.full((self.shape[0], len(self.low)), far, values.dtype)
        for window, (low, high) in enumerate(zip(self.low, self.high, strict=True)):
            if low < high:
                found[:, window] = pick.reduce(grid[:, low:high], axis=1)
        return found


def _years(term: Term, years: NDArray[Any], asked: Sequence[int]) -> list[tuple[NDArray[Any], NDArray[Any]]]:
    """Give pairs of selections, of buckets and of periods, that belong together."""
    if not term.year:
        return [(np.ones(len(years), bool), np.ones(len(asked), bool))]
    of_period = np.array(asked, np.int64)
    return [(years == year, of_period == year) for year in np.unique(of_period)]


def _known(term: Term, ranges: pa.Table, periods: Sequence[Period], years: Sequence[int]) -> NDArray[np.bool_]:
    """Tell for each period whether the dataset has something to say about it."""
    found = ranges.filter(ranges.column("first").is_valid()).to_pylist()
    if term.window == "in_force":
        firsts = {row["y"]: row["first"] for row in found}
        return np.array(
            [
                (f := firsts.get(year if term.year else None)) is not None and f <= p.end
                for p, year in zip(periods, years, strict=True)
            ],
            bool,
        )
    if not found:
        return np.zeros(len(periods), bool)
    first = min(row["first"] for row in found)
    last = max(row[name] for row in found for name in ranges.column_names[2:] if row[name] is not None)
    return np.array([first <= period.end and period.start <= last for period in periods], bool)


def _start(term: Term, period: Period, year: int) -> dt.date:
    if term.window != "ytd":
        return period.start
    return period.end.replace(year=year if term.year else period.end.year, month=1, day=1)


def _ordinal(day: dt.date) -> int:
    return day.toordinal() - _EPOCH


def _whole(values: pa.Array) -> tuple[NDArray[Any], int]:
    """Give exact whole numbers and the power of ten that they are too large by."""
    kind = values.type
    if not pa.types.is_decimal(kind):
        return values.to_numpy(), 0
    # A decimal of Arrow is a 128-bit whole number: two words, the low one first.
    words = np.frombuffer(values.buffers()[1], np.int64).reshape(-1, 2)[values.offset : values.offset + len(values)]
    low, high = words[:, 0], words[:, 1]
    if bool((high == low >> 63).all()):
        return low.copy(), kind.scale
    return high.astype(object) * 2**64 + low.view(np.uint64).astype(object), kind.scale
