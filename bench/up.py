"""What a newcomer and a leader feel: start, size, data to numbers, the board under load.

Joins `bench/ingest.py`. The board is asked by eight clients that never pause, over the real servers that `vamco up` starts, on
the same machine that asks; there is no result cache. Installed size is that of a fresh copy of the checkout, without tests.
"""

from __future__ import annotations

import datetime as dt
import http.client
import os
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from vamco.cli import bench
from vamco.cli.bench import Figure

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from vamco.cli.province import Province

CHECKOUT = Path(__file__).resolve().parents[1]
CLIENTS, SECONDS, WARM_UP = 8, 10.0, 2.0
HELPS, STARTS, DAYS = 15, 3, 5
FIRST_DAY = "2026-11-16"  # a Monday; so the measured days are alike in each run
QUIET_WITHIN = 120.0  # seconds
SUPERSET_MB = 872  # measured by us; it needed four manual repairs to start


def run() -> Iterable[Figure]:
    """All figures, the quick ones first."""
    yield _help()
    with tempfile.TemporaryDirectory(prefix="vamco-bench-") as name:
        yield from _starts(Path(name) / "data")
        with ExitStack() as stack:
            from vamco.cli import province as running

            os.environ["VAMCO_TODAY"] = FIRST_DAY
            province = running.start(stack, data=Path(name) / "demonstration", port=0)
            yield from _settles(province)
            running.fill(province, quiet=True)
            _await_quiet()
            yield from _board(province)
    yield _size()
    yield from _ingest()


def _help() -> Figure:
    seconds = []
    for _ in range(HELPS):
        begun = time.perf_counter()
        subprocess.run([CHECKOUT / "vamco", "--help"], check=True, stdout=subprocess.DEVNULL)
        seconds.append(time.perf_counter() - begun)
    return Figure("up", "help_seconds_median", statistics.median(seconds), "s", reach="<= 0.3")


def _starts(data: Path) -> Iterator[Figure]:
    """The first start makes everything; the second is what people wait for each morning."""
    seconds = [_start(data) for _ in range(1 + STARTS)]
    yield Figure("up", "first_start_seconds", seconds[0], "s", reach="<= 90")
    yield Figure("up", "second_start_seconds_median", statistics.median(seconds[1:]), "s", reach="<= 5")


def _start(data: Path) -> float:
    """Seconds from the command to the first page's last byte."""
    begun = time.perf_counter()
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    command = [CHECKOUT / "vamco", "up", "--data", data, "--port", "0"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
    try:
        assert process.stdout is not None
        address = ""
        for line in process.stdout:
            if found := re.search(r"http://\S+", line):
                address = found[0]
                break
        status, _ = _get(http.client.HTTPConnection(urlsplit(address).netloc, timeout=30), "/log-in", {})
        seconds = time.perf_counter() - begun
        assert status == 200, status
        return seconds
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)


def _get(connection: http.client.HTTPConnection, path: str, headers: dict[str, str]) -> tuple[int, bytes]:
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    return answer.status, answer.read()


def _settles(province: Province) -> Iterator[Figure]:
    """From the newest snapshots of every dataset to the values of all indicators: the first time, and after each new day.

    The worker has not been started yet, so nobody else computes them.
    """
    os.environ.update(province.environment)
    from vamco.config.start import start

    start()
    from django.conf import settings

    from vamco.systems.hub import public as hub
    from vamco.systems.indicators import public as indicators

    codes, seconds, changed = list(indicators.definitions()), [], []
    for day in range(1 + DAYS):
        if day:
            _tomorrow(province)
            settings.VAMCO_TODAY += dt.timedelta(days=1)
        for source in hub.sources():
            hub.collect(source.code)
        begun = time.perf_counter()
        changed.append(sum(indicators.settle(codes).values()))
        seconds.append(time.perf_counter() - begun)
    assert all(changed), changed
    yield Figure("up", "first_settle_all_indicators_seconds", seconds[0], "s")
    yield Figure("up", "first_settled_values", changed[0], "values")
    yield Figure("up", "settle_all_indicators_seconds_median", statistics.median(seconds[1:]), "s", reach="<= 2")
    yield Figure("up", "settled_values_median", statistics.median(changed[1:]), "values")


def _tomorrow(province: Province) -> None:
    """The departments go on by a day."""
    request = urllib.request.Request(
        f"{province.environment['VAMCO_TREASURY_URL']}/control/tomorrow?days=1",
        method="POST",
        headers={"Authorization": f"Bearer {province.environment['VAMCO_TREASURY_TOKEN']}"},
    )
    with urllib.request.urlopen(request, timeout=60) as answer:
        assert answer.status == 200, answer.status


def _await_quiet() -> None:
    """Wait until the worker has done all that the collections asked for."""
    from django.db import connection

    deadline = time.monotonic() + QUIET_WITHIN
    while time.monotonic() < deadline:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM procrastinate_jobs WHERE status = 'doing' OR (status = 'todo' AND scheduled_at IS NULL)"
            )
            if cursor.fetchone() == (0,):
                return
        time.sleep(0.5)
    message = "the worker did not come to rest"
    raise TimeoutError(message)


def _board(province: Province) -> Iterator[Figure]:
    cookie = _log_in(province)
    for path, name in (("/board", "board"), ("/wall", "wall")):
        times = _load(province, path, cookie)
        reach = "<= 60" if name == "board" else ""
        yield Figure("up", f"{name}_page_p95_ms_{CLIENTS}_clients", _percentile(times, 0.95) * 1000, "ms", reach=reach)
        yield Figure("up", f"{name}_page_p50_ms_{CLIENTS}_clients", statistics.median(times) * 1000, "ms")
        yield Figure("up", f"{name}_pages_per_second", len(times) / SECONDS, "pages/s")


def _log_in(province: Province) -> str:
    import requests

    from vamco.demo.people import PASSWORD

    with requests.Session() as session:
        session.trust_env = False
        page = session.get(f"{province.address}log-in", timeout=30)
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)
        assert token is not None
        form = {"username": "lanhdao", "password": PASSWORD, "csrfmiddlewaretoken": token[1]}
        session.post(f"{province.address}log-in", data=form, timeout=30).raise_for_status()
        return "; ".join(f"{name}={value}" for name, value in session.cookies.items())


def _load(province: Province, path: str, cookie: str) -> list[float]:
    """Seconds of each page, asked for by CLIENTS threads that never pause; the warm-up is not counted."""
    times: list[float] = []
    place = urlsplit(province.address).netloc
    begun = time.perf_counter() + WARM_UP

    def ask() -> None:
        connection = http.client.HTTPConnection(place, timeout=30)
        while (start := time.perf_counter()) < begun + SECONDS:
            status, body = _get(connection, path, {"Cookie": cookie, "Host": "localhost"})
            assert status == 200 and b"DTC01" in body, status
            if start >= begun:
                times.append(time.perf_counter() - start)

    threads = [threading.Thread(target=ask) for _ in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return times


def _percentile(times: list[float], share: float) -> float:
    return sorted(times)[min(len(times) - 1, int(len(times) * share))]


def _size() -> Figure:
    """Megabytes on the disk after installing the product into a fresh copy; the registries must answer."""
    with tempfile.TemporaryDirectory(prefix="vamco-size-") as name:
        copy = Path(name) / "vamco"
        files = subprocess.run(
            ["git", "ls-files", "-z"], cwd=CHECKOUT, check=True, capture_output=True, text=True
        ).stdout
        for file in filter(None, files.split("\0")):
            target = copy / file
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(CHECKOUT / file, target)
        subprocess.run([copy / "vamco", "--version"], check=True, stdout=sys.stderr)
        size = subprocess.run(["du", "-sm", copy], check=True, capture_output=True, text=True).stdout
    return Figure(
        "up",
        "installed_mb",
        float(size.split()[0]),
        "MB",
        reach="<= 700",
        peer="Superset 6.1.0",
        peer_value=SUPERSET_MB,
    )


def _ingest() -> Iterator[Figure]:
    """In a process of its own: it points Django at another database."""
    for figure in bench.measured("ingest"):
        yield replace(figure, bench="up")
