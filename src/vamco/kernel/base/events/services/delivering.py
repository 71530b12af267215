from __future__ import annotations

import datetime as dt
import json
import logging
from typing import TYPE_CHECKING, Any, Final, TypeAlias, TypeVar

from django.db import connection, transaction

from vamco import vocab
from vamco.kernel.base import clock
from vamco.kernel.base.audit import public as audit
from vamco.kernel.base.events.models import Delivery, Event
from vamco.kernel.base.jobs import public as jobs
from vamco.lib.errors import N_, Missing, Refused, VamcoError
from vamco.lib.registry import Registry
from vamco.lib.traces import Trace, trace

if TYPE_CHECKING:
    from collections.abc import Callable

E = TypeVar("E")
Handler: TypeAlias = "Callable[[Any], None]"

MAX_ATTEMPTS = 5
LOST_AFTER = dt.timedelta(minutes=10)
DELIVER = "events.deliver"
_TELL = "INSERT INTO events_event (name, version, payload, at) VALUES (%s, %s, %s::jsonb, %s) RETURNING id"
CHAIN: Final = "events"  # of acts that no agency's person did
FINAL = ("vocab.", "events.no_handler")  # codes of errors that more tries would not mend, but another program may
LOST: Final = "JobLost"  # the reason of a letter whose jobs never came to an end
NOTE: Final = audit.PURPOSE  # it is kept in the log, too
log = logging.getLogger(__name__)
_handlers: Registry[str, Handler] = Registry("event handler")
_heard: Registry[str, type] = Registry("event handler")  # which event each of them hears


def handler(name: str, event: type[E]) -> Callable[[Callable[[E], None]], Callable[[E], None]]:
    """Register a function that hears an event. It runs once for each event, in a transaction of its own.

    It must read the present state and be safe to repeat: news may come late, in another order, and again by a replay.
    """

    def register(function: Callable[[E], None]) -> Callable[[E], None]:
        _handlers.add(name, function)
        _heard.add(name, event)
        return function

    return register


def emit(event: object) -> None:
    """Tell an event to all who hear it, if and only if the present transaction commits."""
    if not connection.in_atomic_block:
        msg = "an event belongs to the transaction of its act"
        raise transaction.TransactionManagementError(msg)
    name, version, payload = vocab.dump(event)
    now = clock.now()
    with connection.cursor() as cursor:
        cursor.execute(_TELL, [name, version, json.dumps(payload, ensure_ascii=False), now])
        (number,) = cursor.fetchone()
    listeners = [name for name, heard in _heard.items() if heard is type(event)]
    if not listeners:
        return
    made = Delivery.objects.bulk_create(Delivery(event_id=number, handler=one, at=now) for one in listeners)
    jobs.later_each(
        DELIVER, [(_key(one.pk), jobs.room_of(one.handler), {"delivery": one.pk}) for one in made]
    )  # in one statement: a key that is new can wait nowhere


def deliver(delivery_id: int) -> None:
    """Hand one event to its handler; the effects and the mark that it is done commit together."""
    try:
        with transaction.atomic():
            delivery = Delivery.objects.select_for_update(of=("self",)).select_related("event").get(pk=delivery_id)
            if delivery.state != Delivery.State.PENDING:
                return
            hand_over(delivery.event, delivery.handler)
            Delivery.objects.filter(pk=delivery_id).update(
                state=Delivery.State.DONE, reason="", error="", at=clock.now()
            )
    except Exception as error:  # noqa: BLE001  # whatever a handler or a job raises
        found = trace(error)
        log.error("delivery %s failed: %s", delivery_id, found.text)  # noqa: TRY400  # no text of errors in logs
        _failed(delivery_id, found, final=is_final(error))


def hand_over(event: Event, name: str) -> None:
    """Call a handler with an event, as the newest version of it."""
    function = _handlers.get(name)
    if function is None:
        raise Missing("events.no_handler", N_("No handler is named “%(handler)s”."), handler=name)
    function(vocab.load(event.name, event.version, event.payload))


def is_final(error: BaseException) -> bool:
    """Whether more tries would not help: this program cannot read the event, or has nobody who hears it."""
    return isinstance(error, VamcoError) and error.code.startswith(FINAL)


def retry(delivery_id: int, *, by: str = audit.SYSTEM, chain: str = CHAIN) -> None:
    """Send a dead letter on its way again."""
    with transaction.atomic():
        letter = _dead(delivery_id)
        letter.state, letter.attempts, letter.at = Delivery.State.PENDING, 0, clock.now()
        letter.save(update_fields=["state", "attempts", "at"])
        _send(letter)
        audit.record("events.retry", actor=by, chain=chain, subject=f"delivery:{delivery_id}")


def discard(delivery_id: int, note: str, *, by: str = audit.SYSTEM, chain: str = CHAIN) -> None:
    """Give a dead letter up for good; `note` says why. It is kept, and no replay takes it up."""
    note = note.strip()
    if not note or len(note) > NOTE:
        raise Refused(
            "events.no_reason", N_("Say why the news is discarded, in at most %(limit)s letters."), limit=NOTE
        )
    with transaction.atomic():
        letter = _dead(delivery_id)
        audit.record(
            "events.discard", actor=by, chain=chain, subject=f"delivery:{delivery_id}", purpose=note
        )  # the purpose is the act's reason; people write it, so it is no detail. First, for it may be refused
        letter.state, letter.note, letter.at = Delivery.State.DISCARDED, note, clock.now()
        letter.save(update_fields=["state", "note", "at"])


def _dead(delivery_id: int) -> Delivery:
    letter = Delivery.objects.select_for_update().filter(pk=delivery_id).first()
    if letter is None:
        raise Missing("events.no_delivery", N_("There is no delivery %(delivery)s."), delivery=delivery_id)
    if letter.state != Delivery.State.DEAD:
        raise Refused("events.not_dead", N_("The news is no dead letter (any more)."))
    return letter


def sweep() -> None:
    """Send on its way again what has waited for so long that its job must be lost; what was lost often is what kills workers."""
    since = clock.now() - LOST_AFTER
    waiting = Delivery.objects.filter(state=Delivery.State.PENDING, at__lt=since)
    for number in list(waiting.values_list("pk", flat=True)):
        with transaction.atomic():
            delivery = waiting.select_for_update(skip_locked=True).filter(pk=number).first()
            if delivery is None or not _send(delivery):  # it is being handled, or waits still
                continue
            if delivery.attempts >= MAX_ATTEMPTS:  # the last one was lost, too; the job just sent finds it dead
                delivery.state, delivery.reason, delivery.error = Delivery.State.DEAD, LOST, ""
            delivery.attempts += 1
            delivery.at = clock.now()
            delivery.save(update_fields=["attempts", "at", "state", "reason", "error"])


def _send(delivery: Delivery, *, after: int = 0) -> bool:
    room = jobs.room_of(delivery.handler)
    return jobs.later(DELIVER, key=_key(delivery.pk), room=room, after=after, delivery=delivery.pk)


def _key(delivery_id: int) -> str:
    return f"{DELIVER}:{delivery_id}"


def _failed(delivery_id: int, found: Trace, *, final: bool) -> None:
    with transaction.atomic():
        delivery = Delivery.objects.select_for_update().filter(pk=delivery_id, state=Delivery.State.PENDING).first()
        if delivery is None:  # another worker has handled it meanwhile
            return
        delivery.attempts += 1
        delivery.reason, delivery.error, delivery.at = found.reason[:200], found.text, clock.now()
        if final or delivery.attempts >= MAX_ATTEMPTS:
            delivery.state = Delivery.State.DEAD
        else:
            _send(delivery, after=2**delivery.attempts)
        delivery.save(update_fields=["attempts", "reason", "error", "at", "state"])
