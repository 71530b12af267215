"""A dead letter's life: it comes to rest with what may be kept of the error, and is sent again or given up for a reason."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from vamco.kernel.base import clock
from vamco.kernel.base.audit.models import Entry
from vamco.kernel.base.events import public as events
from vamco.kernel.base.events.models import Delivery, Event
from vamco.kernel.base.events.services import delivering
from vamco.kernel.base.events.tests.heard import broken, tell
from vamco.kernel.base.jobs.services import worker
from vamco.lib.errors import Missing, Refused

if TYPE_CHECKING:
    from vamco.kernel.base.events.tests.heard import Hear


def stored(version: int, payload: dict[str, object], name: str = "test.thing_happened") -> Delivery:
    event = Event.objects.create(name=name, version=version, payload=payload, at=clock.now())
    return Delivery.objects.create(event=event, handler="test.one", at=clock.now())


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "version", "payload", "reason"),
    [
        ("test.thing_happened", 3, {"number": 1, "colour": "red"}, "Refused vocab.unknown_version"),
        ("test.thing_happened", 0, {}, "Refused vocab.unknown_version"),
        ("test.thing_happened", 1, {"text": "Nguyễn Văn A"}, "Refused vocab.bad_payload"),
        ("test.thing_happened", 2, {"number": "Nguyễn Văn A"}, "Refused vocab.bad_payload"),
        ("test.never_was", 1, {}, "Refused vocab.unknown_event"),
    ],
)
def test_what_this_program_cannot_read_rests_at_once_and_is_not_tried_again(
    hear: Hear, name: str, version: int, payload: dict[str, object], reason: str
) -> None:
    seen: list[object] = []
    hear("test.one", seen.append)
    before = ProcrastinateJob.objects.count()
    delivering.deliver(stored(version, payload, name).pk)
    letter = events.dead_letters().get()
    assert (letter.reason, letter.attempts, seen) == (reason, 1, [])
    assert "Nguyễn" not in letter.error
    assert ProcrastinateJob.objects.count() == before


@pytest.mark.usefixtures("fresh_db")
def test_a_later_version_is_handled_once_a_program_that_knows_it_sends_it_again(hear: Hear) -> None:
    seen: list[object] = []
    hear("test.one", seen.append)
    letter = stored(3, {"number": 7})
    delivering.deliver(letter.pk)
    Event.objects.filter(pk=letter.event_id).update(version=2)  # as the newer program sees it
    events.retry(letter.pk)
    worker.run(wait=False)
    assert [getattr(event, "number", None) for event in seen] == [7]
    assert not events.dead_letters().exists()


@pytest.mark.django_db
def test_neither_letter_nor_log_holds_the_words_of_an_error(hear: Hear, caplog: pytest.LogCaptureFixture) -> None:
    hear("test.one", broken)
    tell(1)
    letter = Delivery.objects.get(handler="test.one")
    with caplog.at_level(logging.DEBUG):
        for _ in range(delivering.MAX_ATTEMPTS):
            delivering.deliver(letter.pk)
    letter.refresh_from_db()
    assert (letter.state, letter.reason) == ("dead", "RuntimeError")
    assert "heard:" in letter.error
    assert "Nguyễn" not in letter.error + caplog.text
    assert caplog.text.count("RuntimeError") == delivering.MAX_ATTEMPTS


@pytest.mark.usefixtures("fresh_db")
def test_a_discarded_letter_stays_with_its_reason_and_comes_no_more(hear: Hear) -> None:
    hear("test.one", broken)
    tell(1)
    Delivery.objects.filter(handler="test.one").update(state="dead")
    letter = Delivery.objects.get(handler="test.one")
    with pytest.raises(Refused) as refused:
        events.discard(letter.pk, "a\0b")
    assert refused.value.code == "audit.purpose_no_text"
    for empty in ("", "  \n", "x" * 201):
        with pytest.raises(Refused) as refused:
            events.discard(letter.pk, empty)
        assert refused.value.code == "events.no_reason"
    events.discard(letter.pk, " Nguồn đã gửi lại ", by="7", chain="H53.15")
    letter.refresh_from_db()
    assert (letter.state, letter.note) == ("discarded", "Nguồn đã gửi lại")
    assert not events.dead_letters().exists()
    assert [found.pk for found in events.discarded_letters()] == [letter.pk]
    entry = Entry.objects.get(act="events.discard")
    assert (entry.actor, entry.subject, entry.purpose) == ("7", f"delivery:{letter.pk}", "Nguồn đã gửi lại")
    for act in (lambda: events.retry(letter.pk), lambda: events.discard(letter.pk, "again")):
        with pytest.raises(Refused) as refused:
            act()
        assert refused.value.code == "events.not_dead"
    with pytest.raises(Missing):
        events.discard(2**40, "why")
    worker.run(wait=False)
    letter.refresh_from_db()
    assert letter.state == "discarded"


@pytest.mark.usefixtures("fresh_db")
def test_a_reason_may_be_as_long_as_the_log_takes_it() -> None:
    letter = stored(2, {"number": 1})
    Delivery.objects.update(state="dead")
    events.discard(letter.pk, "ị" * delivering.NOTE)
    assert Entry.objects.get(act="events.discard").purpose == "ị" * delivering.NOTE


@pytest.mark.usefixtures("fresh_db")
def test_sending_again_is_audited_and_starts_all_over(hear: Hear) -> None:
    hear("test.one", broken)
    tell(1)
    Delivery.objects.filter(handler="test.one").update(state="dead", attempts=5)
    letter = Delivery.objects.get(handler="test.one")
    events.retry(letter.pk)
    assert Entry.objects.filter(act="events.retry", actor="system", subject=f"delivery:{letter.pk}").count() == 1
    worker.run(wait=False)
    letter.refresh_from_db()
    assert (letter.state, letter.attempts) == ("pending", 1)


@pytest.mark.usefixtures("fresh_db")
def test_a_delivery_is_done_in_the_turn_of_its_handlers_room(hear: Hear) -> None:
    hear("test.one", lambda _: None)
    tell(1)
    job = ProcrastinateJob.objects.get(args={"delivery": Delivery.objects.get(handler="test.one").pk})
    assert (job.queue_name, job.task_name) == ("test", "events.deliver")
