"""One room's flood does not delay another's job."""

from __future__ import annotations

import signal
import threading
import time
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob

from vamco.kernel.base.jobs import public as jobs
from vamco.kernel.base.jobs.services import worker
from vamco.kernel.base.jobs.tests import child

if TYPE_CHECKING:
    from pathlib import Path

SLOW_S = 0.02


class Log:
    """What began when, and how many of each room were under way at once."""

    def __init__(self) -> None:
        self.begun: list[str] = []
        self.most: Counter[str] = Counter()
        self._now: Counter[str] = Counter()
        self._lock = threading.Lock()

    def job(self, room: str, seconds: float = 0.0) -> None:
        with self._lock:
            self.begun.append(room)
            self._now[room] += 1
            self.most[room] = max(self.most[room], self._now[room])
            self.most["all"] = max(self.most["all"], self._now.total())
        time.sleep(seconds)
        with self._lock:
            self._now[room] -= 1


@pytest.mark.usefixtures("empty_queue")
def test_a_job_overtakes_two_hundred_slow_ones_of_another_room() -> None:
    log, asked, began = Log(), [], []

    @jobs.task("flood.job")
    def flood(number: int) -> None:
        log.job("flood", SLOW_S)
        if number == 20:
            asked.append(len(log.begun))
            jobs.later("other.job")

    @jobs.task("other.job")
    def other() -> None:
        began.append(len(log.begun))

    for number in range(200):
        jobs.later("flood.job", number=number)
    worker.run(wait=False)
    assert log.begun.count("flood") == 200
    assert began[0] - asked[0] <= 5  # of the 179 that waited when it came
    assert log.most["flood"] == 1


@pytest.mark.usefixtures("empty_queue")
def test_when_no_thread_is_free_a_room_waits_for_one_job_and_not_for_the_queues() -> None:
    log, asked, began = Log(), [], []
    for room in "abcd":
        jobs.task(f"{room}.job")(lambda number, room=room: body(room, number))
    jobs.task("late.job")(lambda: began.append(len(log.begun)))

    all_at_once = threading.Barrier(worker.THREADS, timeout=120)

    def body(room: str, number: int) -> None:
        if number == 0:
            all_at_once.wait()  # comes to an end only when as many jobs as threads are under way
        log.job(room, SLOW_S)
        if (room, number) == ("a", 10):
            asked.append(len(log.begun))
            jobs.later("late.job")

    for number in range(40):
        for room in "abcd":
            jobs.later(f"{room}.job", number=number)
    worker.run(wait=False)
    assert Counter(log.begun) == dict.fromkeys("abcd", 40)
    assert began[0] - asked[0] <= 2 * worker.THREADS
    assert {log.most[room] for room in "abcd"} == {1}
    assert log.most["all"] <= worker.THREADS
    assert max(Counter(log.begun[:80]).values()) <= 25  # of 20 each, were the turns exact


@pytest.mark.usefixtures("empty_queue")
def test_a_worker_that_goes_when_nothing_is_left_waits_for_what_running_jobs_leave_to_do() -> None:
    seen: list[str] = []

    @jobs.task("first.job")
    def first() -> None:
        time.sleep(0.2)
        jobs.later("second.job")

    jobs.task("second.job")(lambda: seen.append("second"))
    jobs.later("first.job")
    worker.run(wait=False)
    assert seen == ["second"]


@pytest.mark.usefixtures("empty_queue")
def test_a_job_can_be_done_in_the_turn_of_another_room() -> None:
    jobs.later("events.deliver", room="warnings", delivery=1)
    jobs.later("events.deliver", delivery=2)
    rooms = ProcrastinateJob.objects.order_by("id").values_list("queue_name", flat=True)
    assert list(rooms) == ["warnings", "events"]


@pytest.mark.usefixtures("empty_queue")
def test_every_registered_job_lies_in_its_room() -> None:
    known = {name: task.queue for name, task in jobs.app.tasks.items() if task.func.__module__.startswith("vamco")}
    assert known == {name: name.split(".")[0] for name in known}


def _pages_read(cursor: Any) -> int:
    """Pages of the queue's table and indexes that this connection has looked at, in memory or not."""
    cursor.execute("SELECT pg_stat_force_next_flush()")
    cursor.execute(
        "SELECT sum(heap_blks_read + heap_blks_hit + idx_blks_read + idx_blks_hit)::int "
        "FROM pg_statio_user_tables WHERE relname = 'procrastinate_jobs'"
    )
    (pages,) = cursor.fetchone()
    return int(pages)


@pytest.mark.usefixtures("empty_queue")
def test_a_deep_queue_is_passed_over_quickly() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name) "
            "SELECT 'flood', 'flood.job' FROM generate_series(1, 20000)"
        )
        cursor.execute("INSERT INTO procrastinate_jobs (queue_name, task_name) VALUES ('other', 'other.job')")
        cursor.execute("ANALYZE procrastinate_jobs")
        cursor.execute("INSERT INTO procrastinate_workers DEFAULT VALUES RETURNING id")
        (mine,) = cursor.fetchone()
        before = _pages_read(cursor)
        cursor.execute("SELECT task_name FROM jobs_fetch(ARRAY[]::varchar[], ARRAY['flood']::varchar[], %s)", [mine])
        assert cursor.fetchone() == ("other.job",)
        cursor.execute("SELECT task_name FROM jobs_fetch(ARRAY['flood']::varchar[], ARRAY[]::varchar[], %s)", [mine])
        assert cursor.fetchone() == (None,)
        assert _pages_read(cursor) - before < 100  # 56 today; the table has some 250 pages


@pytest.mark.usefixtures("empty_queue")
def test_looking_for_lost_jobs_puts_none_back_that_just_begins_or_ends() -> None:
    seen: Counter[int] = Counter()

    @jobs.task("busy.job")
    def busy(number: int) -> None:
        seen[number] += 1
        if number % 3 == 0:
            jobs.later("jobs.retry_stalled", key=f"look {number}", timestamp=0)
        if number % 7 == 0:
            raise ValueError

    for number in range(120):
        jobs.later("busy.job", number=number)
    worker.run(wait=False)
    assert seen == dict.fromkeys(range(120), 1)


JOB = """
worker.STOP_WITHIN_S = 0.5
@jobs.task("test.long")
def long():
    with Path("seen").open("a") as seen:
        seen.write("begins\\n")
    for step in range(100):
        time.sleep(0.1)
        jobs.report(step, 100)
    Path("whole").touch()
"""


def test_a_long_job_makes_way_for_the_workers_end_and_is_put_back(empty_queue: str, tmp_path: Path) -> None:
    jobs.later("test.long", key="k", lock="l")
    with child.start(JOB + "worker.run()", empty_queue, tmp_path) as process:
        end = time.monotonic() + 120
        while not child.lines(tmp_path / "seen"):
            assert time.monotonic() < end, (tmp_path / "child.log").read_text()
            time.sleep(0.05)
        process.send_signal(signal.SIGTERM)
        assert process.wait(120) == 0
    assert not (tmp_path / "whole").exists()
    left = ProcrastinateJob.objects.filter(task_name="test.long")
    assert list(left.values_list("status", "queueing_lock", "lock", "args")) == [("todo", "k", "l", {})]
