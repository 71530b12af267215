"""A worker process: leases cameras, looks at them in turn, hands over what passed, gives them back at its end.

When it dies its leases run out, and another worker takes its cameras. What is handed over is kept until the database has it.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import logging
import secrets
import socket
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from django.db import Error, close_old_connections

from vamco.lib.errors import VamcoError
from vamco.systems.traffic.queries import cameras as known
from vamco.systems.traffic.queries import table
from vamco.systems.traffic.services import cameras, passages
from vamco.systems.traffic.services.looking import Look, Way

if TYPE_CHECKING:
    import threading
    from pathlib import Path

    from vamco.engines.vision.contracts import Passage
    from vamco.systems.traffic.adapters.eyes import Shop

LOG: Final = logging.getLogger(__name__)
RENEWS_S: Final = 10.0
"""A third of a lease: two attempts may fail before another worker takes the cameras."""
_FLUSH_S: Final = 1.0
_BATCH: Final = 500
_MOST_WAITING: Final = 20_000
"""So many passages wait for a database that does not answer; then the oldest are given up, and the log says how many."""
_NAP_S: Final = 0.02


@dataclass(frozen=True, slots=True)
class Plan:
    """What a worker takes: so many cameras at once, of one use or named ones, and at most such a share of a processor.

    `turn`: after so many seconds street cameras are given back and others taken, 0 for never.
    """

    most: int = 16
    use: str = ""
    codes: frozenset[str] | None = None
    share: float = 1.0
    turn: float = 0.0
    way: Way = field(default_factory=Way)


class Outbox:
    """Passages that wait to be taken in. Nothing leaves it before the database has it."""

    def __init__(self) -> None:
        self._waiting: dict[str, tuple[Passage, str, str]] = {}
        self._flushed = time.monotonic()
        self.lost = 0

    def __len__(self) -> int:
        return len(self._waiting)

    def put(self, passage: Passage, lane: str, evidence: str) -> None:
        """Add a passage; the same again is the same."""
        self._waiting[passage.key] = (passage, lane, evidence)
        if len(self._waiting) > _MOST_WAITING:
            self._waiting.pop(next(iter(self._waiting)))
            self.lost += 1

    def flush(self, *, now: bool = False) -> int:
        """Hand over what waits, at most once a second unless `now`; returns how many passages were new to the database."""
        if not self._waiting or (not now and time.monotonic() - self._flushed < _FLUSH_S):
            return 0
        self._flushed = time.monotonic()
        fresh = 0
        while batch := list(self._waiting.values())[:_BATCH]:
            lanes = {passage.key: lane for passage, lane, _evidence in batch}
            evidence = {passage.key: sha for passage, _lane, sha in batch if sha}
            fresh += len(passages.take_in([each[0] for each in batch], lanes=lanes, evidence=evidence))
            for passage, _lane, _evidence in batch:
                del self._waiting[passage.key]
        if self.lost:
            LOG.error("%d passages were given up: the database did not answer for too long", self.lost)
            self.lost = 0
        return fresh


class Worker:
    """One worker process with the cameras that it has leased."""

    def __init__(self, shop: Shop, plan: Plan | None = None, name: str = "") -> None:
        self.name = name or f"{socket.gethostname()[:40]}:{secrets.token_hex(6)}"
        self._shop, self._plan = shop, plan or Plan()
        self.outbox = Outbox()
        self.looks: dict[str, Look] = {}
        self._renewed = float("-inf")
        self._turned = time.monotonic()
        self._pace = Pace(self._plan.share)

    def run(self, stop: threading.Event) -> None:
        """Work until told to stop; then hand everything over and give the cameras back."""
        try:
            while not stop.is_set():
                if not self.once():
                    time.sleep(_NAP_S)
        finally:
            self.close()

    def once(self) -> bool:
        """Do one round; returns whether there was a picture. A database that does not answer ends nothing: it is tried again."""
        try:
            self._lease()
            seen = [self._step(code, look) for code, look in list(self.looks.items()) if look.due(time.monotonic())]
            self.outbox.flush()
        except Error:
            LOG.exception("the database does not answer; trying again")
            close_old_connections()
            time.sleep(1.0)
            return False
        self._pace.keep()
        return any(seen)

    def close(self) -> None:
        """Hand over what is there and give the cameras back."""
        for code in list(self.looks):
            self._leave(code)
        with contextlib.suppress(Error):
            self.outbox.flush(now=True)
            cameras.release(self.name)

    def _step(self, code: str, look: Look) -> bool:
        try:
            return look.step()
        except (VamcoError, OSError, ValueError):
            # One camera that cannot be looked at must not take the others along: another start, perhaps elsewhere, tries it again.
            LOG.exception("camera %s: given up for now", code)
            self._leave(code)
            self._renewed = time.monotonic()
            return False

    def _lease(self) -> None:
        now = time.monotonic()
        if now - self._renewed < RENEWS_S:
            return
        if self._plan.turn and now - self._turned >= self._plan.turn:
            self._turned = now
            self._turn()
        mine = cameras.lease(self.name, self._plan.most, use=self._plan.use, codes=self._plan.codes)
        for code in set(self.looks) - set(mine):
            LOG.warning("camera %s: another worker has it now, or it was switched off", code)
            self._leave(code)
        for code in mine:
            drawing, camera = known.drawing(code), known.one(code)
            look = self.looks.get(code)
            if look is not None and (
                look.version != (drawing[0] if drawing else 0) or look.camera.source != camera.source
            ):
                self._leave(code)  # it was drawn anew, or its pictures come from elsewhere
                look = None
            if look is None:
                self.looks[code] = Look(camera, drawing, self._shop, self.outbox.put, self._plan.way)
        self._renewed = now

    def _turn(self) -> None:
        """Give street cameras back, the longest without a look coming next."""
        streets = [code for code, look in self.looks.items() if look.camera.use == "street"]
        for code in streets:
            self._leave(code)
        cameras.release(self.name, streets)

    def _leave(self, code: str) -> None:
        look = self.looks.pop(code, None)
        if look is not None:
            try:
                look.close()
            except (Error, VamcoError, OSError, ValueError):
                LOG.exception("camera %s: not all of it could be written", code)


class Pace:
    """Keeps this process, all its threads, to a share of one processor by sleeping."""

    def __init__(self, share: float) -> None:
        self._share = share
        self._wall, self._spent = time.monotonic(), time.process_time()

    def keep(self) -> None:
        """Sleep as long as the share asks for, a second at most; what was not slept is owed for ten seconds only."""
        if self._share >= 1.0:
            return
        wall, spent = time.monotonic() - self._wall, time.process_time() - self._spent
        owed = spent / self._share - wall
        if owed > 0:
            time.sleep(min(owed, 1.0))
        if wall > dt.timedelta(seconds=10).total_seconds():
            self._wall, self._spent = time.monotonic(), time.process_time()


def watch(plan: Plan, stop: threading.Event, *, clips: Path | None = None) -> None:
    """Be a worker with the real engine, and the pack's table of plates, until told to stop."""
    from vamco.systems.traffic.adapters.eyes import RealShop

    Worker(RealShop(clips, plates=table.plates()), plan).run(stop)
