"""How the synchronisation stands: what waits, what was refused, how far behind the portal is."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final

from django.db import connection
from django.db.models import Count, Min, Q

from vamco.kernel.base import clock
from vamco.systems.national.contracts import FeedState, Lag, Trouble, WaitingLine
from vamco.systems.national.models import Arrival, Feed, Line, Message

if TYPE_CHECKING:
    from django.db.models import QuerySet

_DAY: Final = dt.timedelta(days=1)
_PERCENTILES: Final = """
    SELECT count(*),
        percentile_disc(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM sent_at - at)),
        percentile_disc(0.95) WITHIN GROUP (ORDER BY extract(epoch FROM sent_at - at))
    FROM national_message WHERE sent_at >= %s"""


def lag(since: dt.timedelta = _DAY) -> Lag:
    """Return how far the portal is behind: from what happened to when the portal had certainly taken it."""
    now = clock.now()
    with connection.cursor() as cursor:
        cursor.execute(_PERCENTILES, [now - since])
        sent, middle, high = cursor.fetchone()
    waiting = Message.objects.filter(state=Message.State.WAITING).aggregate(count=Count("pk"), oldest=Min("at"))
    parked = Message.objects.filter(state=Message.State.PARKED).count()
    return Lag(
        waiting=waiting["count"],
        parked=parked,
        oldest=now - waiting["oldest"] if waiting["oldest"] else None,
        sent=sent,
        p50_s=None if middle is None else float(middle),
        p95_s=None if high is None else float(high),
    )


def waiting(limit: int = 50) -> list[WaitingLine]:
    """Return the dossiers with messages that wait, the longest first."""
    held = Q(messages__state=Message.State.WAITING)
    lines = (
        Line.objects.filter(messages__state=Message.State.WAITING)
        .annotate(count=Count("messages", filter=held), since=Min("messages__at", filter=held))
        .order_by("since")[:limit]
    )
    return [
        WaitingLine(row.case_id, row.number, row.count, row.since, row.next_at, row.attempts, row.reason)
        for row in lines
    ]


def troubles(limit: int = 50) -> list[Trouble]:
    """Return the messages that the portal refused, the oldest first."""
    rows = Message.objects.filter(state=Message.State.PARKED).select_related("line").order_by("parked_at")[:limit]
    return [
        Trouble(row.pk, row.line.number, row.call, row.seq, row.answer, row.parked_at, row.fault_id)  # type: ignore[arg-type]
        for row in rows
    ]


def feeds() -> list[FeedState]:
    """Return how far each feed was read."""
    return [FeedState(row.name, row.at, row.reason, row.unreadable) for row in Feed.objects.order_by("name")]  # type: ignore[arg-type]


def stuck_arrivals(limit: int = 50) -> list[tuple[str, str, str, str, dt.datetime]]:
    """Return the dossiers that the portal handed over and that could not be filed here: number, procedure, office, why, when."""
    rows: QuerySet[Arrival, Any] = Arrival.objects.filter(case=None).order_by("-at")[:limit]
    return [(row.number, row.procedure, row.office, row.reason, row.at) for row in rows]
