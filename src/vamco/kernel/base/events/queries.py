from __future__ import annotations

from typing import TYPE_CHECKING

from vamco.kernel.base.events.models import Delivery

if TYPE_CHECKING:
    from django.db.models import QuerySet


def dead_letters() -> QuerySet[Delivery]:
    """Deliveries that failed for good, newest first, with their events."""
    return Delivery.objects.filter(state=Delivery.State.DEAD).select_related("event").order_by("-at")
