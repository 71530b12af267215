from __future__ import annotations

import datetime as dt
import signal
import threading
import time
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from vamco.kernel.base import clock
from vamco.kernel.base.events import public as events
from vamco.kernel.base.events.models import Delivery, Event
from vamco.kernel.base.events.services import delivering
from vamco.kernel.base.events.tests.heard import Hear, ThingHappened, broken, tell
from vamco.kernel.base.jobs.services import worker
from vamco.kernel.base.jobs.tests import child
from vamco.kernel.world.people import public as people
from vamco.lib.errors import Missing, Refused
from vamco.lib.traces import Trace

if TYPE_CHECKING:
    from pathlib import Path


def deliveries() -> list[tuple[str, str, int]]:
    return list(
        Delivery.objects.filter(handler__startswith="test.").order_by("pk").values_list("handler", "state", "attempts")
    )


def jobs_waiting() -> list[Any]:
    return list(ProcrastinateJob.objects.filter(task_name=delivering.DELIVER, status="todo").order_by("id"))


@pytest.mark.django_db
def test_an_event_is_stored_with_its_version_and_goes_to_each_who_hears_it(hear: Hear) -> None:
    hear("test.one", lambda _: None)
    hear("test.two", lambda _: None)
    tell(5)
    event = Event.objects.get(name="test.thing_happened")
    assert (event.version, event.payload) == (2, {"number": 5})
    assert deliveries() == [("test.one", "pending", 0), ("test.two", "pending", 0)]
    assert len(jobs_waiting()) == 2


@pytest.mark.usefixtures("fresh_db")
def test_an_event_that_rolls_back_was_never_told(hear: Hear) -> None:
    hear("test.one", lambda _: None)
    with transaction.atomic():
        events.emit(ThingHappened(1))
        transaction.set_rollback(True)
    with pytest.raises(transaction.TransactionManagementError):
        events.emit(ThingHappened(2))
    assert not Event.objects.filter(name="test.thing_happened").exists()
    assert deliveries() == []
    assert jobs_waiting() == []


def test_two_handlers_cannot_share_a_name(hear: Hear) -> None:
    hear("test.one", lambda _: None)
    with pytest.raises(TypeError, match=r"test\.one"):
        hear("test.one", lambda _: None)


@pytest.mark.usefixtures("fresh_db")
def test_the_worker_hands_events_over_once_and_in_order(hear: Hear) -> None:
    seen: list[int] = []
    hear("test.one", lambda event: seen.append(event.number))
    for number in (3, 1, 2):
        tell(number)
    worker.run(wait=False)
    assert seen == [3, 1, 2]
    assert {state for _, state, _ in deliveries()} == {"done"}
    for delivery in Delivery.objects.filter(handler="test.one"):  # a worker that died at its last line comes back
        delivering.deliver(delivery.pk)
    assert seen == [3, 1, 2]


@pytest.mark.django_db
def test_an_old_event_reaches_its_handler_as_the_present_one(hear: Hear) -> None:
    seen: list[ThingHappened] = []
    hear("test.one", seen.append)
    old = Event.objects.create(name="test.thing_happened", version=1, payload={"text": "7"}, at=clock.now())
    delivering.deliver(Delivery.objects.create(event=old, handler="test.one", at=clock.now()).pk)
    assert seen == [ThingHappened(7)]


@pytest.mark.usefixtures("fresh_db")
def test_what_a_failed_handler_did_is_undone_and_it_is_tried_again_later(hear: Hear) -> None:
    def half(_event: ThingHappened) -> None:
        people.add("Người thử")
        raise RuntimeError("on purpose")

    hear("test.half", half)
    hear("test.whole", lambda _: people.add("Người đúng"))
    tell(1)
    worker.run(wait=False)
    assert list(people.Person.objects.values_list("name", flat=True)) == ["Người đúng"]
    assert deliveries() == [("test.half", "pending", 1), ("test.whole", "done", 0)]
    (job,) = jobs_waiting()
    assert dt.timedelta(0) < job.scheduled_at - dt.datetime.now(dt.UTC) <= dt.timedelta(seconds=2)


@pytest.mark.django_db
def test_the_waits_grow_and_the_fifth_failure_is_the_last(hear: Hear) -> None:
    hear("test.broken", broken)
    tell(1)
    delivery = Delivery.objects.get(handler="test.broken")
    for attempt, seconds in ((1, 2), (2, 4), (3, 8), (4, 16)):
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM procrastinate_jobs")
        delivering.deliver(delivery.pk)
        assert deliveries() == [("test.broken", "pending", attempt)]
        (job,) = jobs_waiting()
        left = job.scheduled_at - dt.datetime.now(dt.UTC)
        assert dt.timedelta(seconds=seconds - 2) < left <= dt.timedelta(seconds=seconds)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")
    delivering.deliver(delivery.pk)
    assert deliveries() == [("test.broken", "dead", 5)]
    assert jobs_waiting() == []
    letter = events.dead_letters().get(handler="test.broken")
    assert letter.event.payload == {"number": 1}
    assert letter.reason == "RuntimeError"
    assert letter.error.endswith(" broken\nRuntimeError")
    delivering.deliver(delivery.pk)  # a dead letter stays one
    assert deliveries() == [("test.broken", "dead", 5)]


@pytest.mark.usefixtures("fresh_db")
def test_a_dead_letter_that_is_sent_again_arrives(hear: Hear) -> None:
    seen: list[int] = []
    hear("test.mended", lambda event: seen.append(event.number))
    tell(1)
    Delivery.objects.filter(handler="test.mended").update(state="dead", attempts=5)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")
    events.retry(Delivery.objects.get(handler="test.mended").pk)
    assert deliveries() == [("test.mended", "pending", 0)]
    worker.run(wait=False)
    assert seen == [1]
    assert deliveries() == [("test.mended", "done", 0)]


@pytest.mark.django_db
def test_only_a_dead_letter_can_be_sent_again(hear: Hear) -> None:
    hear("test.one", lambda _: None)
    tell(1)
    with pytest.raises(Refused) as refused:
        events.retry(Delivery.objects.get(handler="test.one").pk)
    assert refused.value.code == "events.not_dead"
    with pytest.raises(Missing) as missing:
        events.retry(2**40)
    assert missing.value.code == "events.no_delivery"
    assert deliveries() == [("test.one", "pending", 0)]


@pytest.mark.django_db
def test_an_event_for_a_handler_that_is_no_more_becomes_a_dead_letter() -> None:
    event = Event.objects.create(name="test.thing_happened", version=2, payload={"number": 1}, at=clock.now())
    delivery = Delivery.objects.create(event=event, handler="test.gone", at=clock.now())
    delivering.deliver(delivery.pk)
    assert deliveries() == [("test.gone", "dead", 1)]
    assert events.dead_letters().get(handler="test.gone").reason == "Missing events.no_handler"


@pytest.mark.django_db
def test_a_failure_that_comes_too_late_changes_nothing(hear: Hear) -> None:
    hear("test.one", lambda _: None)
    tell(1)
    delivery = Delivery.objects.get(handler="test.one")
    delivery.attempts = 4
    delivery.save()
    delivering.deliver(delivery.pk)
    delivering._failed(delivery.pk, Trace("Lost", "another worker lost its connection and comes late"), final=False)
    assert deliveries() == [("test.one", "done", 4)]


@pytest.mark.usefixtures("fresh_db")
def test_two_at_once_hand_one_event_over_once(hear: Hear) -> None:
    seen: list[int] = []

    def slow(event: ThingHappened) -> None:
        time.sleep(0.2)
        seen.append(event.number)

    hear("test.slow", slow)
    tell(1)
    pk = Delivery.objects.get(handler="test.slow").pk

    def deliver() -> None:
        delivering.deliver(pk)
        connection.close()

    threads = [threading.Thread(target=deliver) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == [1]
    assert deliveries() == [("test.slow", "done", 0)]


@pytest.mark.django_db
def test_a_delivery_whose_job_was_lost_is_found(hear: Hear) -> None:
    hear("test.one", lambda _: None)
    tell(1)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")
    delivering.sweep()
    assert jobs_waiting() == []  # it is young: a worker may be just about it
    Delivery.objects.update(at=clock.now() - delivering.LOST_AFTER)
    delivering.sweep()
    delivering.sweep()
    (job,) = jobs_waiting()
    assert job.args == {"delivery": Delivery.objects.get(handler="test.one").pk}


@pytest.mark.django_db
def test_a_delivery_whose_job_is_lost_again_and_again_is_given_up(hear: Hear) -> None:
    hear("test.one", lambda _: None)
    tell(1)
    for lost in range(delivering.MAX_ATTEMPTS + 1):
        assert deliveries() == [("test.one", "pending", lost)]
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM procrastinate_jobs")
        Delivery.objects.update(at=clock.now() - delivering.LOST_AFTER)
        delivering.sweep()
    assert deliveries() == [("test.one", "dead", delivering.MAX_ATTEMPTS + 1)]
    assert Delivery.objects.get().reason == delivering.LOST
    delivering.retry(Delivery.objects.get().pk)
    assert deliveries() == [("test.one", "pending", 0)]


@pytest.mark.django_db
def test_the_sweep_leaves_alone_what_is_done_or_waits_in_the_queue(hear: Hear) -> None:
    hear("test.one", lambda _: None)
    hear("test.two", lambda _: None)
    tell(1)
    delivering.deliver(Delivery.objects.get(handler="test.two").pk)
    before = [job.id for job in jobs_waiting()]
    Delivery.objects.update(at=clock.now() - delivering.LOST_AFTER)
    delivering.sweep()
    assert [job.id for job in jobs_waiting()] == before


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
    if event.dataset == "deadly" and not Path("killed").exists():
        Path("killed").touch()
        os.kill(os.getpid(), signal.SIGKILL)

def tell(*names):
    for name in names:
        with transaction.atomic():
            events.emit(DatasetLate(name, django.utils.timezone.now(), None))
"""


def counted() -> list[str]:
    return list(people.Person.objects.order_by("pk").values_list("name", flat=True))


def test_a_handler_that_kills_its_worker_has_its_effect_once(fresh_db: str, tmp_path: Path) -> None:
    assert child.run(CHILD + "tell('before', 'deadly', 'after')", fresh_db, tmp_path) == 0
    assert child.run(CHILD + "worker.run(wait=False)", fresh_db, tmp_path) == -signal.SIGKILL
    assert counted() == ["before"]
    assert child.run(CHILD + "worker.run(alone=True, wait=False)", fresh_db, tmp_path) == 0
    assert counted() == ["before", "deadly", "after"]
    assert {state for _, state, _ in deliveries()} == {"done"}


def test_workers_that_are_killed_again_and_again_lose_and_double_nothing(fresh_db: str, tmp_path: Path) -> None:
    names = [f"event {number}" for number in range(30)]
    assert child.run(CHILD + f"tell(*{names!r})", fresh_db, tmp_path) == 0
    for moment in range(4):
        with child.start(CHILD + "MOST = 7\nworker.run(alone=True)", fresh_db, tmp_path) as process:
            end = time.monotonic() + 120
            before = len(counted())
            while len(counted()) < before + 4 and time.monotonic() < end:
                time.sleep(0.003 * (moment + 1))
            process.send_signal(signal.SIGKILL)
        assert len(counted()) >= before + 4, (tmp_path / "child.log").read_text()
    assert len(counted()) < len(names)  # else nothing was interrupted
    assert child.run(CHILD + "worker.run(alone=True, wait=False)", fresh_db, tmp_path) == 0
    assert sorted(counted()) == sorted(names)
    assert {state for _, state, _ in deliveries()} == {"done"}


def test_two_workers_hand_over_each_event_once(fresh_db: str, tmp_path: Path) -> None:
    names = [f"event {number}" for number in range(20)]
    assert child.run(CHILD + f"tell(*{names!r})", fresh_db, tmp_path) == 0
    code = CHILD + "worker.run(wait=False)"
    with child.start(code, fresh_db, tmp_path) as one, child.start(code, fresh_db, tmp_path) as two:
        assert (one.wait(120), two.wait(120)) == (0, 0)
    assert sorted(counted()) == sorted(names)
