from __future__ import annotations

import datetime as dt
import shutil
import time
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import transaction

from vamco.kernel.base import clock
from vamco.kernel.base.audit import public as audit
from vamco.kernel.base.events import public as events
from vamco.kernel.base.removals import public as removals
from vamco.lib.errors import Unavailable
from vamco.systems.hub import queries
from vamco.systems.hub.contracts import RunState
from vamco.systems.hub.models import Dataset
from vamco.systems.hub.services import settling
from vamco.systems.hub.services.locking import alone
from vamco.vocab.hub import DatasetInTime, DatasetLate

ORPHAN_AGE: Final = dt.timedelta(days=1)


def tell_late() -> list[str]:
    """Tell of each due time that was missed, once, and that a dataset is late no longer; return the datasets that are newly late."""
    now = clock.now()
    told = []
    for pk in Dataset.objects.order_by("code").values_list("pk", flat=True):
        with transaction.atomic():
            row = Dataset.objects.select_for_update(of=("self",)).select_related("contract", "owner").get(pk=pk)
            late = queries.lateness(row, now)
            missed = late.missed if late else None
            if missed == row.told_late_for:
                continue
            Dataset.objects.filter(pk=pk).update(told_late_for=missed)
            if missed is None:
                events.emit(DatasetInTime(row.code))
                _record_lateness("hub.tell_in_time", row, row.told_late_for)
            else:
                events.emit(DatasetLate(row.code, missed, row.published_at))
                _record_lateness("hub.tell_late", row, missed)
                told.append(row.code)
    return told


def _record_lateness(act: str, row: Dataset, due_at: dt.datetime | None) -> None:
    audit.record(
        act,
        actor=audit.SYSTEM,
        chain=row.owner.code,
        subject=f"dataset:{row.code}",
        detail={"due_at": due_at.isoformat() if due_at else None},
    )


def close_abandoned() -> int:
    """Ends the runs whose process died; gives their number."""
    closed = 0
    for row in Dataset.objects.filter(runs__state=RunState.RUNNING).distinct():
        try:
            with alone("dataset", row.pk, patience=0):
                closed += settling.close_abandoned(row)
        except Unavailable:  # it is alive
            continue
    return closed


def sweep() -> int:
    """Removes files of batches that were never committed, in the lake and in the workspace; gives their number.

    While a backup runs the lake's stay until the next time.
    """
    with transaction.atomic():
        swept = queries.lake().sweep(ORPHAN_AGE) if removals.allowed() else 0
    limit = time.time() - ORPHAN_AGE.total_seconds()
    for folder in (Path(settings.VAMCO_DATA) / "hub").glob("*"):
        if folder.stat().st_mtime < limit:
            shutil.rmtree(folder, ignore_errors=True)
            swept += 1
    return swept
