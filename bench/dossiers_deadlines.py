"""Deadlines of dossiers that the engine comes to, beside a walker that goes through time minute by minute (tests/minutes.py).

Each dossier is filed, received and stopped by the real services at moments of its own, half of them around Tết, swap days and the hour
after which a day no longer counts; in three of ten another version of the procedure comes into force between sending and reception.
"""

from __future__ import annotations

import os
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vamco.cli.bench import Figure

if TYPE_CHECKING:
    from collections.abc import Iterable

CHECKOUT = Path(__file__).resolve().parents[1]
DOSSIERS = 2_000
SEED = 20261130


def run() -> Iterable[Figure]:
    """The share of dossiers in which both are equal, and how many dossiers a second were made for it."""
    from vamco.cli import postgres

    with tempfile.TemporaryDirectory(prefix="vamco-bench-") as name, postgres.running(Path(name) / "pg") as server:
        _start(Path(name), server)
        from vamco.systems.onestop.tests import deadlines

        begun = time.perf_counter()
        wrong, seen = deadlines.disagreements(DOSSIERS, SEED)
        seconds = time.perf_counter() - begun
    for line in wrong[:5]:
        print(line)
    share = 100 * (1 - len(wrong) / DOSSIERS)
    yield Figure("dossiers_deadlines", "equal_to_the_oracle", share, "%", reach=">= 100")
    yield Figure("dossiers_deadlines", "dossiers", DOSSIERS, "dossiers", reach=">= 2000")
    for trait in ("tet", "swap", "after_cutoff", "pauses", "version"):
        yield Figure("dossiers_deadlines", f"of_them_{trait}", seen[trait], "dossiers", reach=">= 50")
    yield Figure("dossiers_deadlines", "made_and_compared_per_second", DOSSIERS / seconds, "1/s")


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
