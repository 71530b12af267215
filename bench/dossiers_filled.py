"""1.65 million dossiers put in by COPY, of which 1,000 random ones are made once more by the engine and compared field by field.

VAMCO_BENCH_DOSSIERS and VAMCO_BENCH_COMPARED take other numbers, for a quick look; figures of fewer do not reach what they must.
"""

from __future__ import annotations

import os
import random
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vamco.cli.bench import Figure

if TYPE_CHECKING:
    from collections.abc import Iterable

CHECKOUT = Path(__file__).resolve().parents[1]
DOSSIERS = int(os.environ.get("VAMCO_BENCH_DOSSIERS", "1650000"))
COMPARED = int(os.environ.get("VAMCO_BENCH_COMPARED", "1000"))
OFFICES, PEOPLE, SEED = 96, 400_000, 20261201


def run() -> Iterable[Figure]:
    """How many were filled, how fast, and the share of those compared in which every field is equal."""
    from vamco.cli import postgres

    with tempfile.TemporaryDirectory(prefix="vamco-bench-") as name, postgres.running(Path(name) / "pg") as server:
        _start(Path(name), server)
        yield from _filled()


def _filled() -> Iterable[Figure]:
    from vamco.systems.onestop.tests import many

    rng = random.Random(SEED)
    at, who = many.offices(OFFICES), many.people(min(PEOPLE, DOSSIERS), rng)
    shapes = many.moulds(at[0], who[0])
    first = many.first_free_case(DOSSIERS)
    begun = time.perf_counter()
    done = many.fill(many.drawn(DOSSIERS, shapes, at, who, first, SEED))
    seconds = time.perf_counter() - begun
    chosen = set(rng.sample(range(DOSSIERS), COMPARED))
    wrong = []
    for number, each in enumerate(many.drawn(DOSSIERS, shapes, at, who, first, SEED)):
        if number in chosen and (found := many.differences(each)):
            wrong.append(found)
    for found in wrong[:5]:
        print(found)
    yield Figure("dossiers_filled", "dossiers", done, "dossiers", reach=">= 1650000")
    yield Figure("dossiers_filled", "filled_per_second", done / seconds, "1/s")
    yield Figure("dossiers_filled", "compared", COMPARED, "dossiers", reach=">= 1000")
    yield Figure("dossiers_filled", "equal_to_the_engine", 100 * (1 - len(wrong) / COMPARED), "%", reach=">= 100")


def _start(folder: Path, server: Any) -> None:
    """Bring up a database with the province's pack in it."""
    server.grant()
    os.environ.update(
        DATABASE_URL=server.url("app"),
        DATABASE_OWNER_URL=server.url("owner"),
        VAMCO_DATA=str(folder / "data"),
        VAMCO_DEMO="true",
        DJANGO_SETTINGS_MODULE="vamco.config.settings",
    )
    from vamco.cli import migrate

    migrate.bring_up_to_date()
    from vamco.kernel.base.packs import public as packs

    packs.load(CHECKOUT / "packs" / "tayninh")
