from __future__ import annotations

import datetime as dt
import logging
import traceback
from collections import defaultdict
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from django.db import connection, transaction

from vamco import vocab
from vamco.kernel.base import clock
from vamco.kernel.base.events.models import Delivery, Event
from vamco.kernel.base.jobs import public as jobs
from vamco.lib.errors import N_, Missing, Refused

if TYPE_CHECKING:
    from collections.abc import Callable

E = TypeVar("E")
Handler: TypeAlias = "Callable[[Any], None]"

MAX_ATTEMPTS = 5
LOST_AFTER = dt.timedelta(minutes=10)
DELIVER = "events.deliver"
log = logging.getLogger(__name__)
_handlers: dict[str, Handler] = {}
_names_by_event: dict[type, list[str]] = defaultdict(list)


def handler(name: str, event: type[E]) -> Callable[[Callable[[E], None]], Callable[[E], None]]:
    """Register a function that hears an event. It runs once for each event, in a transaction of its own."""

    def register(function: Callable[[E], None]) -> Callable[[E], None]:
        if name in _handlers:
            raise TypeError(f"two handlers are named {name}")
        _handlers[name] = function
        _names_by_event[event].append(name)
        return function

    return register


def emit(event: object) -> None:
    """Tell an event to all who hear it, if and only if the present transaction commits."""
    if not connection.in_atomic_block:
        msg = "an event belongs to the transaction of its act"
        raise transaction.TransactionManagementError(msg)
    name, version, payload = vocab.dump(event)
    now = clock.now()
    row = Event.objects.create(name=name, version=version, payload=payload, at=now)
    for delivery in Delivery.objects.bulk_create(
        Delivery(event=row, handler=listener, at=now) for listener in _names_by_event[type(event)]
    ):
        _send(delivery.pk)


def deliver(delivery_id: int) -> None:
    """Hand one event to its handler; the effects and the mark that it is done commit together."""
    try:
        with transaction.atomic():
            delivery = Delivery.objects.select_for_update(of=("self",)).select_related("event").get(pk=delivery_id)
            if delivery.state != Delivery.State.PENDING:
                return
            event = delivery.event
            _handlers[delivery.handler](vocab.load(event.name, event.version, event.payload))
            Delivery.objects.filter(pk=delivery_id).update(state=Delivery.State.DONE, at=clock.now())
    except Exception:
        log.exception("delivery %s failed", delivery_id)
        _failed(delivery_id, traceback.format_exc(limit=-3))


def retry(delivery_id: int) -> None:
    """Send a dead letter on its way again."""
    with transaction.atomic():
        changed = Delivery.objects.filter(pk=delivery_id, state=Delivery.State.DEAD).update(
            state=Delivery.State.PENDING,
            attempts=0,
            at=clock.now(),
        )
        if not changed:
            if not Delivery.objects.filter(pk=delivery_id).exists():
                raise Missing("events.no_delivery", N_("There is no delivery %(delivery)s."), delivery=delivery_id)
            raise Refused("events.not_dead", N_("Only a dead letter can be sent again."))
        _send(delivery_id)


def sweep() -> None:
    """Send on its way again what has waited for so long that its job must be lost."""
    since = clock.now() - LOST_AFTER
    for pk in Delivery.objects.filter(state=Delivery.State.PENDING, at__lt=since).values_list("pk", flat=True):
        _send(pk)


def _send(delivery_id: int, *, after: int = 0) -> None:
    jobs.later(DELIVER, key=f"{DELIVER}:{delivery_id}", after=after, delivery=delivery_id)


def _failed(delivery_id: int, error: str) -> None:
    with transaction.atomic():
        delivery = Delivery.objects.select_for_update().filter(pk=delivery_id, state=Delivery.State.PENDING).first()
        if delivery is None:  # another worker has handled it meanwhile
            return
        delivery.attempts += 1
        delivery.error = error.replace("\0", "")  # PostgreSQL would refuse the letter, and the failure would be lost
        delivery.at = clock.now()
        if delivery.attempts >= MAX_ATTEMPTS:
            delivery.state = Delivery.State.DEAD
        else:
            _send(delivery_id, after=2**delivery.attempts)
        delivery.save(update_fields=["attempts", "error", "at", "state"])
