"""Events of a span of time, handed to one handler once more, in the order in which they were told."""

from __future__ import annotations

import logging
from collections import Counter
from typing import TYPE_CHECKING

from django.db import IntegrityError, InterfaceError, OperationalError, connection, transaction
from django.db.models import DateTimeField, F, Max, Value
from django.db.models.functions import Greatest

from vamco import vocab
from vamco.kernel.base import clock
from vamco.kernel.base.audit import public as audit
from vamco.kernel.base.events import queries
from vamco.kernel.base.events.contracts import Plan, ReplayView
from vamco.kernel.base.events.models import Delivery, Event, Replay
from vamco.kernel.base.events.services import delivering
from vamco.kernel.base.jobs import public as jobs
from vamco.lib.errors import N_, Missing, Refused
from vamco.lib.traces import Trace, trace

if TYPE_CHECKING:
    import datetime as dt

    from django.db.models import QuerySet

REPLAY = "events.replay"
log = logging.getLogger(__name__)
State = Replay.State


def heard() -> dict[str, str]:
    """Give the event that each handler hears, by the handler's name."""
    heard = delivering._heard  # noqa: SLF001  # the room's own registry
    return {name: vocab.name_of(event) for name, event in sorted(heard.items())}


def plan(handler: str, since: dt.datetime, until: dt.datetime) -> Plan:
    """Say what a replay of the events from `since` until before `until` would do, and change nothing."""
    versions: Counter[int] = Counter()
    unreadable, first, last = 0, None, None
    for event in _within(handler, since, until).order_by("pk").iterator(1000):
        versions[event.version] += 1
        first, last = first or event.at, event.at
        try:
            vocab.load(event.name, event.version, event.payload)
        except Refused:
            unreadable += 1
    skipped = Delivery.objects.filter(
        handler=handler, state=Delivery.State.DISCARDED, event__in=_within(handler, since, until)
    ).count()
    return Plan(versions.total(), dict(sorted(versions.items())), unreadable, skipped, first, last)


def replay(
    handler: str, since: dt.datetime, until: dt.datetime, *, by: str = audit.SYSTEM, chain: str = delivering.CHAIN
) -> int:
    """Have the worker hand the events from `since` until before `until` to a handler again; gives the replay's number.

    No other handler hears of it, nothing is told again. A discarded letter stays discarded. What fails becomes a dead
    letter, unless it is on its way still.
    """
    within = _within(handler, since, until)
    try:
        with transaction.atomic():
            row = Replay.objects.create(
                handler=handler,
                since=since,
                until=until,
                asked_at=clock.now(),
                upto=within.aggregate(newest=Max("pk"))["newest"] or 0,
                total=within.count(),
            )
            _send(row.pk)
            audit.record(
                "events.replay",
                actor=by,
                chain=chain,
                subject=f"replay:{row.pk}",
                detail={
                    "handler": handler,
                    "since": since.isoformat(),
                    "until": until.isoformat(),
                    "events": row.total,
                },
            )
    except IntegrityError:
        raise Refused(
            "events.replays_already", N_("The handler “%(handler)s” is being replayed already."), handler=handler
        ) from None
    return int(row.pk)


def stop(replay_id: int, *, by: str = audit.SYSTEM, chain: str = delivering.CHAIN) -> None:
    """End a replay between two events; what it has done stays done."""
    with transaction.atomic():
        if not stopped(replay_id):
            raise Missing("events.no_replay", N_("No replay %(replay)s is under way."), replay=replay_id)
        audit.record("events.stop_replay", actor=by, chain=chain, subject=f"replay:{replay_id}")


def sweep() -> None:
    """Send on their way again the replays whose job may be lost; one that is at work keeps the second waiting until it ends."""
    since = clock.now() - delivering.LOST_AFTER
    unended = Replay.objects.filter(state__in=[State.WAITING, State.RUNNING], asked_at__lt=since)
    for number in unended.values_list("pk", flat=True):
        _send(number)


def _send(replay_id: int) -> None:
    key = f"{REPLAY}:{replay_id}"
    jobs.later(REPLAY, key=key, lock=key, replay=replay_id)


def run(replay_id: int) -> None:
    """Do a replay, or go on with one whose worker died. Each event commits together with the replay's place."""
    row = Replay.objects.get(pk=replay_id)
    if not Replay.objects.filter(pk=replay_id, state__in=[State.WAITING, State.RUNNING]).update(state=State.RUNNING):
        return
    numbers = _within(row.handler, row.since, row.until).filter(pk__gt=row.place, pk__lte=row.upto)
    passed = queries.view(row).passed
    try:
        for number in list(numbers.order_by("pk").values_list("pk", flat=True)):
            jobs.report(passed, row.total)
            if not _step(row, number):
                return
            passed += 1
    except jobs.Stopped:
        stopped(replay_id)
        raise
    jobs.report(passed, row.total)
    Replay.objects.filter(pk=replay_id, state=State.RUNNING).update(state=State.DONE, ended_at=_end())


def _end() -> Greatest:
    """Give the moment, never before a replay was asked for."""
    return Greatest(F("asked_at"), Value(clock.now(), output_field=DateTimeField()))


def stopped(replay: int) -> bool:
    """Note that a replay was stopped, or its job on the page of jobs; False when it is not under way."""
    under_way = Replay.objects.filter(pk=replay, state__in=[State.WAITING, State.RUNNING])
    return bool(under_way.update(state=State.STOPPED, ended_at=_end()))


def _step(row: Replay, number: int) -> bool:
    """Hand over one event; False when the replay was stopped, or another worker is doing it."""
    tries = 0
    while True:
        tries += 1
        try:
            with transaction.atomic():
                if not _on(row, number):
                    return False
                outcome = _hand_over(row.handler, number)
                _passed(row, number, outcome)
        except (InterfaceError, OperationalError) as error:
            if not connection.is_usable():  # the event is not to blame; the job is tried again
                raise
            if tries == delivering.MAX_ATTEMPTS:  # before: a deadlock, a lock that came too late; it may go well yet
                return _failed(row, number, trace(error))
        except Exception as error:  # noqa: BLE001  # whatever a handler or a job raises
            return _failed(row, number, trace(error))
        else:
            return True


def _failed(row: Replay, number: int, found: Trace) -> bool:
    log.error("replay %s failed at event %s: %s", row.pk, number, found.text)  # no text of errors
    with transaction.atomic():
        if not _on(row, number):
            return False
        _passed(row, number, _bury(row.handler, number, found))
    return True


def _on(row: Replay, number: int) -> bool:
    """Take the replay's row for this transaction; False when it has ended or is behind this event already."""
    now = Replay.objects.select_for_update().get(pk=row.pk)
    return now.state == State.RUNNING and now.place < number


def _hand_over(handler: str, number: int) -> str:
    event = Event.objects.get(pk=number)
    known, _new = Delivery.objects.get_or_create(  # one that is older than its handler has none
        event=event, handler=handler, defaults={"at": clock.now(), "state": Delivery.State.PENDING}
    )
    delivery = Delivery.objects.select_for_update().get(pk=known.pk)  # it may be on its way at this moment
    if delivery.state == Delivery.State.DISCARDED:
        return "skipped"
    delivering.hand_over(event, handler)
    Delivery.objects.filter(pk=delivery.pk).update(state=Delivery.State.DONE, reason="", error="", at=clock.now())
    return "handled"


def _bury(handler: str, number: int, found: Trace) -> str:
    """Lay a failed event to rest as a dead letter, unless it has tries of its own still, or was discarded meanwhile."""
    dead = {
        "state": Delivery.State.DEAD,
        "attempts": 1,
        "reason": found.reason[:200],
        "error": found.text,
        "at": clock.now(),
    }
    known, new = Delivery.objects.get_or_create(event_id=number, handler=handler, defaults=dead)
    if new:
        return "failed"
    delivery = Delivery.objects.select_for_update().get(pk=known.pk)
    if delivery.state == Delivery.State.DISCARDED:
        return "skipped"
    if delivery.state != Delivery.State.PENDING:  # its own job hands that one over, and counts
        Delivery.objects.filter(pk=delivery.pk).update(**dead)
    return "failed"


def _passed(row: Replay, number: int, outcome: str) -> None:
    Replay.objects.filter(pk=row.pk).update(place=number, **{outcome: F(outcome) + 1})


def _within(handler: str, since: dt.datetime, until: dt.datetime) -> QuerySet[Event]:
    name = heard().get(handler)
    if name is None:
        raise Missing("events.no_handler", N_("No handler is named “%(handler)s”."), handler=handler)
    if since.tzinfo is None or until.tzinfo is None:
        msg = "a time without its zone"
        raise TypeError(msg)
    if until <= since:
        raise Refused("events.empty_span", N_("The span must end after it begins."))
    return Event.objects.filter(name=name, at__gte=since, at__lt=until)


def view(replay_id: int) -> ReplayView:
    """Give a replay as it stands; Missing when there is none."""
    row = Replay.objects.filter(pk=replay_id).first()
    if row is None:
        raise Missing("events.no_replay", N_("No replay %(replay)s is under way."), replay=replay_id)
    return queries.view(row)
