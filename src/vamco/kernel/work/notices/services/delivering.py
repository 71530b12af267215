"""From the outbox to the providers, and what they tell later.

A batch is claimed in one transaction, sent outside of any, and noted in others. Who dies between sending and noting leaves rows
`sending`; when their time is over another takes them up again with the same key. A provider that knows keys drops the second; of
the others the delivery says `doubtful`: the person may have got it twice (decision 0017).
"""

from __future__ import annotations

import datetime as dt
import logging
import queue
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, TypeAlias

from django.db import connection, transaction

from vamco.kernel.base import clock
from vamco.kernel.work.notices.adapters import channels
from vamco.kernel.work.notices.contracts import Next, Outcome, Receipt, State
from vamco.kernel.work.notices.models import Contact, Delivery, Hold
from vamco.kernel.work.notices.rules import messages
from vamco.kernel.work.notices.services import packing, sending

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vamco.kernel.work.notices.contracts import Channel, ChannelName, Line, Parcel, Report

    Answers: TypeAlias = "queue.SimpleQueue[Attempt]"

BATCH: Final = 200
LINES: Final = 8  # connections to one provider at once
LEASE: Final = dt.timedelta(
    minutes=10
)  # half of it is for sending: the last attempt has ended when another takes it up
LONGEST_S: Final = 20  # of one job: then others have their turn
NOTED_TOGETHER: Final = 50
NOTED_AFTER_S: Final = 0.25
HELD: Final = (Outcome.BUSY, Outcome.STOPPED)
_CLAIM = """
UPDATE notices_delivery SET doubtful = doubtful OR (state = 'sending' AND NOT %s::boolean), state = 'sending',
    next_at = %s::timestamptz
WHERE id IN (
    SELECT id FROM notices_delivery
    WHERE channel = %s AND priority = %s::smallint AND state IN ('queued', 'sending') AND next_at <= %s::timestamptz
    ORDER BY next_at, id LIMIT %s FOR UPDATE SKIP LOCKED
) RETURNING id
"""
# What a report has told meanwhile stays; and of what another has taken up since, only that it was taken is still news.
_NOTE = """
UPDATE notices_delivery delivery SET state = noted.state, next_at = noted.next_at, attempts = noted.attempts,
    reason = noted.reason, reference = coalesce(nullif(noted.reference, ''), delivery.reference),
    shown = coalesce(nullif(noted.shown, ''), delivery.shown), doubtful = delivery.doubtful OR noted.doubtful,
    sent_at = CASE WHEN noted.state = 'sent' THEN %s::timestamptz ELSE delivery.sent_at END,
    ended_at = CASE WHEN noted.state IN ('failed', 'dead') THEN greatest(%s::timestamptz, delivery.queued_at) END
FROM unnest(%s::bigint[], %s::text[], %s::timestamptz[], %s::smallint[], %s::text[], %s::text[], %s::text[], %s::boolean[],
    %s::timestamptz[]) AS noted (id, state, next_at, attempts, reason, reference, shown, doubtful, lease)
WHERE delivery.id = noted.id AND delivery.state = 'sending' AND (delivery.next_at = noted.lease OR noted.state = 'sent')
"""
_MEMBERS = """
UPDATE notices_delivery member SET state = head.state, reason = head.reason, reference = head.reference, shown = head.shown,
    attempts = head.attempts, doubtful = head.doubtful, sent_at = head.sent_at, ended_at = head.ended_at
FROM notices_delivery head WHERE member.head_id = head.id AND head.id = ANY(%s) AND head.state NOT IN ('queued', 'sending')
"""
log = logging.getLogger(__name__)


@dataclass(slots=True)
class Attempt:
    """A delivery that was claimed, what it is, and what the provider gave for it; None when it was not tried."""

    row: Delivery
    packed: packing.Packed
    receipt: Receipt | None = None

    def following(self) -> Next:
        """Give what is noted of it."""
        if self.packed.aside is not None:
            return self.packed.aside
        if self.receipt is None:
            return Next(State.QUEUED, self.row.reason, counted=False)
        return messages.after(self.receipt, self.row.attempts + 1)


def deliver(channel: ChannelName) -> int:
    """Send what waits for a channel, urgent notices first; gives how many were handled. Stops after LONGEST_S."""
    handled, deadline = 0, time.monotonic() + LONGEST_S
    if not channels.serves(channel):
        return 0
    port = channels.channel(channel)
    while not Hold.objects.filter(channel=channel, until__gt=clock.now()).exists():
        batch = _claim(channel, port)
        if not batch:
            break
        _handle(channel, port, batch)
        handled += len(batch)
        if time.monotonic() > deadline:
            sending.wake()
            break
    return handled


def gather() -> int:
    """Put together what waited for the digest, a person's into one delivery; gives how many leave. Safe to repeat."""
    with transaction.atomic():
        due = Delivery.objects.select_for_update(of=("self",), skip_locked=True).filter(
            state=State.GATHERED, head=None, next_at__lte=clock.now()
        )
        rows = list(due.select_related("notice").order_by("notice__person", "channel", "pk"))
        heads: dict[tuple[int, str], Delivery] = {}
        for row in rows:
            head = heads.setdefault((row.notice.person_id, row.channel), row)
            if head is not row:
                row.head = head
        leaving = [head.pk for head in heads.values()]
        Delivery.objects.filter(pk__in=leaving).update(state=State.QUEUED)
        Delivery.objects.bulk_update([row for row in rows if row.head], ["head"], batch_size=1000)
    if leaving:
        sending.wake()
    return len(leaving)


def note_report(channel: ChannelName, report: Report) -> bool:
    """Note what a provider tells of a delivery; False when it changes nothing: unknown, told before, or overtaken."""
    with transaction.atomic():
        known = {"key": report.key} if report.key else {"reference": report.reference}
        rows = Delivery.objects.select_for_update(of=("self",)).filter(channel=channel, **known)
        row = rows.select_related("notice").first() if any(known.values()) else None
        state = messages.reported(State(row.state), delivered=report.delivered) if row else None
        if row is None or state is None:
            return False
        now = clock.not_before(row.queued_at)
        row.state, row.reason, row.ended_at, row.sent_at = (
            state,
            messages.reason(report.reason),
            now,
            row.sent_at or now,
        )
        row.save(update_fields=["state", "reason", "ended_at", "sent_at"])
        _tell_members([row.pk])
        if report.bars:
            _bar(channel, {row.notice.person_id: row.reason})
    return True


def _claim(channel: ChannelName, port: Channel) -> list[Delivery]:
    """Take the next batch, so that no other worker does."""
    now = clock.now()
    ids: list[int] = []
    with transaction.atomic(), connection.cursor() as cursor:
        for priority in (sending.URGENT, sending.TO_ONE, sending.TO_MANY):
            if len(ids) < BATCH:
                cursor.execute(_CLAIM, [port.idempotent, now + LEASE, channel, priority, now, BATCH - len(ids)])
                ids += [row[0] for row in cursor.fetchall()]
    rows = Delivery.objects.filter(pk__in=ids).select_related("notice__message__template")
    # What has failed before goes last: it may be what the provider stops at, and then the others have gone.
    return sorted(rows, key=lambda row: (row.priority, bool(row.reason), row.pk))


def _handle(channel: ChannelName, port: Channel, batch: Sequence[Delivery]) -> None:
    """Send a batch over several lines at once, and note each answer soon after it came."""
    packed = packing.pack(channel, batch, clock.now())
    _note(channel, port, [Attempt(row, packed[row.pk]) for row in batch if packed[row.pk].parcel is None])
    waiting = [Attempt(row, packed[row.pk]) for row in batch if packed[row.pk].parcel is not None]
    answers: Answers = queue.SimpleQueue()
    enough = threading.Event()
    with ThreadPoolExecutor(LINES, thread_name_prefix=f"notices-{channel}") as pool:
        for start in range(min(LINES, len(waiting))):
            pool.submit(_work, port, waiting[start::LINES], answers, enough)
        left, serves = len(waiting), False
        try:
            while left:
                ready = _next(answers, left)
                serves |= any(
                    attempt.receipt is not None and attempt.receipt.outcome == Outcome.TAKEN for attempt in ready
                )
                _note(channel, port, _blamed(ready) if serves else ready)
                left -= len(ready)
        finally:
            enough.set()  # what cannot be noted is not sent either: it would be sent again


def _blamed(attempts: Sequence[Attempt]) -> Sequence[Attempt]:
    """A provider that serves others and stops at one message has something against that message: it counts as its failure.

    One that says when to come back has nothing against it: its quota is used up.
    """
    for attempt in attempts:
        if attempt.receipt is not None and attempt.receipt.outcome == Outcome.STOPPED and not attempt.receipt.after:
            attempt.receipt = replace(attempt.receipt, outcome=Outcome.LATER)
    return attempts


def _work(port: Channel, share: Sequence[Attempt], answers: Answers, enough: threading.Event) -> None:
    """Send a share over one line; once the provider has had enough of us, or the lease runs out, the rest is not tried."""
    left, deadline = list(share), time.monotonic() + LEASE.total_seconds() / 2
    try:
        with port.open() as line:
            while left and not enough.is_set() and time.monotonic() < deadline:
                attempt = left.pop(0)
                attempt.receipt = _sent(line, attempt.packed.parcel)
                if attempt.receipt.outcome in HELD:
                    enough.set()
                answers.put(attempt)
    except Exception as error:  # noqa: BLE001  # an adapter's mistake must not hold up the others
        log.error("a line could not be opened or closed: %s", type(error).__name__)  # noqa: TRY400  # its text may name somebody
        for attempt in left:
            attempt.receipt = Receipt(Outcome.LATER, type(error).__name__)
    finally:
        for attempt in left:
            answers.put(attempt)


def _sent(line: Line, parcel: Parcel | None) -> Receipt:
    assert parcel is not None  # noqa: S101  # for the type checker: chosen by that
    try:
        return line.send(parcel)
    except Exception as error:  # noqa: BLE001  # see above; what it had done by then nobody knows
        log.error("parcel %s could not be sent: %s", parcel.key, type(error).__name__)  # noqa: TRY400  # see above
        return Receipt(Outcome.DOUBTFUL, type(error).__name__)


def _next(answers: Answers, left: int) -> list[Attempt]:
    """Give the next answers: as many as are noted together, or those of a short while."""
    ready = [answers.get()]
    deadline = time.monotonic() + NOTED_AFTER_S
    while len(ready) < min(left, NOTED_TOGETHER):
        try:
            ready.append(answers.get(timeout=max(deadline - time.monotonic(), 0)))
        except queue.Empty:
            break
    return ready


def _note(channel: ChannelName, port: Channel, attempts: Sequence[Attempt]) -> None:
    """Note what became of deliveries, together; a provider that has had enough is left alone for a while."""
    if not attempts:
        return
    now = clock.now()
    following = [(attempt, attempt.following()) for attempt in attempts]
    rows = [
        (
            attempt.row.pk,
            then.state.value,
            now + dt.timedelta(seconds=then.wait),
            attempt.row.attempts + then.counted,
            then.reason,
            messages.reference(attempt.receipt.reference if attempt.receipt else ""),
            attempt.packed.shown,
            attempt.receipt is not None and attempt.receipt.outcome == Outcome.DOUBTFUL and not port.idempotent,
            attempt.row.next_at,
        )
        for attempt, then in following
    ]
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(_NOTE, [now, now, *map(list, zip(*rows, strict=True))])
        _tell_members([attempt.row.pk for attempt in attempts if attempt.packed.digest])
        _bar(
            channel,
            {a.row.notice.person_id: then.reason for a, then in following if a.receipt is not None and a.receipt.bars},
        )
        held = [then for attempt, then in following if attempt.receipt and attempt.receipt.outcome in HELD]
        if held:
            _hold(channel, max(held, key=lambda then: then.wait), now)


def _tell_members(heads: Sequence[int]) -> None:
    """What became of a digest became of all that was in it."""
    if heads:
        with connection.cursor() as cursor:
            cursor.execute(_MEMBERS, [list(heads)])


def _bar(channel: ChannelName, persons: dict[int, str]) -> None:
    """Send nothing more to addresses that are dead."""
    for person, why in persons.items():
        Contact.objects.filter(person=person, channel=channel).update(barred=why or "dead")


def _hold(channel: ChannelName, why: Next, now: dt.datetime) -> None:
    Hold.objects.update_or_create(
        channel=channel, defaults={"until": now + dt.timedelta(seconds=why.wait), "reason": why.reason}
    )
    log.warning("%s is held for %s s: %s", channel, why.wait, why.reason)
