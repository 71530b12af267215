"""Passages come in: many at once, each only once."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db import connection, transaction

from vamco.systems.traffic.models import Camera
from vamco.systems.traffic.services import hits

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from vamco.engines.vision.contracts import Passage

_COLUMNS = "key, camera_id, at, kind, plate, lines, colour, complete, confidence, speed, within, lane, doubt, evidence"
_months: set[dt.date] = set()


def take_in(
    passages: Sequence[Passage], *, lanes: Mapping[str, str] | None = None, evidence: Mapping[str, str] | None = None
) -> list[str]:
    """Write passages, and return the keys of those that were not there before.

    `lanes` and `evidence` are by key: in which lane it went by, and the SHA-256 of what is kept of it. Of a camera that is not
    known nothing is written. The same passage handed over twice is one. Who waits for a plate among them is notified in the same
    transaction, so that neither a repetition nor a crash tells twice or never.
    """
    if not passages:
        return []
    known = dict(Camera.objects.filter(code__in={each.camera for each in passages}).values_list("code", "pk"))
    rows = [
        _row(each, known[each.camera], (lanes or {}).get(each.key, ""), (evidence or {}).get(each.key, ""))
        for each in passages
        if each.camera in known
    ]
    if not rows:
        return []
    ensure_months(each.first_at for each in passages)
    with transaction.atomic():
        fresh = _copy(rows)
        hits.note(passages, fresh)
    return fresh


def ensure_months(moments: Iterable[dt.datetime]) -> None:
    """See that the month of each moment, in UTC, has its partition."""
    wanted = {at.astimezone(dt.UTC).date().replace(day=1) for at in moments} - _months
    with connection.cursor() as cursor:
        for day in sorted(wanted):
            cursor.execute("SELECT traffic_add_month(%s)", [day])
    if not connection.in_atomic_block:
        _months.update(wanted)


def _copy(rows: Sequence[tuple[object, ...]]) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE IF NOT EXISTS traffic_incoming (LIKE traffic_passage) ON COMMIT DELETE ROWS")
        cursor.execute("TRUNCATE traffic_incoming")
        with cursor.copy(f"COPY traffic_incoming ({_COLUMNS}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        cursor.execute(
            f"INSERT INTO traffic_passage ({_COLUMNS}) SELECT {_COLUMNS} FROM traffic_incoming "  # noqa: S608  # ours
            "ON CONFLICT DO NOTHING RETURNING key"
        )
        return [key for (key,) in cursor.fetchall()]


def _row(passage: Passage, camera: int, lane: str, evidence: str) -> tuple[object, ...]:
    plate = passage.plate
    return (
        passage.key,
        camera,
        passage.first_at,
        passage.kind.value,
        plate.text if plate else "",
        plate.lines if plate else 0,
        plate.colour.value if plate else "",
        bool(plate and plate.complete),
        plate.confidence if plate else 0.0,
        passage.speed.kmh if passage.speed else None,
        passage.speed.within if passage.speed else None,
        lane,
        sorted(passage.doubt),
        evidence,
    )
