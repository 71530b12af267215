"""kill -9 at any line while a worker writes evidence: no case without whole evidence, no passage twice, and doing it again finishes it.

Each act runs in a process of its own, forked from the test, and dies at a line of ours that is drawn by chance, or after a time that
is. VAMCO_TEST_SEED repeats a run's choices.
"""

from __future__ import annotations

import datetime as dt
import os
import random
import signal
import time
import zipfile
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection, connections

from tests.faults.test_dossier_kills import AFTER_A_TIME, _child, _Lines
from vamco.kernel.base import clock
from vamco.kernel.base.audit import public as audit
from vamco.kernel.record.files import public as files
from vamco.kernel.work.cases.models import Case
from vamco.systems.traffic import public as traffic
from vamco.systems.traffic.models import Evidence, Passage, Violation
from vamco.systems.traffic.tests import made

if TYPE_CHECKING:
    from pathlib import Path

    from vamco.engines.vision.contracts import Passage as Went


def hand_over(went: Went) -> None:
    """Do what a worker does with a passage that shows something."""
    found = traffic.propose(went, made.finding(went.first_at), made.files())
    evidence = {went.key: found.evidence.manifest} if found is not None else {}
    traffic.take_in([went, went], lanes={went.key: "L1"}, evidence=evidence)


def die(went: Went, rng: random.Random, lines: int, seconds: float, errors: Path) -> bool:
    """Fork a process that hands it over and dies on the way; False where it was done before that."""
    after = rng.uniform(0, seconds) if rng.random() < AFTER_A_TIME else 0.0
    line = rng.randrange(1, lines + 1)
    connections.close_all()
    pid = os.fork()
    if pid == 0:
        _child(lambda: hand_over(went), line, after, errors)
    _pid, status = os.waitpid(pid, 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0, errors.read_text("utf-8")
    return os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL


def look_through(checked_before: set[int]) -> None:
    """Every case has its violation and its evidence, whole and true; every evidence and every passage is there once.

    Files that were checked before are not checked again.
    """
    cases = set(Case.objects.values_list("pk", flat=True))
    violations = list(Violation.objects.select_related("evidence__file"))
    assert cases == {each.pk for each in violations}
    assert Evidence.objects.count() == len(violations)
    for each in violations:
        if each.pk in checked_before:
            continue
        checked_before.add(each.pk)
        path = files.content_path(each.evidence.file)
        assert zipfile.is_zipfile(path)
        found = traffic.verify(path.read_bytes())
        assert (found.ok, found.faults) == (True, ())
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*), count(DISTINCT key) FROM traffic_passage")
        rows, keys = cursor.fetchone()
    assert rows == keys


@pytest.mark.usefixtures("fresh_db")
@pytest.mark.parametrize("kills", [10, pytest.param(200, marks=pytest.mark.full)], ids=["10 kills", "200 kills"])
def test_a_worker_killed_while_it_writes_evidence_leaves_nothing_half(
    kills: int, tmp_path: Path, settings: Any
) -> None:
    settings.VAMCO_DEMO = True  # keys for signing
    seed = int(os.environ.get("VAMCO_TEST_SEED") or random.SystemRandom().randrange(10**6))
    rng, errors, killed, done = random.Random(seed), tmp_path / "errors.txt", 0, 0
    checked: set[int] = set()
    begins = clock.now() - dt.timedelta(hours=1)
    hand_over(made.passage("70A00000", begins))  # fills what a process keeps in memory
    counted, began = _Lines(0), time.perf_counter()
    counted.watch(lambda: hand_over(made.passage("70A00001", begins)))
    seconds = time.perf_counter() - began
    try:
        while killed < kills:
            done += 1
            went = made.passage(f"70A{done + 1:05}", begins + dt.timedelta(seconds=done))
            for _ in range(rng.choice((1, 1, 2))):
                killed += die(went, rng, counted.met, seconds, errors)
                look_through(checked)
            for _ in range(2):
                hand_over(went)  # another worker does it again
            assert Passage.objects.filter(key=went.key).count() == 1
            assert Violation.objects.filter(passage=went.key).count() == 1
        look_through(set())
        assert Violation.objects.count() == Passage.objects.count() == done + 2
        assert audit.verify() == {}
    finally:
        print(f"seed {seed}, {killed} kills, {done} passages, {counted.met} lines, {seconds:.2f} s")
