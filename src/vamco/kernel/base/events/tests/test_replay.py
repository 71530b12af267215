"""Events of a span of time once more, for one handler."""

from __future__ import annotations

import datetime as dt
import signal
import time
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob

from vamco.kernel.base import clock
from vamco.kernel.base.audit.models import Entry
from vamco.kernel.base.events import public as events
from vamco.kernel.base.events.models import Delivery, Event, Replay
from vamco.kernel.base.events.services import delivering, replaying
from vamco.kernel.base.events.tests.heard import broken, tell
from vamco.kernel.base.jobs import public as jobs
from vamco.kernel.base.jobs.services import worker
from vamco.kernel.base.jobs.tests import child
from vamco.kernel.world.people import public as people
from vamco.lib.errors import Missing, Refused

if TYPE_CHECKING:
    from pathlib import Path

    from vamco.kernel.base.events.tests.heard import Hear, ThingHappened

report = jobs.report  # as it is outside the tests that put another in its place
DAY = dt.timedelta(days=1)
HOUR = dt.timedelta(hours=1)


def history(numbers: int, *, done: bool = True) -> list[Event]:
    """So many events, one an hour, the last an hour ago; they were told and handled long since."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")
    tell(*range(1, numbers + 1))
    told = list(Event.objects.filter(name="test.thing_happened").order_by("pk"))
    for behind, event in enumerate(reversed(told), start=1):
        event.at = clock.now() - behind * HOUR
        event.save()
    if done:
        Delivery.objects.filter(event__in=told).update(state="done")
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM procrastinate_jobs")
    return told


def span(told: list[Event], first: int, last: int) -> tuple[dt.datetime, dt.datetime]:
    """From the event with a number to just before the one with another."""
    return told[first - 1].at, told[last - 1].at


@pytest.mark.usefixtures("fresh_db")
def test_the_events_of_a_span_come_again_in_order_and_to_one_handler_only(hear: Hear) -> None:
    seen: list[int] = []
    others: list[int] = []
    hear("test.one", lambda event: seen.append(event.number))
    hear("test.other", lambda event: others.append(event.number))
    told = history(6)
    before = Event.objects.count()
    number = events.replay("test.one", *span(told, 2, 5), by="7", chain="H53.15")
    worker.run(wait=False)
    assert seen == [2, 3, 4]  # the first moment belongs to the span, the last does not
    assert others == []
    assert Event.objects.count() == before
    found = events.view(number)
    assert (found.state, found.total, found.handled, found.failed, found.skipped) == ("done", 3, 3, 0, 0)
    assert found.ended_at is not None
    assert {delivery.state for delivery in Delivery.objects.filter(handler="test.one")} == {"done"}
    entry = Entry.objects.get(act="events.replay")
    assert (entry.actor, entry.subject, entry.detail["events"]) == ("7", f"replay:{number}", 3)


@pytest.mark.usefixtures("fresh_db")
def test_a_plan_says_what_would_happen_and_does_nothing(hear: Hear) -> None:
    seen: list[object] = []
    hear("test.one", seen.append)
    told = history(5)
    Event.objects.filter(pk=told[0].pk).update(version=1, payload={"text": "1"})
    Event.objects.filter(pk=told[1].pk).update(version=9)
    Delivery.objects.filter(event=told[2]).update(state="discarded")
    plan = events.plan("test.one", clock.now() - DAY, clock.now())
    assert (plan.events, dict(plan.versions), plan.unreadable, plan.skipped) == (5, {1: 1, 2: 3, 9: 1}, 1, 1)
    assert (plan.first, plan.last) == (told[0].at, told[4].at)
    worker.run(wait=False)
    assert seen == []
    assert not Replay.objects.exists()
    nothing = events.plan("test.one", clock.now(), clock.now() + DAY)
    assert (nothing.events, nothing.first) == (0, None)


@pytest.mark.usefixtures("fresh_db")
def test_what_fails_in_a_replay_rests_as_a_dead_letter_and_holds_nothing_up(hear: Hear) -> None:
    def handle(event: ThingHappened) -> None:
        people.add(f"Người {event.number}")
        if event.number == 2:
            raise ValueError("Nguyễn Văn A")

    hear("test.one", handle)
    told = history(4)
    Delivery.objects.filter(event=told[2]).update(state="discarded")
    Delivery.objects.filter(event=told[3]).delete()  # older than its handler
    number = events.replay("test.one", told[0].at, clock.now())
    worker.run(wait=False)
    assert set(people.Person.objects.values_list("name", flat=True)) == {"Người 1", "Người 4"}
    found = events.view(number)
    assert (found.handled, found.failed, found.skipped, found.passed, found.total) == (2, 1, 1, 4, 4)
    states = dict(Delivery.objects.filter(handler="test.one").values_list("event__payload__number", "state"))
    assert states == {1: "done", 2: "dead", 3: "discarded", 4: "done"}
    letter = events.dead_letters().get()
    assert (letter.reason, "Nguyễn" in letter.error) == ("ValueError", False)


@pytest.mark.usefixtures("fresh_db")
def test_a_letter_that_is_on_its_way_is_handled_once_with_the_replay(hear: Hear) -> None:
    seen: list[int] = []
    hear("test.one", lambda event: seen.append(event.number))
    told = history(2, done=False)
    replaying.replay("test.one", told[0].at, clock.now())
    worker.run(wait=False)
    assert sorted(set(seen)) == [1, 2]
    assert {delivery.state for delivery in Delivery.objects.filter(handler="test.one")} == {"done"}


@pytest.mark.usefixtures("fresh_db")
def test_a_failure_in_a_replay_takes_no_tries_from_a_letter_that_is_on_its_way(hear: Hear) -> None:
    hear("test.one", broken)
    told = history(1, done=False)
    Delivery.objects.update(attempts=2, reason="Before")
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")  # its own one comes later
    number = events.replay("test.one", told[0].at, clock.now())
    worker.run(wait=False)
    assert events.view(number).failed == 1
    assert list(Delivery.objects.values_list("state", "attempts", "reason")) == [("pending", 2, "Before")]


@pytest.mark.usefixtures("fresh_db")
def test_a_letter_that_is_discarded_while_a_replay_fails_stays_so(hear: Hear, monkeypatch: pytest.MonkeyPatch) -> None:
    hear("test.one", broken)
    told = history(1)
    number = events.replay("test.one", told[0].at, clock.now())
    bury = replaying._failed

    def meanwhile(*args: Any) -> bool:
        Delivery.objects.update(state="dead")
        events.discard(Delivery.objects.get().pk, "Nguồn đã gửi lại")
        return bury(*args)

    monkeypatch.setattr(replaying, "_failed", meanwhile)
    worker.run(wait=False)
    letter = events.discarded_letters().get()
    assert (letter.state, letter.attempts, letter.reason) == ("discarded", 0, "")
    assert (events.view(number).failed, events.view(number).skipped) == (0, 1)


@pytest.mark.django_db
def test_what_a_replay_refuses(hear: Hear) -> None:
    hear("test.one", lambda _: None)
    now = clock.now()
    with pytest.raises(Missing) as missing:
        events.replay("test.nobody", now - DAY, now)
    assert missing.value.code == "events.no_handler"
    with pytest.raises(Refused) as refused:
        events.replay("test.one", now, now)
    assert refused.value.code == "events.empty_span"
    with pytest.raises(TypeError):
        events.plan("test.one", now.replace(tzinfo=None), now)
    first = events.replay("test.one", now - DAY, now)
    with pytest.raises(Refused) as refused:
        events.replay("test.one", now - DAY, now)
    assert refused.value.code == "events.replays_already"
    events.stop_replay(first)
    assert events.view(first).state == "stopped"
    with pytest.raises(Missing):
        events.stop_replay(first)
    with pytest.raises(Missing):
        events.view(2**40)
    assert events.replay("test.one", now - DAY, now) > first
    assert [found.state for found in events.replays()] == ["waiting", "stopped"]
    assert events.heard()["test.one"] == "test.thing_happened"


@pytest.mark.usefixtures("fresh_db")
def test_a_replay_that_is_stopped_on_either_page_ends_between_two_events(hear: Hear) -> None:
    told: list[Event] = []
    way: list[str] = []

    def handle(event: ThingHappened) -> None:
        if event.number == 2:
            if way == ["replay"]:
                return
            jobs.stop(ProcrastinateJob.objects.get(task_name="events.replay").id)

    hear("test.one", handle)
    told += history(4)
    number = events.replay("test.one", told[0].at, clock.now())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(replaying.jobs, "report", lambda done, _total: _wait_for_the_wish(done))
        worker.run(wait=False)
    found = events.view(number)
    assert (found.state, found.handled) == ("stopped", 2)
    assert found.ended_at is not None

    way.append("replay")
    number = events.replay("test.one", told[0].at, clock.now())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(replaying.jobs, "report", lambda done, _total: done == 1 and events.stop_replay(number))
        worker.run(wait=False)
    found = events.view(number)
    assert (found.state, found.handled) == ("stopped", 1)


@pytest.mark.usefixtures("fresh_db")
def test_a_replay_that_is_taken_out_of_the_queue_does_not_come_back(hear: Hear) -> None:
    hear("test.one", lambda _: None)
    told = history(2)
    number = events.replay("test.one", told[0].at, clock.now())
    jobs.stop(ProcrastinateJob.objects.get(task_name="events.replay").id)
    assert events.view(number).state == "stopped"
    Replay.objects.update(asked_at=clock.now() - dt.timedelta(hours=1))
    replaying.sweep()
    worker.run(wait=False)
    assert (events.view(number).state, events.view(number).handled) == ("stopped", 0)
    assert events.replay("test.one", told[0].at, clock.now()) > number, "and another one may begin"


@pytest.mark.usefixtures("fresh_db")
def test_a_handler_that_the_database_refuses_each_time_does_not_hold_up_a_replay(hear: Hear) -> None:
    tries: list[int] = []

    def handle(event: ThingHappened) -> None:
        tries.append(event.number)
        if event.number == 2 or (event.number == 3 and tries.count(3) < 3):
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL statement_timeout = 1")
                cursor.execute("SELECT pg_sleep(1)")

    hear("test.one", handle)
    told = history(4)
    number = events.replay("test.one", told[0].at, clock.now())
    worker.run(wait=False)
    found = events.view(number)
    assert (found.state, found.handled, found.failed) == ("done", 3, 1)
    assert tries == [1, *[2] * delivering.MAX_ATTEMPTS, 3, 3, 3, 4]
    assert Delivery.objects.get(event=told[1]).state == "dead"


def _wait_for_the_wish(done: int) -> None:
    """As if the event took so long that the wish to stop has reached the worker."""
    end = time.monotonic() + 120
    report(done, 4)
    while done == 2 and time.monotonic() < end:
        time.sleep(0.02)
        report(done, 4)


@pytest.mark.usefixtures("fresh_db")
def test_a_replay_whose_job_was_lost_goes_on_where_it_stood(hear: Hear) -> None:
    seen: list[int] = []
    hear("test.one", lambda event: seen.append(event.number))
    told = history(4)
    number = events.replay("test.one", told[0].at, clock.now())
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")
    Replay.objects.filter(pk=number).update(
        state="running", place=told[1].pk, handled=2, asked_at=clock.now() - dt.timedelta(hours=1)
    )
    replaying.sweep()
    replaying.sweep()
    worker.run(wait=False)
    assert seen == [3, 4]
    found = events.view(number)
    assert (found.state, found.handled) == ("done", 4)


CHILD = """
import itertools
heard = itertools.count(1)
from vamco.kernel.base.events import public as events
from vamco.kernel.world.people import public as people
from vamco.vocab.hub import DatasetLate

@events.handler("test.count", DatasetLate)
def count(event):
    people.add(event.dataset)
    time.sleep(0.02)
    if globals().get("MOST") == next(heard):  # so that the blow falls in the middle, however late it comes
        time.sleep(600)
"""


def test_a_replay_whose_worker_is_killed_again_and_again_hands_over_each_event_once(
    fresh_db: str, tmp_path: Path
) -> None:
    tell_all = "for n in range(30):\n    with transaction.atomic():\n        events.emit(DatasetLate(f'e{n}', django.utils.timezone.now(), None))\n"
    code = CHILD + "import datetime as dt\n" + tell_all
    code += "now = django.utils.timezone.now()\nevents.replay('test.count', now - dt.timedelta(hours=1), now)\n"
    code += "from vamco.kernel.base.events.models import Delivery\nDelivery.objects.all().delete()\n"
    assert child.run(code, fresh_db, tmp_path) == 0
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs WHERE task_name <> 'events.replay'")
    found = people.Person.objects.filter(name__regex="^e[0-9]+$")  # the worker's own clock tells of late datasets
    for _ in range(3):
        with child.start(CHILD + "MOST = 8\nworker.run(alone=True)", fresh_db, tmp_path) as process:
            end, before = time.monotonic() + 120, found.count()
            while found.count() < before + 4 and time.monotonic() < end:
                time.sleep(0.005)
            process.send_signal(signal.SIGKILL)
        assert found.count() >= before + 4, (tmp_path / "child.log").read_text()
    assert found.count() < 30  # else nothing was interrupted
    assert child.run(CHILD + "worker.run(alone=True, wait=False)", fresh_db, tmp_path) == 0
    assert sorted(found.values_list("name", flat=True)) == sorted(f"e{n}" for n in range(30))
    assert list(Replay.objects.values_list("state", "handled", "failed")) == [("done", 30, 0)]
