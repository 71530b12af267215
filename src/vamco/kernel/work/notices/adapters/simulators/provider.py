"""What stands behind each simulated interface: it takes parcels, knows keys where the real one does, and fails as told."""

from __future__ import annotations

import itertools
import threading
from collections import deque
from dataclasses import dataclass, field
from enum import StrEnum


class Mood(StrEnum):
    """How the provider treats a request.

    LOSES takes the parcel, and the connection breaks before the answer; SILENT takes it and answers when nobody listens any more;
    BREAKS hangs up before it took anything that counts; REFUSES knows no such addressee; BROKE serves us not at all.
    """

    TAKES = "takes"
    BUSY = "busy"
    DOWN = "down"
    LOSES = "loses"
    SILENT = "silent"
    REFUSES = "refuses"
    BROKE = "broke"


TAKING = (Mood.TAKES, Mood.LOSES, Mood.SILENT)
RETRY_AFTER_S = 7


@dataclass(frozen=True, slots=True)
class Taken:
    """A message that would have gone to a person."""

    key: str
    to: str = field(repr=False)
    title: str = field(repr=False)
    text: str = field(repr=False)
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the interface answers."""

    mood: Mood
    reference: str = ""
    duplicate: bool = False


class Provider:
    """A provider; `idempotent`: it knows the keys that it has seen. Safe for threads."""

    def __init__(self, *, idempotent: bool, keep: int = 100_000) -> None:
        self.idempotent = idempotent
        self.taken: deque[Taken] = deque(maxlen=keep)
        self.moods: deque[Mood] = deque()
        self.refused: set[str] = set()  # addresses that do not exist
        self.requests = 0
        self.late_s = 1.0
        self._known: dict[str, str] = {}
        self._numbers = itertools.count(1)
        self._lock = threading.Lock()

    def expect(self, *moods: Mood) -> None:
        """Tell how the next requests are treated; after them each is taken."""
        self.moods.extend(moods)

    def receive(self, key: str, to: str, title: str, text: str) -> Verdict:
        """Take a parcel, or not."""
        with self._lock:
            self.requests += 1
            mood = self.moods.popleft() if self.moods else Mood.TAKES
            if mood in TAKING and to in self.refused:
                mood = Mood.REFUSES
            if mood not in TAKING:
                return Verdict(mood)
            if self.idempotent and key in self._known:
                return Verdict(mood, self._known[key], duplicate=True)
            reference = f"ref-{next(self._numbers)}"
            self._known[key] = reference
            self.taken.append(Taken(key, to, title, text, reference))
            return Verdict(mood, reference)
