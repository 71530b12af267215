"""What time does: limitation ends cases, silence warns inspection, and what need not be kept any longer goes."""

from __future__ import annotations

import datetime as dt
import logging
from typing import TYPE_CHECKING, Final

from django.db import connection, transaction

from vamco.kernel.base import clock
from vamco.kernel.base.audit import public as audit
from vamco.kernel.record.files import public as kept
from vamco.kernel.work.cases import public as cases
from vamco.lib.errors import VamcoError
from vamco.systems.traffic.contracts import CHAIN
from vamco.systems.traffic.models import Camera, Evidence, HotHit, Passage, Violation
from vamco.systems.traffic.queries import table
from vamco.systems.traffic.services import passages
from vamco.systems.traffic.services.proposing import MACHINE

if TYPE_CHECKING:
    from collections.abc import Callable

LOG: Final = logging.getLogger(__name__)
RUNNING: Final = ("proposed", "reviewed", "decided", "held", "notified", "contested")
PURPOSE: Final = "Hết thời hạn lưu trữ"
_BATCH: Final = 500


def end_lapsed() -> int:
    """End the cases whose limitation is over; returns how many."""
    rows = Violation.objects.filter(limitation__lt=clock.today(), case__state__in=RUNNING).order_by("pk")
    return _each(list(rows.values_list("pk", flat=True)), _lapse)


def warn_inspection() -> int:
    """Enter a warning to vehicle inspection for notices that stayed without an answer; returns how many."""
    before = clock.now() - dt.timedelta(days=table.settings().answer_days)
    rows = Violation.objects.filter(case__state="notified", notified_at__lt=before, warned_at=None).order_by("pk")
    return _each(list(rows.values_list("pk", flat=True)), _warn)


def retain() -> dict[str, int]:
    """Delete passages, and evidence of ended cases, beyond their camera's days. What an open case needs stays."""
    now = clock.now()
    counts = {"passages": 0, "evidence": 0, "hits": 0}
    for camera, days in Camera.objects.values_list("pk", "days"):
        before = now - dt.timedelta(days=days)
        counts["passages"] += _delete_passages(camera, before)
        counts["hits"] += HotHit.objects.filter(camera=camera, at__lt=before).delete()[0]
        counts["evidence"] += _drop_evidence(camera, before)
    passages.drop_months(now - dt.timedelta(days=max(Camera.objects.values_list("days", flat=True), default=0)))
    if any(counts.values()):
        with transaction.atomic():
            audit.record("traffic.retain", actor=MACHINE.actor, chain=CHAIN, subject="traffic:retention", detail=counts)
    return counts


def _delete_passages(camera: int, before: dt.datetime) -> int:
    deleted = 0
    while True:
        keys = list(Passage.objects.filter(camera=camera, at__lt=before).values_list("key", "at")[: _BATCH * 10])
        if not keys:
            return deleted
        with connection.cursor() as cursor:
            cursor.execute(
                "DELETE FROM traffic_passage WHERE camera_id = %s AND at < %s AND key = ANY(%s)",
                [camera, before, [key for key, _at in keys]],
            )
            deleted += cursor.rowcount


def _drop_evidence(camera: int, before: dt.datetime) -> int:
    """Drop files of ended cases. What ended in a decision stays until its limitation is over, since it may be complained of."""
    rows = Evidence.objects.filter(camera=camera, file__dropped_at=None).exclude(violations__case__open=True)
    ended = rows.filter(violations__case__closed_at__lt=before).distinct()
    dropped = 0
    for evidence in ended.prefetch_related("violations__case")[:_BATCH]:
        fined = [each for each in evidence.violations.all() if each.case.state == "paid"]
        if any(clock.today() <= each.limitation for each in fined):
            continue
        dropped += kept.drop(evidence.file_id, by=MACHINE.actor, purpose=PURPOSE)
    return dropped


def _each(numbers: list[int], do: Callable[[int], bool]) -> int:
    done = 0
    for number in numbers:
        try:
            done += do(number)
        except VamcoError as error:
            LOG.warning("violation %s: %s", number, error.code)
    return done


def _lapse(number: int) -> bool:
    cases.act(number, "lapse", by=MACHINE)
    return True


def _warn(number: int) -> bool:
    with transaction.atomic():
        row = Violation.objects.select_for_update(of=("self",)).filter(pk=number, warned_at=None).first()
        if row is None:
            return False
        cases.act(number, "warn", by=MACHINE)
        row.warned_at = clock.now()
        row.save(update_fields=["warned_at"])
    return True
