from __future__ import annotations

import datetime as dt
import logging
from typing import Any

import pytest
from django.db import InterfaceError, OperationalError, connection, transaction
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.exceptions import ConnectorException

from vamco.kernel.base.jobs import public as jobs
from vamco.kernel.base.jobs.services import worker


def waiting(name: str = "test.job") -> list[dict[str, Any]]:
    return list(
        ProcrastinateJob.objects.filter(task_name=name, status="todo").order_by("id").values_list("args", flat=True)
    )


@pytest.mark.django_db
def test_a_job_waits_with_its_arguments() -> None:
    assert jobs.later("test.job", number=1, person="Đức")
    assert waiting() == [{"number": 1, "person": "Đức"}]


@pytest.mark.usefixtures("fresh_db")
def test_a_job_rolls_back_with_its_transaction() -> None:
    with transaction.atomic():
        jobs.later("test.job", number=1)
        transaction.set_rollback(True)
    assert waiting() == []
    jobs.later("test.job", number=2)
    assert waiting() == [{"number": 2}]


@pytest.mark.usefixtures("fresh_db")
def test_a_key_lets_one_job_wait_and_spoils_no_transaction() -> None:
    with transaction.atomic():
        assert jobs.later("test.job", key="k", number=1)
        assert not jobs.later("test.job", key="k", number=2)
        assert jobs.later("test.job", key="other", number=3)
    assert waiting() == [{"number": 1}, {"number": 3}]


@pytest.mark.django_db
def test_a_job_can_be_made_to_wait() -> None:
    jobs.later("test.job", after=90)
    due = ProcrastinateJob.objects.get(task_name="test.job").scheduled_at
    assert dt.timedelta(seconds=80) < due - dt.datetime.now(dt.UTC) <= dt.timedelta(seconds=90)


@pytest.mark.usefixtures("fresh_db")
def test_the_worker_works_off_what_waits_in_order_and_forgets_it() -> None:
    seen: list[int] = []

    @jobs.task("test.job")
    def job(number: int) -> None:
        seen.append(number)

    for number in (3, 1, 2):
        jobs.later("test.job", number=number)
    worker.run(wait=False)
    assert seen == [3, 1, 2]
    assert not ProcrastinateJob.objects.filter(task_name="test.job").exists()


@pytest.mark.usefixtures("fresh_db")
def test_what_a_job_defers_rolls_back_when_it_fails() -> None:
    @jobs.task("test.job")
    def job() -> None:
        with transaction.atomic():
            jobs.later("test.other")
            raise RuntimeError("on purpose")

    jobs.later("test.job")
    worker.run(wait=False)
    assert waiting("test.other") == []
    assert ProcrastinateJob.objects.get(task_name="test.job").status == "failed"


@pytest.mark.usefixtures("fresh_db")
def test_a_job_is_tried_again_as_often_as_it_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "LONGEST_WAIT_S", 0)
    seen: list[str] = []

    @jobs.task("test.job", retries=2)
    def job(word: str) -> None:
        seen.append(word)
        raise RuntimeError("on purpose")

    jobs.later("test.job", key="k", lock="l", word="a")
    worker.run(wait=False)
    assert seen == ["a", "a", "a"]
    assert [job.status for job in ProcrastinateJob.objects.filter(task_name="test.job")] == ["failed"]


@pytest.mark.usefixtures("fresh_db")
def test_a_failed_job_gives_way_to_one_with_its_key_that_waits() -> None:
    seen: list[int] = []

    @jobs.task("test.job", retries=3)
    def job(number: int) -> None:
        seen.append(number)
        if number == 1:
            jobs.later("test.job", key="k", lock="l", number=2)  # came while the first was running
            raise RuntimeError("on purpose")

    jobs.later("test.job", key="k", lock="l", number=1)
    worker.run(wait=False)
    assert seen == [1, 2]
    assert not ProcrastinateJob.objects.filter(task_name="test.job").exists()


@pytest.mark.usefixtures("fresh_db")
def test_the_waits_between_tries_grow() -> None:
    @jobs.task("test.job", retries=20)
    def job() -> None:
        raise RuntimeError("on purpose")

    for failures, seconds in ((0, 2), (1, 4), (5, 64), (12, 300)):
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM procrastinate_jobs")
        jobs.later("test.job", _failures=failures)
        worker.run(wait=False)
        again = ProcrastinateJob.objects.get(task_name="test.job")
        assert again.args == {"_failures": failures + 1}
        left = again.scheduled_at - dt.datetime.now(dt.UTC)
        assert dt.timedelta(seconds=seconds - 2) < left <= dt.timedelta(seconds=seconds)


@pytest.mark.usefixtures("fresh_db")
def test_a_job_that_failed_because_the_database_is_away_waits_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "LONGEST_WAIT_S", 0)
    monkeypatch.setattr(jobs, "PAUSE_S", 0)
    seen: list[str] = []
    later, away = jobs.later, iter([OperationalError("away"), ConnectorException("away"), InterfaceError("away")])

    def unreachable(*args: Any, **more: Any) -> bool:
        if (error := next(away, None)) is not None:
            raise error
        return later(*args, **more)

    @jobs.task("test.job", retries=1)
    def job() -> None:
        seen.append("tried")
        if len(seen) == 1:
            raise OperationalError("away")

    jobs.later("test.job")
    monkeypatch.setattr(jobs, "later", unreachable)
    worker.run(wait=False)
    assert seen == ["tried", "tried"]
    assert not ProcrastinateJob.objects.filter(task_name="test.job").exists()


@pytest.mark.usefixtures("fresh_db")
def test_a_job_is_given_up_when_the_database_stays_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "LONGEST_AWAY_S", -1)
    later = jobs.later

    def unreachable(*_: Any, **__: Any) -> bool:
        raise OperationalError("away")

    @jobs.task("test.job", retries=5)
    def job() -> None:
        raise OperationalError("away")

    later("test.job")
    monkeypatch.setattr(jobs, "later", unreachable)
    worker.run(wait=False)
    assert [job.status for job in ProcrastinateJob.objects.filter(task_name="test.job")] == ["failed"]


@pytest.mark.usefixtures("fresh_db")
def test_a_job_that_nobody_registered_fails_and_stops_no_other(caplog: pytest.LogCaptureFixture) -> None:
    seen: list[bool] = []

    @jobs.task("test.job")
    def job() -> None:
        seen.append(True)

    jobs.later("test.unknown")
    jobs.later("test.job")
    with caplog.at_level(logging.CRITICAL):
        worker.run(wait=False)
    assert seen == [True]
    assert ProcrastinateJob.objects.get(task_name="test.unknown").status == "failed"


def test_names_holds_what_is_registered() -> None:
    assert "test.job" not in jobs.names()
    jobs.task("test.job")(lambda: None)
    assert {"test.job", "events.deliver", "jobs.retry_stalled"} <= jobs.names()


@pytest.mark.django_db
def test_a_job_that_is_run_inside_a_test_leaves_its_connection_alone() -> None:
    jobs.later("test.before")
    with jobs.connected():
        jobs.later("test.job")
    assert waiting() == [{}]
    assert waiting("test.before") == [{}]


@pytest.mark.usefixtures("fresh_db")
def test_the_sweeps_are_jobs_of_the_clock_and_run(settings: Any) -> None:
    names = ("events.sweep", "files.sweep")
    assert {
        task.name for task, *_ in ((entry.task,) for entry in jobs.app.periodic_registry.periodic_tasks.values())
    } >= {*names}
    for name in names:
        jobs.later(name, timestamp=0)
    jobs.work(wait=False)
    assert not ProcrastinateJob.objects.filter(task_name__in=names).exists()
