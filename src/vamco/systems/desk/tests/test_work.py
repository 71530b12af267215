"""Background work on pages: what runs and how far, stopping, repeating, news once more."""

from __future__ import annotations

import datetime as dt
import html
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from vamco.kernel.base import clock
from vamco.kernel.base.audit.models import Entry
from vamco.kernel.base.events import public as events
from vamco.kernel.base.events.models import Event, Replay
from vamco.kernel.base.jobs import public as jobs
from vamco.systems.desk.tests import made
from vamco.vocab.hub import DatasetPublished

if TYPE_CHECKING:
    from vamco.kernel.world.people.models import Person

RENEW = {"HX-Request": "true"}


def text(answer: Any) -> str:
    return html.unescape(answer.content.decode())


@pytest.fixture(autouse=True)
def _queue(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")


def job(status: str = "todo", *, done: int | None = None, reason: str = "") -> int:
    jobs.later("hub.collect", source="kho-bac")
    number = int(ProcrastinateJob.objects.latest("id").id)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE procrastinate_jobs SET status = %s::procrastinate_job_status WHERE id = %s", [status, number]
        )
        if done is not None or reason:
            cursor.execute(
                "INSERT INTO jobs_work (job, task, state, done, total, reason, trace, began_at, changed_at) "
                "VALUES (%s, 'hub.collect', %s, %s, 40, %s, 'vamco.x:1 f', now(), now()) "
                "ON CONFLICT (job) DO UPDATE SET done = excluded.done",
                [number, "failed" if reason else "running", done or 0, reason],
            )
    return number


def test_the_page_shows_queues_progress_and_failures(operator: Person) -> None:
    reader = made.reader(operator, language="en")
    empty = text(reader.get("/desk/work/"))
    assert "No job is running now." in empty
    assert "Nothing waits." in empty
    assert "Nothing has failed in the last two weeks." in empty

    running, _waiting = job("doing", done=12), job()
    failed = job("failed", reason="Unavailable hub.busy")
    page = text(reader.get("/desk/work/"))
    assert 'value="12" max="40"' in page
    assert f'action="/desk/work/{running}/stop"' in page
    assert f'action="/desk/work/{failed}/again"' in page
    assert "Unavailable hub.busy" in page
    assert 'hx-trigger="every 2s"' in page


def test_a_page_that_renews_itself_is_sent_only_when_something_changed(operator: Person, office: Person) -> None:
    running = job("doing", done=12)
    reader = made.reader(operator, language="en")
    first = reader.get("/desk/work/", headers=RENEW)
    tag = first.headers["ETag"]
    assert "<html" not in text(first)
    assert text(first).startswith('<div id="work"')
    again = reader.get("/desk/work/", headers={**RENEW, "If-None-Match": tag})
    assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", tag)
    assert "no-cache" in again.headers["Cache-Control"]

    with connection.cursor() as cursor:
        cursor.execute("UPDATE jobs_work SET done = 13 WHERE job = %s", [running])
    changed = reader.get("/desk/work/", headers={**RENEW, "If-None-Match": tag})
    assert (changed.status_code, 'value="13"' in text(changed)) == (200, True)
    other = made.reader(made.person("operator", made.IOC, "Người khác"), language="en")
    assert other.get("/desk/work/", headers=RENEW).headers["ETag"] != changed.headers["ETag"]
    assert "ETag" not in reader.get("/desk/work/").headers  # a whole page may carry a message
    assert made.reader(office).get("/desk/work/", headers=RENEW).status_code == 403


def test_stopping_and_repeating_are_written_down(operator: Person, office: Person) -> None:
    running, waiting, failed = job("doing", done=1), job(), job("failed", reason="ValueError")
    reader = made.reader(operator, language="en")
    for act, number in (("stop", running), ("again", failed)):
        assert made.reader(office).post(f"/desk/work/{number}/{act}").status_code == 403
    assert "The job was told to stop." in text(reader.post(f"/desk/work/{running}/stop", follow=True))
    assert "Is about to stop" in text(reader.get("/desk/work/"))
    reader.post(f"/desk/work/{waiting}/stop")
    assert "The job waits again." in text(reader.post(f"/desk/work/{failed}/again", follow=True))
    assert dict(ProcrastinateJob.objects.values_list("id", "status")) == {
        running: "doing",
        waiting: "cancelled",
        failed: "todo",
    }
    assert f"Job {waiting} neither waits nor runs." in text(reader.post(f"/desk/work/{waiting}/stop", follow=True))
    acts = Entry.objects.filter(actor=str(operator.pk)).order_by("pk").values_list("act", "subject")
    assert list(acts) == [
        ("desk.stop_job", f"job:{running}"),
        ("desk.stop_job", f"job:{waiting}"),
        ("desk.repeat_job", f"job:{failed}"),
    ]


def test_a_replay_says_first_what_it_would_do(operator: Person, office: Person) -> None:
    with transaction.atomic():
        events.emit(DatasetPublished("nobody_counts_it", 1, 1))
    Event.objects.update(at=clock.now())
    today = clock.today()
    sent = {
        "handler": "warnings.came",
        "since": f"{today}T00:00",
        "until": f"{today + dt.timedelta(days=1)}T00:00",
    }
    reader = made.reader(operator, language="en")
    assert "warnings.came ← hub.dataset_published" in text(reader.get("/desk/replay/"))
    page = text(reader.post("/desk/replay/", {**sent, "do": "plan"}))
    assert "1 piece of news would be handled again." in page
    assert not Replay.objects.exists()

    assert made.reader(office).post("/desk/replay/", {**sent, "do": "replay"}).status_code == 403
    page = text(reader.post("/desk/replay/", {**sent, "do": "replay"}, follow=True))
    assert "The replay is on its way." in page
    row = Replay.objects.get()
    assert (row.handler, row.total, row.until - row.since) == ("warnings.came", 1, dt.timedelta(days=1))
    assert row.since.astimezone(dt.timezone(dt.timedelta(hours=7))).hour == 0
    entry = Entry.objects.get(act="events.replay")
    assert (entry.actor, entry.chain_id) == (str(operator.pk), made.IOC)
    answer = reader.post("/desk/replay/", {**sent, "do": "replay"})
    assert (answer.status_code, "is being replayed already" in text(answer)) == (409, True)

    assert "The replay was stopped." in text(reader.post(f"/desk/replay/{row.pk}/stop", follow=True))
    row.refresh_from_db()
    assert row.state == "stopped"


@pytest.mark.parametrize(
    "change", [{"handler": "nobody"}, {"since": "nonsense"}, {"until": ""}, {"until": "2000-01-01T00:00"}]
)
def test_a_replay_that_makes_no_sense_is_refused(operator: Person, change: dict[str, str]) -> None:
    sent = {"handler": "warnings.came", "since": "2026-11-01T00:00", "until": "2026-11-02T00:00", "do": "replay"}
    answer = made.reader(operator, language="en").post("/desk/replay/", {**sent, **change})
    assert answer.status_code in {409, 422}
    assert not Replay.objects.exists()


def test_the_page_costs_no_more_questions_with_more_jobs(operator: Person) -> None:
    reader = made.reader(operator)
    job("doing", done=1)
    few = made.questions(reader, "/desk/work/")
    for n in range(5):
        job("doing", done=n)
        job("failed", reason="ValueError")
    assert made.questions(reader, "/desk/work/") == few <= 8
