"""What happens to jobs when workers die: real processes, really killed."""

from __future__ import annotations

import asyncio
import signal
import time
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.manager import JobManager

from vamco.kernel.base import clock
from vamco.kernel.base.jobs import jobs as own_jobs
from vamco.kernel.base.jobs import public as jobs
from vamco.kernel.base.jobs.services import recovery, worker
from vamco.kernel.base.jobs.services.recovery import recover
from vamco.kernel.base.jobs.tests import child

if TYPE_CHECKING:
    import datetime as dt
    from pathlib import Path

    from procrastinate.jobs import Job

JOB = """
@jobs.task("test.job")
def job(number):
    with Path("seen").open("a") as seen:
        seen.write(f"{number} begins {time.time()}\\n")
    if Path("hang").exists():
        time.sleep(600)
    time.sleep(0.05)
    with Path("seen").open("a") as seen:
        seen.write(f"{number} ends {time.time()}\\n")
"""


def until(path: Path, count: int) -> None:
    end = time.monotonic() + 120
    while len(child.lines(path)) < count:
        assert time.monotonic() < end, (path.parent / "child.log").read_text()
        time.sleep(0.02)


def words(path: Path) -> list[str]:
    return [" ".join(line.split()[:2]) for line in child.lines(path)]


def test_another_worker_takes_over_what_a_killed_one_was_doing(fresh_db: str, tmp_path: Path) -> None:
    jobs.later("test.job", lock="l", number=1)
    jobs.later("test.job", lock="l", number=2)
    (tmp_path / "hang").touch()
    with child.start(JOB + "worker.run()", fresh_db, tmp_path) as process:
        until(tmp_path / "seen", 1)
        process.send_signal(signal.SIGKILL)
    (tmp_path / "hang").unlink()
    assert child.run(JOB + "worker.run(alone=True, wait=False)", fresh_db, tmp_path) == 0
    assert words(tmp_path / "seen") == ["1 begins", "1 begins", "1 ends", "2 begins", "2 ends"]
    assert not ProcrastinateJob.objects.filter(task_name="test.job").exists()


def test_a_worker_that_is_told_to_stop_ends_its_job_and_goes(fresh_db: str, tmp_path: Path) -> None:
    for number in (1, 2):
        jobs.later("test.job", number=number)
    with child.start(JOB.replace("0.05", "0.5") + "worker.run()", fresh_db, tmp_path) as process:
        until(tmp_path / "seen", 1)
        process.send_signal(signal.SIGTERM)
        assert process.wait(120) == 0
    assert words(tmp_path / "seen") == ["1 begins", "1 ends"]
    assert list(ProcrastinateJob.objects.filter(task_name="test.job").values_list("status", "args")) == [
        ("todo", {"number": 2})
    ]


def test_two_workers_share_the_work_and_respect_locks(fresh_db: str, tmp_path: Path) -> None:
    for number in range(12):
        jobs.later("test.job", lock="even" if number % 2 == 0 else None, number=number)
    code = JOB + "worker.run(wait=False)"
    with child.start(code, fresh_db, tmp_path) as one, child.start(code, fresh_db, tmp_path) as two:
        assert (one.wait(120), two.wait(120)) == (0, 0)
    done = [line.split() for line in child.lines(tmp_path / "seen")]
    assert sorted(int(number) for number, word, _ in done if word == "ends") == list(range(12))
    begins = {number: float(at) for number, word, at in done if word == "begins"}
    ends = {number: float(at) for number, word, at in done if word == "ends"}
    locked = sorted((number for number in begins if int(number) % 2 == 0), key=begins.__getitem__)
    assert all(ends[before] <= begins[after] for before, after in pairwise(locked))


def stall(*ids: int, ago: int) -> None:
    """Make jobs look as if a worker that was last heard of `ago` seconds ago were doing them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - make_interval(secs => %s)) RETURNING id",
            [ago],
        )
        (dead,) = cursor.fetchone()
        cursor.execute(
            "UPDATE procrastinate_jobs SET status = 'doing', worker_id = %s WHERE id = ANY(%s)", [dead, list(ids)]
        )


def job_id(**args: object) -> int:
    return ProcrastinateJob.objects.filter(task_name="test.job", args=args).latest("id").id


def recovered(silent_for_s: float) -> None:
    async def go() -> None:
        connector = app.connector.get_worker_connector()  # type: ignore[attr-defined]
        other = app.with_connector(connector)
        async with other.open_async():
            await recover(other.job_manager, silent_for_s=silent_for_s)

    asyncio.run(go())


@pytest.mark.usefixtures("fresh_db")
def test_only_jobs_of_silent_workers_are_taken_back() -> None:
    for number in (1, 2):
        jobs.later("test.job", number=number)
    stall(job_id(number=1), ago=40)
    stall(job_id(number=2), ago=5)
    recovered(own_jobs.STALLED_AFTER_S)
    assert dict(ProcrastinateJob.objects.filter(task_name="test.job").values_list("args__number", "status")) == {
        1: "todo",
        2: "doing",
    }


@pytest.mark.usefixtures("fresh_db")
def test_a_stalled_job_whose_key_waits_again_stops_no_other() -> None:
    jobs.later("test.job", key="k", number=1)
    first = job_id(number=1)
    jobs.later("test.job", number=2)
    second = job_id(number=2)
    stall(first, second, ago=60)
    assert jobs.later("test.job", key="k", number=3)
    recovered(own_jobs.STALLED_AFTER_S)
    assert sorted(ProcrastinateJob.objects.filter(task_name="test.job").values_list("args__number", "status")) == [
        (2, "todo"),
        (3, "todo"),
    ]


@pytest.mark.usefixtures("fresh_db")
def test_the_worker_itself_looks_for_stalled_jobs() -> None:
    seen: list[int] = []
    jobs.task("test.job")(lambda number: seen.append(int(number)))
    jobs.later("test.job", number=1)
    stall(job_id(number=1), ago=60)
    jobs.later("jobs.retry_stalled", timestamp=0)
    worker.run(wait=False)
    assert seen == [1]


@pytest.mark.usefixtures("fresh_db")
def test_a_stalled_job_that_another_worker_has_put_back_stops_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    for number in (1, 2):
        jobs.later("test.job", number=number)
    stall(job_id(number=1), job_id(number=2), ago=60)
    retry, seen = JobManager.retry_job, []

    async def late(self: JobManager, job: Job, at: dt.datetime) -> None:
        await retry(self, job, at)
        if not seen:  # as if both workers had read the list, and the other one was faster
            seen.append(job.id)
            await retry(self, job, at)

    monkeypatch.setattr(JobManager, "retry_job", late)
    recovered(own_jobs.STALLED_AFTER_S)
    statuses = ProcrastinateJob.objects.filter(task_name="test.job").values_list("status", flat=True)
    assert list(statuses) == ["todo", "todo"]


@pytest.mark.usefixtures("fresh_db")
def test_a_job_under_which_many_workers_died_lets_others_go_first_and_is_given_up() -> None:
    jobs.later("test.job", key="k", number=1)
    number = job_id(number=1)
    waits = []
    while ProcrastinateJob.objects.get(pk=number).status != "failed":
        stall(number, ago=60)
        recovered(own_jobs.STALLED_AFTER_S)
        job = ProcrastinateJob.objects.get(pk=number)
        if job.status == "todo":
            waits.append(round((job.scheduled_at - clock.now()).total_seconds()))
    assert waits == [0, 0, 0, 8, 16, 32, 60, 60, 60, 60, 60, 60]
    (ended,) = jobs.ended_badly()
    assert (ended.job, ended.reason, ended.repeatable) == (number, "WorkerDied", True)
    jobs.again(number)
    again = ProcrastinateJob.objects.get(pk=number)
    assert (again.status, again.attempts) == ("todo", 0)


@pytest.mark.usefixtures("fresh_db")
def test_what_died_beside_a_killer_is_not_given_up_with_it() -> None:
    stopped: list[int] = []

    def note(number: int) -> None:
        stopped.append(number)

    jobs.task("test.killer", stopped=note)(note)
    jobs.later("test.killer", number=1)
    jobs.later("test.job", number=1)
    numbers = list(ProcrastinateJob.objects.filter(task_name__startswith="test.").values_list("pk", flat=True))
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET attempts = %s WHERE id = ANY(%s)", [recovery.MOST - 1, numbers])
    stall(*numbers, ago=60)
    recovered(own_jobs.STALLED_AFTER_S)
    due = sorted(ProcrastinateJob.objects.filter(pk__in=numbers).values_list("scheduled_at", flat=True))
    assert round((due[1] - due[0]).total_seconds()) == recovery.LONGEST_S, "one after the other"
    with connection.cursor() as cursor:  # the killer came first, and died alone
        cursor.execute("UPDATE procrastinate_jobs SET attempts = attempts + 1 WHERE task_name = 'test.killer'")
    stall(*numbers, ago=60)
    recovered(own_jobs.STALLED_AFTER_S)
    assert dict(ProcrastinateJob.objects.filter(pk__in=numbers).values_list("task_name", "status")) == {
        "test.killer": "failed",
        "test.job": "todo",
    }
    assert stopped == [1], "and whose it was is told"


@pytest.mark.usefixtures("fresh_db")
def test_a_worker_takes_back_a_job_that_it_could_not_report_as_done() -> None:
    seen: list[int] = []

    @jobs.task("test.job")
    def job(number: int) -> None:
        seen.append(number)
        with connection.cursor() as cursor:  # as if the end of another job had been lost with the connection
            cursor.execute(
                "UPDATE procrastinate_jobs lost SET status = 'doing', worker_id = mine.worker_id FROM procrastinate_jobs mine "
                "WHERE mine.status = 'doing' AND lost.args->>'number' = '2' AND %s = 1",
                [number],
            )
        if number == 1:
            jobs.later("jobs.retry_stalled", timestamp=0)

    jobs.later("test.job", number=1)
    jobs.later("test.job", number=2)
    worker.run(wait=False)
    assert seen == [1, 2]
    assert not ProcrastinateJob.objects.filter(task_name="test.job").exists()
