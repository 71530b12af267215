"""How long each test file takes: `tests/durations.json`, written by `vamco test --record`, read to plan a short run."""

from __future__ import annotations

import json
from collections import defaultdict
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

FILE: Final = "tests/durations.json"
UNKNOWN_S: Final = 10.0  # a file that nobody has recorded yet


def load(checkout: Path) -> dict[str, float]:
    """Return the recorded seconds by test file; none where nothing is recorded."""
    try:
        return {name: float(seconds) for name, seconds in json.loads((checkout / FILE).read_text()).items()}
    except (OSError, ValueError, AttributeError):  # only an estimate hangs on it
        return {}


def total(known: Mapping[str, float], files: Iterable[str]) -> float:
    """Return the seconds that some test files take one after the other."""
    return sum(known.get(name, UNKNOWN_S) for name in files)


class Recorder:
    """A pytest plugin: adds up what each file takes and notes it when the run is over, a line a file."""

    def __init__(self, checkout: Path) -> None:
        """Take the folder whose `tests/durations.json` is to be brought up to date."""
        self._checkout = checkout
        self._seconds: defaultdict[str, float] = defaultdict(float)

    def add(self, nodeid: str, seconds: float) -> None:
        """Count a part of a test: its set-up, the test itself, what is cleared away after it."""
        self._seconds[nodeid.partition("::")[0]] += seconds

    def save(self) -> None:
        """Write what was counted over what was known; files that are gone leave the list."""
        known = load(self._checkout) | {name: round(seconds, 1) for name, seconds in self._seconds.items()}
        there = {name: known[name] for name in sorted(known) if (self._checkout / name).exists()}
        (self._checkout / FILE).write_text(json.dumps(there, indent=1) + "\n")
