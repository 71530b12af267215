from __future__ import annotations

import logging
import traceback
from collections import defaultdict
from typing import TYPE_CHECKING, Any, TypeVar

from django.db import connection, transaction
from django.db.models import F

from vamco import vocab
from vamco.kernel.base import clock
from vamco.kernel.base.events.models import Delivery, Event
from vamco.kernel.base.jobs import public as jobs
from vamco.lib.errors import N_, Missing, Refused

if TYPE_CHECKING:
    from collections.abc import Callable

E = TypeVar("E")
Handler = Callable[[Any], None] if TYPE_CHECKING else object

MAX_ATTEMPTS = 5
DELIVER = "events.deliver"
log = logging.getLogger(__name__)
_handlers: dict[str, Handler] = {}
_names_by_event: dict[type, list[str]] = defaultdict(list)


def handler(name: str, event: type[E]) -> Callable[[Callable[[E], None]], Callable[[E], None]]:
    """Register a function that hears an event. It runs once for each event, in a transaction of its own."""

    def register(function: Callable[[E], None]) -> Callable[[E], None]:
        _handlers[name] = function
        _names_by_event[event].append(name)
        return function

    return register


def emit(event: object) -> None:
    """Tells an event to all who hear it, if and only if the present transaction commits."""
    if not connection.in_atomic_block:
        msg = "an event belongs to the transaction of its act"
        raise transaction.TransactionManagementError(msg)
    name, version, payload = vocab.dump(event)
    now = clock.now()
    row = Event.objects.create(name=name, version=version, payload=payload, at=now)
    for delivery in Delivery.objects.bulk_create(
        Delivery(event=row, handler=listener, at=now) for listener in _names_by_event[type(event)]
    ):
        jobs.later(DELIVER, delivery=delivery.pk)


def deliver(delivery_id: int) -> None:
    """Hands one event to its handler; the effects and the mark that it is done commit together."""
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
        jobs.later(DELIVER, delivery=delivery_id)


def _failed(delivery_id: int, error: str) -> None:
    with transaction.atomic():
        Delivery.objects.filter(pk=delivery_id).update(attempts=F("attempts") + 1, error=error, at=clock.now())
        attempts = Delivery.objects.values_list("attempts", flat=True).get(pk=delivery_id)
        if attempts >= MAX_ATTEMPTS:
            Delivery.objects.filter(pk=delivery_id).update(state=Delivery.State.DEAD)
        else:
            jobs.later(DELIVER, after=2**attempts, delivery=delivery_id)
