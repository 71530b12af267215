"""Dossiers and ratings as datasets of the hub, under contracts as a department's would be: quarter by quarter, without people."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final

from django.db import transaction
from django.db.models import Max, Q

from vamco.kernel.base import clock
from vamco.lib.errors import VamcoError
from vamco.systems.hub import public as hub
from vamco.systems.service_quality.contracts import DOSSIERS, RATINGS
from vamco.systems.service_quality.models import Fact, Publication

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_CHANNELS: Final = {"online": "truc_tuyen", "counter": "truc_tiep", "post": "buu_chinh"}
_OVERLAP: Final = dt.timedelta(minutes=5)
"""A fact may be committed after one that changed later: what changed this shortly before is looked at again."""


def publish() -> int:
    """Publish what changed since the last time, and return how many quarters were. The same rows again change nothing at the hub."""
    return sum(_publish(name, day, row) for name, (day, row) in _DATASETS.items())


def _publish(dataset: str, day: str, row: Callable[[Fact], dict[str, Any]]) -> int:
    kept, _new = Publication.objects.get_or_create(dataset=dataset)
    changed = Fact.objects.filter(**{f"{day}__isnull": False})
    newest = changed.aggregate(newest=Max("changed_at"))["newest"]
    if newest is None or newest == kept.upto:
        return 0
    since = Q() if kept.upto is None else Q(changed_at__gt=kept.upto - _OVERLAP)
    quarters = sorted({_quarter(each) for each in changed.filter(since).values_list(day, flat=True).distinct()})
    try:
        for quarter in quarters:
            hub.publish(dataset, _rows(quarter, day, row), as_of=newest, key=quarter)
    except VamcoError as error:
        Publication.objects.filter(dataset=dataset).update(at=clock.now(), reason=error.code[:60])
        raise
    with transaction.atomic():
        Publication.objects.filter(dataset=dataset).update(upto=newest, at=clock.now(), reason="")
    return len(quarters)


def _rows(quarter: str, day: str, row: Callable[[Fact], dict[str, Any]]) -> Iterator[dict[str, Any]]:
    year, number = int(quarter[:4]), int(quarter[-1])
    first = dt.date(year, 3 * number - 2, 1)
    last = (dt.date(year, 3 * number, 28) + dt.timedelta(days=4)).replace(day=1) - dt.timedelta(days=1)
    rows = Fact.objects.filter(**{f"{day}__range": (first, last)}).select_related("handler", "office__place")
    for fact in rows.order_by("pk").iterator(chunk_size=5000):
        yield row(fact)


def _quarter(day: dt.date) -> str:
    return f"{day.year}-Q{(day.month + 2) // 3}"


def _whose(fact: Fact) -> dict[str, Any]:
    place = fact.office.place
    return {"ma_tthc": fact.procedure, "ma_xa": place.code if place else None, "ma_co_quan": fact.handler.code}


def _dossier(fact: Fact) -> dict[str, Any]:
    assert fact.received_on is not None  # noqa: S101  # asked for so
    due = fact.due_on or fact.received_on
    return {
        "ky_tiep_nhan": _quarter(fact.received_on),
        "ma_dong": str(fact.pk),
        **_whose(fact),
        "ngay_tiep_nhan": fact.received_on.isoformat(),
        "han_tra": due.isoformat(),
        "ngay_tra": fact.finished_on.isoformat() if fact.finished_on else None,
        "dung_han": None if fact.in_time is None else int(fact.in_time),
        "kenh": _CHANNELS[fact.channel],
    }


def _rating(fact: Fact) -> dict[str, Any]:
    assert fact.rated_on is not None  # noqa: S101  # asked for so
    return {
        "ky_danh_gia": _quarter(fact.rated_on),
        "ma_dong": str(fact.pk),
        **_whose(fact),
        "ngay_danh_gia": fact.rated_on.isoformat(),
        "diem": fact.rating,
    }


_DATASETS: Final = {DOSSIERS: ("received_on", _dossier), RATINGS: ("rated_on", _rating)}
