"""Deadlines of generated dossiers, promised by the running product, against a walk by minutes: all must be equal, after every act.

The dossiers are really filed and acted on, under a set clock, in worlds with Tết, swap days, offices with hours of their own, holidays
that are announced on the way and procedures that get another version meanwhile. VAMCO_BENCH_DOSSIERS says how many, VAMCO_BENCH_SEED
which. Told beside: how many deadlines were compared, how often each special thing was met, and the walk's own speed.
"""

from __future__ import annotations

import os
import random
import sys
import tempfile
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vamco.cli.bench import Figure

if TYPE_CHECKING:
    from collections.abc import Iterable

CHECKOUT = Path(__file__).resolve().parents[1]
NAME = "dossiers_deadlines"
DOSSIERS, SEED = (
    int(os.environ.get("VAMCO_BENCH_DOSSIERS", "2000")),
    int(os.environ.get("VAMCO_BENCH_SEED", "20261201")),
)
IN_A_WORLD = 25


class _Undo(Exception):  # noqa: N818  # it is no error
    """Ends a world: nothing of it stays."""


def run() -> Iterable[Figure]:
    """World after world, each in a transaction that is undone."""
    from vamco.cli import postgres

    with tempfile.TemporaryDirectory(prefix="vamco-bench-") as name, postgres.running(Path(name) / "pg") as server:
        _start(Path(name), server)
        rng, seen = random.Random(SEED), Counter[str]()
        walked, lived = 0.0, 0.0
        while seen["dossiers"] < DOSSIERS:
            one, other = _world(rng, seen)
            walked, lived = walked + one, lived + other
    yield Figure(NAME, "dossiers", seen["dossiers"], "", reach=">= 2000" if DOSSIERS >= 2000 else "")
    for met in sorted(seen.keys() - {"dossiers", "deadlines", "wrong dossiers"}):
        yield Figure(NAME, f"with_{met.replace(' ', '_')}", seen[met], "")
    speed, peer = seen["deadlines"] / lived, seen["deadlines"] / walked
    yield Figure(NAME, "deadlines_by_filing_and_acting", speed, "1/s", "", "the walk by minutes alone", peer)
    yield Figure(NAME, "deadlines", seen["deadlines"], "")
    share = 100 * (1 - seen["wrong dossiers"] / seen["dossiers"])
    yield Figure(NAME, "equal_to_the_walk", share, "%", reach=">= 100")


def _start(folder: Path, server: Any) -> None:
    server.grant()
    os.environ.update(
        DATABASE_URL=server.url("app"),
        DATABASE_OWNER_URL=server.url("owner"),
        VAMCO_DATA=str(folder / "data"),
        DJANGO_SETTINGS_MODULE="vamco.config.settings",
    )
    from vamco.cli import migrate

    migrate.bring_up_to_date()
    from vamco.kernel.base.packs import public as packs

    packs.load(CHECKOUT / "packs" / "tayninh")


def _world(rng: random.Random, seen: Counter[str]) -> tuple[float, float]:
    """Tell the stories of one world both ways; differences go to the error stream."""
    from django.db import transaction

    from vamco.kernel.base import clock
    from vamco.systems.onestop.tests import deadline_stories as stories

    begun = time.perf_counter()
    world = stories.world(rng, IN_A_WORLD)
    between = time.perf_counter()
    real, wrong = clock.now, set[int]()
    with suppress(_Undo), transaction.atomic():
        cast = stories.Cast()

        def set_clock(moment: Any) -> None:
            clock.now = lambda: moment

        for story, place, what in stories.lived(world, cast, set_clock):
            wrong.add(id(story))
            print(f"{what}\n  at act {place} of {story}", file=sys.stderr)
        clock.now = real
        raise _Undo
    seen["wrong dossiers"] += len(wrong)
    for story in world.stories:
        seen["dossiers"] += 1
        seen["deadlines"] += len(story.due)
        seen.update(stories.met(world, story))
    return between - begun, time.perf_counter() - between
