"""Who has not reported on a period: of them a dataset says nothing, which is not the same as nought."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from vamco.engines.measure.contracts import Level, Reporting
    from vamco.lib.time import Period


class Silence:
    """The silence of those who should report in some datasets, by period.

    Nobody can have reported on days to come: a period that still runs is reported on by whoever is as far as the first of all.
    One that begins after that day has been reported on by nobody.
    """

    def __init__(self, reporting: Mapping[str, Reporting], periods: Sequence[Period]) -> None:
        self._reporting = reporting
        self._needed = {name: _needed(each, periods) for name, each in reporting.items()}
        self._none = np.zeros(len(periods), np.int64)

    def expected(self, dataset: str, level: Level) -> frozenset[str]:
        """Give the codes of a level that are expected in a dataset; none when others are, or nobody is."""
        found = self._reporting.get(dataset)
        return found.expected if found and found.level == level else frozenset()

    def of(self, dataset: str, level: Level, key: str) -> NDArray[np.bool_]:
        """Tell for each period whether one place or agency has not reported on it."""
        if key not in self.expected(dataset, level):
            return self._none.astype(bool)
        until = self._reporting[dataset].until.get(key, dt.date.min).toordinal()
        silent: NDArray[np.bool_] = self._needed[dataset] > until
        return silent

    def count(self, dataset: str) -> NDArray[np.int64]:
        """Count for each period those who are expected and have not reported on it."""
        found = self._reporting.get(dataset)
        if found is None:
            return self._none
        until = np.sort([found.until.get(code, dt.date.min).toordinal() for code in found.expected])
        return np.searchsorted(until, self._needed[dataset], "left")


def _needed(reporting: Reporting, periods: Sequence[Period]) -> NDArray[np.int64]:
    """Give the day, as an ordinal, up to which somebody must have reported for each period."""
    told = [day for code, day in reporting.until.items() if code in reporting.expected]
    front = max(told, default=dt.date.min)
    return np.array(
        [period.end.toordinal() if period.start > front else min(period.end, front).toordinal() for period in periods],
        np.int64,
    )
