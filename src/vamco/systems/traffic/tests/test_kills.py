"""A worker that is killed while it takes passages in and writes evidence: no case without whole evidence, no passage twice."""

from __future__ import annotations

import random
import signal
import time
from typing import TYPE_CHECKING

import pytest

from vamco.kernel.base.jobs.tests import child
from vamco.kernel.work.cases.models import Case
from vamco.systems.traffic import public as traffic
from vamco.systems.traffic.models import Evidence, Passage, Violation

if TYPE_CHECKING:
    from pathlib import Path

PROPOSING = """
import datetime as dt
from django.conf import settings
from vamco.systems.traffic import public as traffic
from vamco.systems.traffic.tests import made

settings.VAMCO_DEMO = True
start = dt.datetime(2026, 11, 30, 1, tzinfo=dt.UTC)
begun = int(Path("told").read_text().split()[-1]) if Path("told").exists() else 0
for n in range(max(0, begun - 2), 1_000_000):
    went = made.passage(f"70A{n % 100000:05d}", start + dt.timedelta(seconds=n))
    traffic.take_in([went, went])
    traffic.propose(went, made.finding(went.first_at), made.files())
    with Path("told").open("a") as told:
        told.write(f"{n}\\n")
"""


def kills(times: int, url: str, folder: Path, seed: int) -> None:
    draws = random.Random(seed)
    for _ in range(times):
        with child.start(PROPOSING, url, folder) as process:
            before = len(child.lines(folder / "told"))
            end = time.monotonic() + 120
            while len(child.lines(folder / "told")) <= before + draws.randrange(3):
                assert time.monotonic() < end, (folder / "child.log").read_text()
                assert process.poll() is None, (folder / "child.log").read_text()
                time.sleep(0.005)
            time.sleep(draws.uniform(0, 0.08))
            process.send_signal(signal.SIGKILL)
    _examine(folder)


def _examine(folder: Path) -> None:
    told = {int(line) for line in child.lines(folder / "told")}
    rows = list(Violation.objects.select_related("evidence__file__content"))
    assert Case.objects.count() == len(rows) == Evidence.objects.count()
    assert Passage.objects.count() == Passage.objects.values("key").distinct().count()
    assert Passage.objects.count() >= len(rows) >= len(told)
    assert {row.passage for row in rows} <= set(Passage.objects.values_list("key", flat=True))
    root = folder / "data" / "files"
    for row in rows:
        sha256 = row.evidence.file.sha256
        found = traffic.verify((root / sha256[:2] / sha256[2:]).read_bytes())
        # The keys of the child lie in its own data folder: this process trusts nobody, and all else must hold.
        assert set(found.faults) <= {"manifest.p7s: untrusted"}


def test_killed_while_evidence_is_written(fresh_db: str, tmp_path: Path) -> None:
    kills(3, fresh_db, tmp_path, 1)


@pytest.mark.full
def test_killed_two_hundred_times(fresh_db: str, tmp_path: Path) -> None:
    kills(200, fresh_db, tmp_path, 2)
