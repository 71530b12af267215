from __future__ import annotations

from typing import TYPE_CHECKING

from vamco.kernel.base.events.contracts import ReplayView
from vamco.kernel.base.events.models import Delivery, Replay

if TYPE_CHECKING:
    from django.db.models import QuerySet


def dead_letters() -> QuerySet[Delivery]:
    """Deliveries that failed for good, newest first, with their events."""
    return Delivery.objects.filter(state=Delivery.State.DEAD).select_related("event").order_by("-at", "-pk")


def discarded_letters() -> QuerySet[Delivery]:
    """Deliveries that somebody gave up for a reason, newest first, with their events."""
    return Delivery.objects.filter(state=Delivery.State.DISCARDED).select_related("event").order_by("-at", "-pk")


def replays(limit: int = 20) -> list[ReplayView]:
    """The latest replays, newest first."""
    return [view(row) for row in Replay.objects.order_by("-pk")[:limit]]


def view(row: Replay) -> ReplayView:
    """A replay as others see it."""
    return ReplayView(
        id=row.pk,
        handler=row.handler,
        since=row.since,
        until=row.until,
        asked_at=row.asked_at,
        ended_at=row.ended_at,
        total=row.total,
        handled=row.handled,
        failed=row.failed,
        skipped=row.skipped,
        state=row.state,
    )
