"""What signing in costs: log-ins by password, each with its hash, its count of attempts, its audit entry and its stay.

Issue 14 asks for at least 15 log-ins a second of one core, with Argon2id at 19 MiB, two passes and one lane. They are made through the page,
in this process, one after the other. `a_core_second` counts this process's time on the processor, so that it holds on a busy machine, too;
the database's own time is only in `a_second`. Beside it the hash alone, which is most of a log-in.
"""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from vamco.cli.bench import Figure

if TYPE_CHECKING:
    from collections.abc import Iterable

NAME = "account_log_ins"
LOG_INS, HASHES = 120, 60
PASSWORD = "sông Vàm Cỏ Đông"


def run() -> Iterable[Figure]:
    """All figures."""
    from vamco.cli import postgres

    with tempfile.TemporaryDirectory(prefix="vamco-bench-") as name, postgres.running(Path(name) / "pg") as server:
        server.grant()
        os.environ.update(
            DATABASE_URL=server.url("app"),
            DATABASE_OWNER_URL=server.url("owner"),
            VAMCO_DATA=str(Path(name) / "data"),
            DJANGO_SETTINGS_MODULE="vamco.config.settings",
        )
        from vamco.cli import migrate

        migrate.bring_up_to_date()
        yield from _log_ins()


def _log_ins() -> Iterable[Figure]:
    from django.conf import settings
    from django.contrib.auth.hashers import check_password, make_password
    from django.test import Client

    from vamco.kernel.world.people import public as people
    from vamco.systems.identity import public as identity

    settings.ALLOWED_HOSTS = ["testserver"]
    names = [f"canbo{n}" for n in range(LOG_INS)]
    for name in names:
        identity.open_account(name, PASSWORD, people.add("Cán bộ"))
    hashed = make_password(PASSWORD)
    took = []
    for _each in range(HASHES):
        begun = time.perf_counter()
        assert check_password(PASSWORD, hashed)
        took.append(time.perf_counter() - begun)
    yield Figure(NAME, "hash", statistics.median(took) * 1e3, "ms")
    processor, begun = time.process_time(), time.perf_counter()
    for name in names:
        answer = Client().post("/log-in", {"username": name, "password": PASSWORD})
        assert answer.status_code == 302, answer.content
    elapsed, used = time.perf_counter() - begun, time.process_time() - processor
    yield Figure(NAME, "log_ins_a_second", LOG_INS / elapsed, "1/s")
    yield Figure(NAME, "log_ins_a_core_second", LOG_INS / used, "1/s", reach=">= 15")
