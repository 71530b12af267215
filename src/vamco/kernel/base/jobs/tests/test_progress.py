"""How far long work is, what became of it, and how it is stopped."""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from typing import TYPE_CHECKING

import pytest
from django.db import connection, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from vamco.kernel.base.jobs import public as jobs
from vamco.kernel.base.jobs.models import Work
from vamco.kernel.base.jobs.services import steering, worker
from vamco.kernel.world.people import public as people
from vamco.lib.errors import Missing, Refused

if TYPE_CHECKING:
    from collections.abc import Callable

NAME = "Nguyễn Văn A"


def until(found: Callable[[], bool]) -> None:
    end = time.monotonic() + 120
    while not found():
        assert time.monotonic() < end
        time.sleep(0.02)


def in_the_background() -> threading.Thread:
    thread = threading.Thread(target=lambda: worker.run(wait=False), daemon=True)
    thread.start()
    return thread


@pytest.mark.usefixtures("empty_queue")
def test_progress_is_seen_while_the_job_is_still_in_its_transaction() -> None:
    seen = threading.Event()

    @jobs.task("test.long")
    def long() -> None:
        with transaction.atomic():
            people.add("Người thử")
            jobs.report(3, 10)
            assert seen.wait(120)
            jobs.report(10, 10)

    jobs.later("test.long")
    thread = in_the_background()
    until(lambda: any(one.done == 3 for one in jobs.under_way()))
    (one,) = jobs.under_way()
    assert (one.task, one.done, one.total, one.stopping) == ("test.long", 3, 10, False)
    assert not people.Person.objects.filter(name="Người thử").exists()
    assert [(room.name, room.waiting, room.running) for room in jobs.rooms()] == [("test", 0, 1)]
    seen.set()
    thread.join()
    assert people.Person.objects.filter(name="Người thử").exists()
    assert list(Work.objects.values_list("state", "done", "total")) == [("done", 10, 10)]
    assert jobs.under_way() == []
    assert jobs.ended_badly() == []


@pytest.mark.usefixtures("empty_queue")
def test_a_job_that_says_nothing_is_under_way_too_and_leaves_nothing_behind() -> None:
    go = threading.Event()
    jobs.task("test.short")(lambda: go.wait(120) and None)
    jobs.later("test.short")
    thread = in_the_background()
    until(lambda: bool(jobs.under_way()))
    (one,) = jobs.under_way()
    assert (one.task, one.done, one.total) == ("test.short", None, None)
    assert one.since is not None
    go.set()
    thread.join()
    assert not Work.objects.exists()


def test_outside_a_job_a_report_says_nothing_to_nobody() -> None:
    jobs.report(1, 2)


@pytest.mark.usefixtures("empty_queue")
def test_a_running_job_that_is_stopped_undoes_what_it_did_and_is_not_tried_again() -> None:
    @jobs.task("test.long", retries=5)
    def long() -> None:
        with transaction.atomic():
            people.add("Người thử")
            for step in range(2000):
                time.sleep(0.01)
                with contextlib.suppress(Exception):  # careless code must not hold it up
                    jobs.report(step, 2000)

    jobs.later("test.long")
    thread = in_the_background()
    until(lambda: bool(jobs.under_way()) and jobs.under_way()[0].done is not None)
    jobs.stop(jobs.under_way()[0].job)
    thread.join()
    assert not people.Person.objects.filter(name="Người thử").exists()
    assert [job.status for job in ProcrastinateJob.objects.filter(task_name="test.long")] == ["aborted"]
    (ended,) = jobs.ended_badly()
    assert (ended.task, ended.stopped, ended.repeatable, ended.reason) == ("test.long", True, False, "")


@pytest.mark.usefixtures("empty_queue")
def test_a_waiting_job_that_is_stopped_never_begins() -> None:
    seen: list[int] = []
    jobs.task("test.job")(lambda: seen.append(1))
    jobs.later("test.job")
    number = ProcrastinateJob.objects.get(task_name="test.job").id
    jobs.stop(number)
    worker.run(wait=False)
    assert seen == []
    for gone in (number, 2**40, 2**63):
        with pytest.raises(Missing) as missing:
            jobs.stop(gone)
        assert missing.value.code == "jobs.no_job"


@pytest.mark.usefixtures("empty_queue")
def test_of_a_failure_all_is_kept_but_its_words(caplog: pytest.LogCaptureFixture) -> None:
    @jobs.task("test.broken", retries=0)
    def broken() -> None:
        raise ValueError(NAME)

    jobs.later("test.broken")
    jobs.later("test.unknown")
    with caplog.at_level(logging.DEBUG):
        worker.run(wait=False)
    found = {one.task: one for one in jobs.ended_badly()}
    assert {task: one.reason for task, one in found.items()} == {
        "test.broken": "ValueError",
        "test.unknown": "TaskNotFound",
    }
    assert "test_progress:" in found["test.broken"].trace
    assert NAME not in found["test.broken"].trace
    assert NAME not in caplog.text
    assert "ValueError" in caplog.text


@pytest.mark.usefixtures("empty_queue")
def test_a_failed_job_can_be_sent_again() -> None:
    seen: list[int] = []

    @jobs.task("test.job")
    def job() -> None:
        seen.append(1)
        if len(seen) == 1:
            raise ValueError

    jobs.later("test.job", key="k")
    worker.run(wait=False)
    (ended,) = jobs.ended_badly()
    assert ended.repeatable
    jobs.later("test.job", key="k")
    with pytest.raises(Refused) as refused:
        jobs.again(ended.job)
    assert refused.value.code == "jobs.waits_already"
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs WHERE status = 'todo'")
    jobs.again(ended.job)
    assert jobs.ended_badly() == []
    worker.run(wait=False)
    assert seen == [1, 1]
    for gone in (ended.job, 2**63):
        with pytest.raises(Missing):
            jobs.again(gone)


@pytest.mark.usefixtures("empty_queue")
def test_what_ended_long_ago_is_forgotten_and_what_waits_is_not() -> None:
    jobs.periodic("test.clock", "0 0 1 1 *")(lambda: None)
    with connection.cursor() as cursor:
        for task, status, days in [
            ("test.job", "failed", 13),
            ("test.job", "failed", 15),
            ("test.job", "aborted", 15),
            ("test.job", "cancelled", 15),
            ("test.job", "todo", 400),
            ("test.job", "doing", 400),
            ("test.clock", "failed", 0.9),
            ("test.clock", "failed", 1.1),
        ]:
            cursor.execute(
                "INSERT INTO procrastinate_jobs (queue_name, task_name, status) "
                "VALUES ('x', %s, %s::procrastinate_job_status) RETURNING id",
                [task, status],
            )
            cursor.execute(
                "INSERT INTO procrastinate_events (job_id, type, at) "
                "VALUES (%s, 'started', now() - make_interval(secs => %s))",
                [cursor.fetchone()[0], days * 86400],
            )
        for days in (13, 15):
            cursor.execute(
                "INSERT INTO jobs_work (job, task, state, done, reason, trace, began_at, changed_at) "
                "VALUES (%s, 'test.job', 'failed', 0, '', '', now(), now() - make_interval(days => %s))",
                [days, days],
            )
    steering.tidy()
    left = ProcrastinateJob.objects.order_by("id").values_list("task_name", "status")
    assert list(left) == [
        ("test.job", "failed"),
        ("test.job", "todo"),
        ("test.job", "doing"),
        ("test.clock", "failed"),
    ]
    assert list(Work.objects.values_list("job", flat=True)) == [13]


@pytest.mark.usefixtures("empty_queue")
def test_a_failed_periodic_job_is_tidied_away_by_the_worker_itself() -> None:
    @jobs.periodic("test.clock", "0 0 1 1 *")
    def clock() -> None:
        raise ValueError(NAME)

    jobs.later("test.clock", timestamp=0)
    worker.run(wait=False)
    assert ProcrastinateJob.objects.get(task_name="test.clock").status == "failed"
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_events SET at = now() - interval '25 hours'")
    jobs.later("jobs.tidy", timestamp=0)
    worker.run(wait=False)
    assert not ProcrastinateJob.objects.filter(task_name="test.clock").exists()
