"""Random ways of dossiers: random people try random acts; nothing illegal is done, pauses sum exactly, no axis moves another.

VAMCO_BENCH_WAYS ways go through the engine's rules and times in memory, a hundredth of them through the database as well. The first
thing that should not be ends the run; so the figures are how many ways held.
"""

from __future__ import annotations

import os
import random
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
NAME = "dossiers_ways"
WAYS, SEED = int(os.environ.get("VAMCO_BENCH_WAYS", "100000")), int(os.environ.get("VAMCO_BENCH_SEED", "20261201"))
TOGETHER = 50


class _Undo(Exception):  # noqa: N818  # it is no error
    """Ends a bundle of dossiers: nothing of it stays."""


def run() -> Iterable[Figure]:
    """In memory first, then in a database."""
    from vamco.cli import postgres

    with tempfile.TemporaryDirectory(prefix="vamco-bench-") as name, postgres.running(Path(name) / "pg") as server:
        _start(Path(name), server)
        for where, walk, ways in (("in_memory", _in_memory, WAYS), ("in_the_database", _in_the_database, WAYS // 100)):
            rng, seen, begun = random.Random(SEED), Counter[str](), time.perf_counter()
            walk(rng, seen, ways)
            yield Figure(NAME, f"ways_{where}_that_held", seen["ways"], "", reach=f">= {ways}")
            yield Figure(NAME, f"acts_done_{where}", seen["done"], "")
            yield Figure(NAME, f"acts_refused_{where}", seen["refused"], "")
            yield Figure(
                NAME, f"acts_a_second_{where}", (seen["done"] + seen["refused"]) / (time.perf_counter() - begun), "1/s"
            )


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


def _in_memory(rng: random.Random, seen: Counter[str], ways: int) -> None:
    from vamco.kernel.work.cases import public as cases
    from vamco.kernel.work.worktime import public as worktime
    from vamco.kernel.world.agencies import public as agencies
    from vamco.systems.onestop.tests import made, random_ways

    office, definition = agencies.get(made.OFFICE), cases.newest("dossier")
    calendar = worktime.calendar_of(office)
    with random_ways.memory(calendar) as current:
        while seen["ways"] < ways:
            random_ways.walk(rng, definition, calendar, office, current, seen)


def _in_the_database(rng: random.Random, seen: Counter[str], ways: int) -> None:
    from django.db import transaction

    from vamco.kernel.base import clock
    from vamco.systems.onestop.tests import random_ways

    real = clock.now

    def set_clock(moment: Any) -> None:
        clock.now = lambda: moment

    while seen["ways"] < ways:
        with suppress(_Undo), transaction.atomic():
            office = random_ways.Office()
            for _ in range(min(TOGETHER, ways - seen["ways"])):
                random_ways.live(rng, office, set_clock, seen)
            clock.now = real
            raise _Undo
