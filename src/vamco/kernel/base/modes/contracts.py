from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as dt


class Mode(enum.StrEnum):
    """How a system stands towards national platforms.

    Source: QĐ 1132/QĐ-TTg of 24 June 2026: what a national platform already runs a province may not build, buy, rent or extend.
    """

    OWN = "own"
    UNTIL_IT_RUNS = "until_it_runs"
    CONNECTOR = "connector"


class State(enum.StrEnum):
    """How far a national platform is; UNKNOWN where no source says it."""

    PLANNED = "planned"
    PILOT = "pilot"
    RUNS = "runs"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Platform:
    """A national platform: its code in QĐ 1132, what it is called, how far it is, and who says so when."""

    code: str
    name: str
    name_en: str
    state: State
    source: str
    as_of: dt.date


@dataclass(frozen=True)
class SystemMode:
    """The mode of a system, and why; without platforms none has its function."""

    system: str
    name: str
    name_en: str
    platforms: tuple[Platform, ...]
    mode: Mode
    reason: str
    reason_en: str

    @property
    def due(self) -> bool:
        """Whether it was to be ours only until a national platform runs, and one does."""
        return self.mode is Mode.UNTIL_IT_RUNS and any(one.state is State.RUNS for one in self.platforms)
