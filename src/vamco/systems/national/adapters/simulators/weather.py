"""How badly the simulated portal behaves: by chance from a seed, or as it is told."""

from __future__ import annotations

import random
import threading
from dataclasses import dataclass, field, replace
from typing import Final, Literal

Mishap = Literal["", "dropped", "lost_answer", "doubled", "failed", "refused", "busy"]
MISHAPS: Final[tuple[Mishap, ...]] = ("dropped", "lost_answer", "doubled", "failed", "refused", "busy")


@dataclass(frozen=True)
class Climate:
    """The share of calls with each mishap, from 0 to 1.

    dropped: the line breaks before anything is taken; lost_answer: it is taken and the line breaks before the answer (the portal crashed
    between store and answer); doubled: a network gives the portal the call twice; failed: 502; refused: 400, though nothing is wrong;
    busy: 429. `reordered`: the share of pages of a feed whose entries come in another order, some of them twice. `delay`: seconds.
    """

    dropped: float = 0
    lost_answer: float = 0
    doubled: float = 0
    failed: float = 0
    refused: float = 0
    busy: float = 0
    reordered: float = 0
    delay: float = 0


FAIR: Final = Climate()
STORM: Final = Climate(0.08, 0.08, 0.08, 0.08, 0.01, 0.04, 0.5)


@dataclass
class Weather:
    """What happens to the next call. `counts` says how often each mishap has happened."""

    climate: Climate = FAIR
    seed: int = 1
    counts: dict[str, int] = field(default_factory=dict)
    _random: random.Random = field(init=False, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)  # noqa: S311  # no secret

    def change(self, **shares: float) -> None:
        """Behave otherwise from now on."""
        self.climate = replace(self.climate, **shares)

    def mishap(self) -> Mishap:
        """Say what happens to a call."""
        with self._lock:
            chance, found = self._random.random(), ""
            for name in MISHAPS:
                chance -= getattr(self.climate, name)
                if chance < 0:
                    found = name
                    break
            if found:
                self.counts[found] = self.counts.get(found, 0) + 1
            return found  # type: ignore[return-value]

    def shuffled(self, entries: list[object]) -> list[object]:
        """Return a feed's entries, perhaps in another order and with some twice."""
        with self._lock:
            if self._random.random() >= self.climate.reordered or not entries:
                return entries
            again = self._random.sample(entries, max(1, len(entries) // 4))
            mixed = [*entries, *again]
            self._random.shuffle(mixed)
            self.counts["reordered"] = self.counts.get("reordered", 0) + 1
            return mixed
