"""Numbers without gaps: acts a second by 50 clients, over 20 units and in one alone.

An act is what a dossier does: one transaction that takes its number and writes it down, forced to the disk. Beside it, in turns, the
same transaction with a sequence of PostgreSQL, which is quick because it leaves gaps: it gives nothing back when an act fails.
"""

from __future__ import annotations

import datetime as dt
import os
import statistics
import tempfile
import threading
import time
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from vamco.cli.bench import Figure

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

CLIENTS, SECONDS, TURNS = 50, 2.0, 3
SERIES, DAY = "onestop.dossier", dt.date(2026, 11, 20)
CHECKOUT = Path(__file__).resolve().parents[1]
_keys = count()


def run() -> Iterable[Figure]:
    """Measures the three in turns; the median of each."""
    from vamco.cli import postgres

    with tempfile.TemporaryDirectory(prefix="vamco-bench-") as name, postgres.running(Path(name) / "pg") as server:
        server.grant()
        os.environ.update(
            DATABASE_URL=server.url("app"),
            DATABASE_OWNER_URL=server.url("owner"),
            VAMCO_DATA=str(Path(name) / "data"),
            DJANGO_SETTINGS_MODULE="vamco.config.settings",
        )
        _lay_out(server.url("owner"))
        rates: dict[str, list[float]] = {"many": [], "one": [], "sequence": []}
        for turn in range(TURNS):
            rates["many"].append(_rate(lambda client, turn=turn: _take(f"H53.{turn}.{client % 20}")))  # type: ignore[misc]
            rates["one"].append(_rate(lambda _client, turn=turn: _take(f"H53.one.{turn}")))  # type: ignore[misc]
            rates["sequence"].append(_rate(lambda _client: _sequence()))
        _gapless()
        many, one, sequence = (statistics.median(rates[arm]) for arm in ("many", "one", "sequence"))
        peer = "a sequence of PostgreSQL, with gaps"
        yield Figure("kernel_numbers", "over_20_units", many, "acts/s", ">= 1000", peer, sequence)
        yield Figure("kernel_numbers", "in_one_unit", one, "acts/s", "", peer, sequence)


def _lay_out(owner: str) -> None:
    from vamco.cli import migrate

    migrate.bring_up_to_date()
    import psycopg

    from vamco.kernel.base.packs import public as packs

    packs.load(CHECKOUT / "packs" / "tayninh")
    with psycopg.connect(owner) as connection:
        connection.execute("CREATE SEQUENCE bench_number")
        connection.execute("CREATE TABLE bench_taken (n bigint PRIMARY KEY, key text, text text)")
        connection.execute("GRANT USAGE ON bench_number TO vamco_app")


def _take(unit: str) -> None:
    from django.db import transaction

    from vamco.kernel.record.numbers import public as numbers

    with transaction.atomic():
        numbers.take(SERIES, unit, DAY, key=f"dossier:{next(_keys)}")


def _sequence() -> None:
    from django.db import connection, transaction

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT nextval('bench_number')")
        n = cursor.fetchone()[0]
        cursor.execute("INSERT INTO bench_taken VALUES (%s, %s, %s)", [n, f"dossier:{n}", f"H53-{n:04}"])


def _rate(act: Callable[[int], None]) -> float:
    """Acts a second by all clients together, each with a connection of its own, which it opens before the clock starts."""
    from django.db import connection

    done = [0] * CLIENTS
    stop = threading.Event()
    ready = threading.Barrier(CLIENTS + 1)

    def client(number: int) -> None:
        connection.ensure_connection()
        ready.wait()
        while not stop.is_set():
            act(number)
            done[number] += 1
        connection.close()

    threads = [threading.Thread(target=client, args=(number,)) for number in range(CLIENTS)]
    for thread in threads:
        thread.start()
    ready.wait()
    begun = time.perf_counter()
    time.sleep(SECONDS)
    stop.set()
    for thread in threads:
        thread.join()
    return sum(done) / (time.perf_counter() - begun)


def _gapless() -> None:
    from vamco.kernel.record.numbers import public as numbers

    assert numbers.verify() == []
