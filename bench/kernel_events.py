"""Events told and handled, and how long a job waits: on an idle worker, and under another room's flood of slow jobs.

The peer is procrastinate by itself, over its own connector and with its own worker, one job at a time, which does the same work:
one line inserted in a transaction. It knows no events, so it has neither event nor delivery to write.
"""

from __future__ import annotations

import itertools
import multiprocessing
import os
import statistics
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vamco.cli.bench import Figure

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

CHECKOUT = Path(__file__).resolve().parents[1]
EVENTS, IDLE, FLOOD, SLOW_S, UNDER = 500, 40, 100, 0.02, 10
PEER = "procrastinate by itself, one job at a time, one line inserted"
_numbers = itertools.count()
_defers: Any = None


@dataclass(frozen=True, slots=True)
class Counted:
    """An event of the bench."""

    number: int


def run() -> Iterator[Figure]:
    """Latencies first, while this process has no thread that a forked worker would miss; then throughput."""
    from vamco.cli import postgres

    with tempfile.TemporaryDirectory(prefix="vamco-bench-") as name, postgres.running(Path(name) / "pg") as server:
        _start(Path(name), server)
        bare = _bare()
        _ours()
        arms = {
            "ours": (lambda: _work(wait=True), _defer_ours),
            "bare": (lambda: _work_bare(bare, wait=True), _defer_bare),
        }
        idle = {arm: _latencies(worker, defer, 0, IDLE) for arm, (worker, defer) in arms.items()}
        flood = {arm: _latencies(worker, defer, FLOOD, UNDER) for arm, (worker, defer) in arms.items()}
        for name_, found in (("idle", idle), ("under_flood", flood)):
            for share in (50, 95):
                mine, peer = (_percentile(found[arm], share) for arm in ("ours", "bare"))
                yield Figure("kernel_events", f"job_latency_{name_}_p{share}_ms", mine, "ms", "", PEER, peer)

        ours_rate, bare_rate = _rate(_tell, _work), _rate(_defer_bare, lambda: _work_bare(bare, wait=False))
        yield Figure("kernel_events", "told_and_handled", ours_rate, "events/s", "", PEER, bare_rate)


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
    import psycopg

    with psycopg.connect(server.url("owner"), autocommit=True) as connection:
        connection.execute("CREATE TABLE bench_ran (number bigint, began timestamptz DEFAULT clock_timestamp())")
        connection.execute("GRANT ALL ON bench_ran TO PUBLIC")


def _line(number: int) -> None:
    from django.db import connection, transaction

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("INSERT INTO bench_ran (number) VALUES (%s)", [number])


def _ours() -> None:
    """Our handler and our jobs."""
    from vamco import vocab
    from vamco.kernel.base.events import public as events
    from vamco.kernel.base.jobs import public as jobs

    vocab.event("bench.counted", version=1)(Counted)
    events.handler("bench.count", Counted)(lambda event: _line(event.number))
    jobs.task("other.job")(_line)
    jobs.task("flood.job")(lambda number: time.sleep(SLOW_S))  # noqa: ARG005


def _bare() -> Any:
    import procrastinate

    app = procrastinate.App(connector=procrastinate.PsycopgConnector(conninfo=os.environ["DATABASE_URL"]))
    app.task(name="bare.other", queue="bare")(_line)
    app.task(name="bare.flood", queue="bare")(lambda number: time.sleep(SLOW_S))  # noqa: ARG005
    return app


def _tell(_kind: str, number: int) -> None:
    from django.db import transaction

    from vamco.kernel.base.events import public as events

    with transaction.atomic():
        events.emit(Counted(number))


def _defer_ours(kind: str, number: int) -> None:
    from vamco.kernel.base.jobs import public as jobs

    jobs.later(f"{kind}.job", number=number)


def _defer_bare(kind: str, number: int) -> None:
    """The peer defers through Django's connection too, as its own documents propose."""
    import procrastinate
    from procrastinate.contrib.django.django_connector import DjangoConnector

    global _defers  # noqa: PLW0603  # made once, when Django is ready
    _defers = _defers or procrastinate.App(connector=DjangoConnector())
    _defers.configure_task(f"bare.{kind}", queue="bare").defer(number=number)


def _work(*, wait: bool = False) -> None:
    from vamco.kernel.base.jobs import public as jobs

    jobs.work(wait=wait)


def _work_bare(app: Any, *, wait: bool) -> None:
    app.run_worker(queues=["bare"], wait=wait, concurrency=1, delete_jobs="successful", install_signal_handlers=wait)


def _rate(defer: Callable[[str, int], None], work: Callable[[], None]) -> float:
    """Jobs or events a second, from the first that is told to the last that is handled."""
    _empty()
    begun = time.perf_counter()
    for number in range(EVENTS):
        defer("other", number)
    _close()
    work()
    took = time.perf_counter() - begun
    assert len(_ran()) == EVENTS
    return EVENTS / took


def _latencies(work: Callable[[], None], defer: Callable[[str, int], None], flood: int, count: int) -> list[float]:
    """How long each of some jobs waited until it ran, in seconds; a worker of its own does them, after a flood if there is one."""
    _empty()
    _close()
    worker = multiprocessing.get_context("fork").Process(target=work)
    worker.start()
    try:
        _one(defer)  # it is up
        for number in range(flood):
            defer("flood", number)
        return [_one(defer) for _ in range(count)]
    finally:
        _close()
        worker.terminate()
        worker.join(30)
        worker.kill()


def _one(defer: Callable[[str, int], None]) -> float:
    number = next(_numbers)
    begun = time.time()
    defer("other", number)
    end = time.monotonic() + 60
    while number not in (ran := _ran()):
        assert time.monotonic() < end, "the job never ran"
        time.sleep(0.005)
    return ran[number] - begun


def _ran() -> dict[int, float]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT number, extract(epoch FROM began)::float8 FROM bench_ran")
        return dict(cursor.fetchall())


def _empty() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM bench_ran")
        cursor.execute("DELETE FROM procrastinate_jobs")


def _close() -> None:
    from django.db import connections

    connections.close_all()


def _percentile(found: list[float], share: int) -> float:
    """Milliseconds that so many of a hundred jobs did not exceed."""
    return statistics.quantiles(found, n=100, method="inclusive")[share - 1] * 1000
