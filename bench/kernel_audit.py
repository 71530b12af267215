"""Acts by 50 clients over 20 agencies, audited against not audited, in turns of one run; and how fast the log is verified.

An act is one small row changed by a service, with its audit entry in the same transaction. The clients are threads of two
processes, as the web's are, each with a connection of its own; the database forces each commit to the disk.
"""

from __future__ import annotations

import io
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

from vamco.cli.bench import Figure

if TYPE_CHECKING:
    from collections.abc import Iterable

    from vamco.cli.postgres import Server

PROCESSES, CLIENTS, AGENCIES = 2, 50, 20
ROWS = 5000
ROUNDS = 3
SECONDS = 5.0
LOG = 100_000  # entries that are verified
TABLE = "CREATE TABLE bench_thing (id integer PRIMARY KEY, state text NOT NULL, seq integer NOT NULL)"
FILL = f"INSERT INTO bench_thing SELECT n, 'new', 0 FROM generate_series(1, {ROWS}) AS n"


def run() -> Iterable[Figure]:
    """Measures both arms in turns, then the verification of what they wrote and more."""
    from vamco.cli import postgres

    with tempfile.TemporaryDirectory(prefix="vamco-bench-") as name, postgres.running(Path(name) / "pg") as server:
        _start(Path(name), server)
        arms: dict[str, list[float]] = {"plain": [], "audited": []}
        for turn in range(ROUNDS):
            for arm in ("plain", "audited") if turn % 2 else ("audited", "plain"):
                arms[arm].append(_clients(arm))
        yield Figure(
            "kernel_audit",
            "audited_acts_per_second",
            statistics.median(arms["audited"]),
            "acts/s",
            peer="the same acts, not audited",
            peer_value=statistics.median(arms["plain"]),
            ratio_reach=">= 0.5",
        )
        yield from _verified()


def _start(folder: Path, server: Server) -> None:
    import psycopg

    server.grant()
    os.environ.update(
        DATABASE_URL=server.url("app"),
        DATABASE_OWNER_URL=server.url("owner"),
        VAMCO_DATA=str(folder / "data"),
        DJANGO_SETTINGS_MODULE="vamco.config.settings",
    )
    from vamco.cli import migrate

    migrate.bring_up_to_date()
    with psycopg.connect(server.url("owner"), autocommit=True) as owner:
        owner.execute(TABLE)
        owner.execute(FILL)


def _clients(arm: str) -> float:
    """Acts a second of all clients together."""
    command = [sys.executable, __file__, arm, str(CLIENTS // PROCESSES)]
    processes = [
        subprocess.Popen([*command, str(n)], stdout=subprocess.PIPE, stdin=subprocess.PIPE) for n in range(PROCESSES)
    ]
    for process in processes:
        assert process.stdout
        process.stdout.readline()  # it stands ready
    for process in processes:
        assert process.stdin
        process.stdin.write(b"go\n")
        process.stdin.flush()
    return sum(json.loads(process.communicate()[0]) for process in processes)


def _client(arm: str, clients: int, process: int) -> None:
    """One process of clients: says that it is ready, waits for a line, acts, and prints its acts a second."""
    from vamco.config.start import start

    start()
    from django.db import connection, models, transaction

    from vamco.kernel.base.audit import public as audit

    class Thing(models.Model):
        state = models.TextField()
        seq = models.IntegerField()

        class Meta:
            app_label = "bench"
            db_table = "bench_thing"
            managed = False

    def act(draws: random.Random) -> None:
        number = draws.randint(1, ROWS)
        with transaction.atomic():
            Thing.objects.filter(pk=number).update(state="done", seq=models.F("seq") + 1)
            if arm == "audited":
                audit.record(
                    "bench.act",
                    actor=str(number % 97),
                    chain=f"H53.{number % AGENCIES:02d}",
                    subject=f"thing:{number}",
                    detail={"from": "new", "to": "done", "seq": number},
                )

    done = [0] * clients
    ready, begin = threading.Barrier(clients + 1), threading.Event()

    def client(n: int) -> None:
        draws = random.Random(process * 1000 + n)
        act(draws)  # the connection, and its statements planned
        ready.wait()
        begin.wait()
        while time.perf_counter() < ends:
            act(draws)
            done[n] += 1
        connection.close()

    threads = [threading.Thread(target=client, args=(n,)) for n in range(clients)]
    for thread in threads:
        thread.start()
    ready.wait()
    print("ready", flush=True)
    sys.stdin.readline()
    begun = time.perf_counter()
    ends = begun + SECONDS
    begin.set()
    for thread in threads:
        thread.join()
    print(sum(done) / (time.perf_counter() - begun))


def _verified() -> Iterable[Figure]:
    from vamco.kernel.base.audit import public as audit
    from vamco.lib.chain_export import check

    _grow()
    audit.checkpoint()
    begun = time.perf_counter()
    report = audit.examine()
    live = report.entries / (time.perf_counter() - begun)
    assert not report.wrong, report
    assert report.entries >= LOG
    yield Figure("kernel_audit", "entries_verified_per_second", live, "entries/s", reach=">= 15000")
    text = io.StringIO()
    audit.export(text)
    text.seek(0)
    begun = time.perf_counter()
    report = check(text)
    seconds = time.perf_counter() - begun
    assert not report.wrong, report
    yield Figure(
        "kernel_audit", "exported_entries_verified_per_second", report.entries / seconds, "entries/s", reach=">= 15000"
    )


def _grow() -> None:
    """Makes the log as long as it must be, through the door that every act uses."""
    from django.db import connection, transaction

    from vamco.kernel.base.audit import public as audit

    for turn in range(LOG // 1000):
        with transaction.atomic():
            for n in range(1000):
                audit.record(
                    "bench.act",
                    actor="7",
                    chain=f"H53.{n % AGENCIES:02d}",
                    subject=f"thing:{turn}",
                    detail={"from": "new", "to": "done", "seq": n},
                )
    connection.close()


if __name__ == "__main__":
    _client(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
