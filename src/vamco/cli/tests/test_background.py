"""`vamco jobs` and `vamco events`."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from django.db import connection, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from vamco.cli import jobs as jobs_command
from vamco.cli import main as command_line
from vamco.kernel.base import clock
from vamco.kernel.base.audit.models import Entry
from vamco.kernel.base.events import public as events
from vamco.kernel.base.events.models import Delivery, Replay
from vamco.kernel.base.jobs import public as jobs
from vamco.vocab.hub import DatasetPublished

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture
def vamco(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str]]:
    """Runs the command as an English terminal would; gives its exit code and what it said."""
    monkeypatch.setenv("LC_ALL", "C")

    def run(*words: str) -> tuple[int, str]:
        code = command_line.main(words)
        said = capsys.readouterr()
        return code, said.out + said.err

    return run


@pytest.fixture
def queue(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")


@pytest.mark.usefixtures("queue")
def test_the_queues_are_shown_with_progress_and_failures(vamco: Callable[..., tuple[int, str]]) -> None:
    assert vamco("jobs", "list") == (0, "No job waits or runs.\n")
    for _ in range(3):
        jobs.later("hub.collect", source="kho-bac")
    jobs.later("hub.collect", after=600, source="kho-bac")
    running, failed, mute = ProcrastinateJob.objects.order_by("id").values_list("id", flat=True)[:3]
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing' WHERE id = ANY(%s)", [[running, mute]])
        cursor.execute("UPDATE procrastinate_jobs SET status = 'failed' WHERE id = %s", [failed])
        for job, state, done in ((running, "running", 6), (failed, "failed", 0), (4711, "stopped", 0)):
            cursor.execute(
                "INSERT INTO jobs_work (job, task, state, done, total, reason, trace, began_at, changed_at) "
                "VALUES (%s, 'hub.collect', %s, %s, 24, 'Unavailable hub.busy', 'secret', now(), now())",
                [job, state, done],
            )
    code, said = vamco("jobs", "list")
    assert code == 0
    assert "hub         : 0 waiting, 1 for later, 2 running, 1 failed" in said
    assert f"{running}  hub.collect                  [██████··················] 6 / 24" in said
    assert f"{mute}  hub.collect                  runs" in said
    assert "Unavailable hub.busy" in said
    assert "stopped" in said
    assert "secret" not in said

    assert vamco("jobs", "again", str(failed))[1] == f"Job {failed} waits again.\n"
    assert vamco("jobs", "stop", str(running))[1] == f"Job {running} was told to stop.\n"
    assert "is about to stop" in vamco("jobs", "list")[1]
    code, said = vamco("jobs", "stop", "4711")
    assert (code, "Job 4711 neither waits nor runs." in said) == (1, True)
    acts = Entry.objects.filter(chain="jobs").order_by("pk").values_list("act", "actor", "subject")
    assert list(acts) == [("jobs.again", "system", f"job:{failed}"), ("jobs.stop", "system", f"job:{running}")]


@pytest.mark.usefixtures("queue")
def test_watching_ends_with_ctrl_c(vamco: Callable[..., tuple[int, str]], monkeypatch: pytest.MonkeyPatch) -> None:
    turns = iter([None, KeyboardInterrupt()])

    def sleep(_seconds: float) -> None:
        if (error := next(turns)) is not None:
            raise error

    monkeypatch.setattr(jobs_command.time, "sleep", sleep)
    code, said = vamco("jobs", "watch")
    assert code == 130
    assert "No job waits or runs." in said


@pytest.mark.django_db
def test_news_once_more_for_one_handler(vamco: Callable[..., tuple[int, str]]) -> None:
    with transaction.atomic():
        events.emit(DatasetPublished("nobody_counts_it", 1, 1))
    today = clock.today()
    span = ("--from", today.isoformat(), "--to", (today + dt.timedelta(days=1)).isoformat())
    assert "warnings.came                    hub.dataset_published" in vamco("events", "handlers")[1]

    code, said = vamco("events", "replay", "--handler", "warnings.came", *span, "--dry-run")
    assert (code, said) == (
        0,
        "warnings.came: 1 events, 0 cannot be read, 0 were discarded and stay so\n  version 1: 1\n",
    )
    assert not Replay.objects.exists()
    code, said = vamco("events", "replay", "--handler", "warnings.came", *span)
    row = Replay.objects.get()
    assert f"Replay {row.pk} is left to the worker" in said
    assert row.since.utcoffset() == dt.timedelta(0)
    assert row.until - row.since == dt.timedelta(days=1)
    assert row.since.astimezone(dt.timezone(dt.timedelta(hours=7))).hour == 0  # the province's midnight
    assert vamco("events", "replay", "--handler", "nobody", *span)[0] == 1
    assert Replay.objects.count() == 1


@pytest.mark.django_db
def test_dead_letters_at_the_terminal(vamco: Callable[..., tuple[int, str]]) -> None:
    with transaction.atomic():
        events.emit(DatasetPublished("nobody_counts_it", 1, 1))
    Delivery.objects.update(state="dead", reason="ValueError")
    one, two = Delivery.objects.order_by("pk").values_list("pk", flat=True)
    assert vamco("events", "letters")[1].count("ValueError") == 2
    assert vamco("events", "retry", str(one)) == (0, f"Dead letter {one} is on its way again.\n")
    assert vamco("events", "discard", str(two), "--reason", "sent again") == (0, f"Dead letter {two} is discarded.\n")
    assert dict(Delivery.objects.values_list("pk", "state")) == {one: "pending", two: "discarded"}
    assert vamco("events", "retry", str(two))[0] == 1
    assert vamco("events", "letters") == (0, "")
