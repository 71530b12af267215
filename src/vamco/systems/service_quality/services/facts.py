"""What counts of each dossier, written anew whenever news of it comes; hearing all of it again gives the same rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction

from vamco.kernel.base import clock
from vamco.kernel.world.agencies import public as agencies
from vamco.lib.time import local_date
from vamco.systems.onestop import public as onestop
from vamco.systems.service_quality.models import Fact

if TYPE_CHECKING:
    import datetime as dt


def note(case: int) -> bool:
    """Write what counts of a dossier as it stands, and return whether that changed anything."""
    said = onestop.standing(case)
    values: dict[str, Any] = {
        "number": said.number,
        "office_id": agencies.get(said.office).pk,
        "handler_id": agencies.get(said.handler).pk,
        "procedure": said.procedure,
        "channel": said.channel,
        "sent_on": local_date(said.sent_at),
        "received_on": _day(said.received_at),
        "due_on": _day(said.due_at),
        "finished_on": _day(said.finished_at),
        "in_time": said.in_time,
        "delivered_on": _day(said.delivered_at),
        "stored": said.delivered == "stored",
        "synced": said.sync == "sent",
        "rating": said.rating,
        "rated_on": _day(said.rated_at),
    }
    with transaction.atomic():
        row, new = Fact.objects.select_for_update().get_or_create(
            case_id=case, defaults={**values, "changed_at": clock.now()}
        )
        if new or all(getattr(row, name) == value for name, value in values.items()):
            return new
        Fact.objects.filter(pk=case).update(**values, changed_at=clock.now())
    return True


def _day(moment: dt.datetime | None) -> dt.date | None:
    return local_date(moment) if moment else None
