"""Sending at the same moment from several windows, and a process that is killed while it sends: one dossier or none, never half of one."""

from __future__ import annotations

import random
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TYPE_CHECKING

import pytest
from django.db import connection

from vamco.kernel.base.audit import public as audit
from vamco.kernel.base.audit.models import Entry
from vamco.kernel.base.jobs.tests import child
from vamco.kernel.record.numbers import public as numbers
from vamco.kernel.work.cases.models import Case
from vamco.systems.onestop.contracts import KIND
from vamco.systems.onestop.models import Dossier, DossierPaper, Preparation
from vamco.systems.onestop.services import prefill, sending
from vamco.systems.onestop.tests import test_filing

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

THREADS = 4
pytestmark = pytest.mark.usefixtures("fresh_db", "procedure")
procedure = pytest.fixture(test_filing.procedure.__wrapped__)  # type: ignore[attr-defined]

PREPARE_AND_SEND = """
from vamco.systems.onestop.services import prefill, sending
from vamco.systems.onestop.tests import test_filing as story

prefill._sources._found.clear()  # another register than the one that is connected
prefill.register(prefill.Source("population", "register", lambda _applicant, _by: story.REGISTER))
who = story.people.find_by_number("citizen_id", story.NUMBER)
while True:
    found = story.ready(who)
    mark = story.mark(found)
    with Path("told").open("a") as told:
        told.write("ready\\n")
    dossier = sending.send(found.code, mark=mark, by=who)
    with Path("told").open("a") as told:
        told.write(f"{found.code} {dossier.number}\\n")
"""


@pytest.fixture(autouse=True)
def _register(fresh_db: str) -> Iterator[None]:
    with prefill._sources.restored(empty=True):
        prefill.register(prefill.Source("population", "the register", lambda _applicant, _by: test_filing.REGISTER))
        yield


def test_sent_from_four_windows_it_is_one_dossier() -> None:
    who = test_filing.mother()
    found = test_filing.ready(who)
    mark = test_filing.mark(found)
    barrier = Barrier(THREADS)

    def one() -> str:
        barrier.wait()
        try:
            return sending.send(found.code, mark=mark, by=who).number
        finally:
            connection.close()

    with ThreadPoolExecutor(THREADS) as pool:
        numbers_given = {each.result() for each in [pool.submit(one) for _ in range(THREADS)]}
    assert len(numbers_given) == 1
    assert (Dossier.objects.count(), DossierPaper.objects.count()) == (1, 1)
    assert Entry.objects.filter(act="onestop.send").count() == 1


def kills(times: int, url: str, folder: Path, seed: int) -> None:
    draws = random.Random(seed)
    test_filing.mother()
    for _ in range(times):
        with child.start(PREPARE_AND_SEND, url, folder) as process:
            before = len(child.lines(folder / "told"))
            end = time.monotonic() + 120
            while len(child.lines(folder / "told")) <= before:
                assert time.monotonic() < end, (folder / "child.log").read_text()
                assert process.poll() is None, (folder / "child.log").read_text()
                time.sleep(0.01)
            time.sleep(draws.uniform(0, 0.4))
            process.send_signal(signal.SIGKILL)
        examine(folder)


def examine(folder: Path) -> None:
    told = dict(line.split() for line in child.lines(folder / "told") if " " in line)
    sent = {row.code: row for row in Preparation.objects.select_related("dossier", "draft")}
    for code, number in told.items():
        assert sent[code].dossier is not None
        assert sent[code].dossier.number == number  # type: ignore[union-attr]
    for row in sent.values():
        assert row.draft is not None
        assert (row.dossier is None) == (row.draft.finished_at is None)
        assert set(row.papers.values_list("dossier", flat=True)) <= {row.dossier_id}
    dossiers = list(Dossier.objects.select_related("case"))
    assert {each.pk for each in dossiers} == set(Case.objects.filter(kind__code=KIND).values_list("pk", flat=True))
    assert {each.pk for each in dossiers} == {row.dossier_id for row in sent.values() if row.dossier_id}
    assert numbers.verify() == []
    assert audit.verify() == {}


def test_killed_while_it_sends(fresh_db: str, tmp_path: Path) -> None:
    kills(2, fresh_db, tmp_path, 1)


@pytest.mark.full
def test_killed_very_often(fresh_db: str, tmp_path: Path) -> None:
    kills(200, fresh_db, tmp_path, 2)
