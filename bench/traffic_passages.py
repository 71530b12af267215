"""Passages from 3,200 simulated cameras, each with the hash of its evidence: taken in by COPY, none lost, none twice.

Three senders, each a process, hand over batches as workers do, and are killed and started again all the time: a new one repeats
what its forerunner did not know to be safe. In the end every passage must be there once. Beside it, in the same database, one INSERT
for each passage, each its own transaction. VAMCO_BENCH_SECONDS shortens the 60 seconds. What else the machine does is told as its load.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

from vamco.cli.bench import Figure

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from vamco.engines.vision.contracts import Passage

CAMERAS, SENDERS, BATCH = 3200, 3, 1000
SECONDS: Final = float(os.environ.get("VAMCO_BENCH_SECONDS", "60"))
BEGINS: Final = dt.datetime(2026, 11, 30, 1, tzinfo=dt.UTC)
NAME: Final = "traffic_passages"


def run() -> Iterable[Figure]:
    """Measure the intake among kills, then the peer."""
    from vamco.cli import postgres

    with tempfile.TemporaryDirectory(prefix="vamco-bench-") as name, postgres.running(Path(name) / "pg") as server:
        server.grant()
        os.environ.update(
            DATABASE_URL=server.url("app"),
            DATABASE_OWNER_URL=server.url("owner"),
            VAMCO_DATA=str(Path(name) / "data"),
            DJANGO_SETTINGS_MODULE="vamco.config.settings",
        )
        _lay_out()
        load = os.getloadavg()[0]
        rate, killed, lost, twice = _among_kills(Path(name))
        naive = _naive()
        peer = "one INSERT and one transaction for each passage, one sender"
        yield Figure(NAME, "taken_in", rate, "passages/s", ">= 5000", peer, naive)
        yield Figure(NAME, "lost", lost, "passages", "<= 0")
        yield Figure(NAME, "twice", twice, "passages", "<= 0")
        yield Figure(NAME, "senders_killed", killed, "kills")
        yield Figure(NAME, "seconds", SECONDS, "s")
        yield Figure(NAME, "load_before", load, "processes that want a processor")


def _lay_out() -> None:
    from vamco.cli import migrate

    migrate.bring_up_to_date()
    from vamco.kernel.base.packs import public as packs
    from vamco.systems.traffic.models import Camera

    packs.load(Path(__file__).resolve().parents[1] / "packs" / "tayninh")
    agency = Camera.objects.first().agency  # type: ignore[union-attr]  # the pack has some
    Camera.objects.bulk_create(
        Camera(
            code=f"c{number}",
            name=f"Camera {number}",
            name_en=f"Camera {number}",
            agency=agency,
            lon=106.4,
            lat=10.5,
            source="rtsp://nowhere",
        )
        for number in range(CAMERAS)
    )


def _batch(sender: int, number: int) -> list[Passage]:
    """Make the passages of a sender's batch; the same numbers give the same passages."""
    from vamco.engines.vision import contracts as vision

    at = BEGINS + dt.timedelta(milliseconds=200 * number)
    box = vision.Box(100, 100, 180, 180)
    found = []
    for place in range(BATCH):
        serial = (sender * 1_000_000 + number) * BATCH + place
        text = f"70A{serial % 100_000:05}"
        found.append(
            vision.Passage(
                key=hashlib.sha256(str(serial).encode()).hexdigest(),
                camera=f"c{serial % CAMERAS}",
                track=place,
                kind=vision.Kind.MOTORBIKE if serial % 4 else vision.Kind.CAR,
                first_at=at,
                last_at=at,
                path=(vision.Sighting(at, 1, box, 0.9),),
                plate=vision.PlateRead(text, 2, (0.95,) * 8, vision.Colour.WHITE, complete=True, width=90.0),
            )
        )
    return found


def _send(sender: int, acknowledged: str, until: float) -> None:
    import django

    django.setup()
    from vamco.systems.traffic import public as traffic

    safe = Path(acknowledged)
    number = int(safe.read_text()) if safe.exists() else 0
    while time.time() < until:
        passages = _batch(sender, number)
        evidence = {each.key: each.key[::-1] for each in passages}
        traffic.take_in(passages, lanes=dict.fromkeys(evidence, "L1"), evidence=evidence)
        number += 1
        part = safe.with_suffix(".part")
        part.write_text(str(number))
        part.replace(safe)


def _among_kills(folder: Path) -> tuple[float, int, int, int]:
    from django.db import connection, connections

    connections.close_all()
    rng = random.Random(16)
    files = [folder / f"sender{number}" for number in range(SENDERS)]
    begun = time.time()
    until = begun + SECONDS

    def start(number: int) -> subprocess.Popen[bytes]:
        words = [sys.executable, __file__, str(number), str(files[number]), str(until)]
        return subprocess.Popen(words)  # this file itself

    senders = [start(number) for number in range(SENDERS)]
    killed, next_kill = 0, begun + SECONDS / 6
    while time.time() < until:
        time.sleep(0.05)
        if time.time() >= next_kill:
            number = rng.randrange(SENDERS)
            os.kill(senders[number].pid, signal.SIGKILL)
            senders[number].wait()
            senders[number] = start(number)
            killed, next_kill = killed + 1, next_kill + SECONDS / 6
    for process in senders:
        process.wait()
    spent = time.time() - begun
    known = {each.key for number, file in enumerate(files) for each in _acknowledged(number, file)}
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*), count(DISTINCT key) FROM traffic_passage")
        rows, keys = cursor.fetchone()
        cursor.execute("SELECT count(*) FROM traffic_passage WHERE key = ANY(%s)", [list(known)])
        there = cursor.fetchone()[0]
    return rows / spent, killed, len(known) - there, rows - keys


def _acknowledged(sender: int, file: Path) -> Iterator[Passage]:
    for number in range(int(file.read_text()) if file.exists() else 0):
        yield from _batch(sender, number)


def _naive() -> float:
    from django.db import connection

    from vamco.systems.traffic.models import Camera

    camera = Camera.objects.get(code="c1").pk
    begun, done = time.perf_counter(), 0
    with connection.cursor() as cursor:
        while time.perf_counter() - begun < max(2.0, SECONDS / 12):
            for each in _batch(9, done // BATCH)[:100]:
                cursor.execute(
                    "INSERT INTO traffic_passage (key, camera_id, at, kind, plate, lines, colour, complete, confidence, lane, doubt,"
                    " evidence) VALUES (%s, %s, %s, %s, %s, 2, 'white', true, 0.95, 'L1', '{}', %s) ON CONFLICT DO NOTHING",
                    [
                        f"{done:064}",
                        camera,
                        each.first_at,
                        each.kind.value,
                        each.plate.text if each.plate else "",
                        each.key,
                    ],
                )
                done += 1
    return done / (time.perf_counter() - begun)


if __name__ == "__main__":
    _send(int(sys.argv[1]), sys.argv[2], float(sys.argv[3]))
