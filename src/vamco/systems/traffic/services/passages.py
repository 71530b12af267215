"""Passages come in: many at once, each only once."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db import connection, transaction

from vamco.systems.traffic.models import Camera

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from vamco.engines.vision.contracts import Passage

_COLUMNS = "key, camera_id, at, kind, plate, lines, colour, complete, confidence, speed, within, lane, doubt, evidence"
_months: set[tuple[str, dt.date]] = set()  # by database: months that are there


def take_in(
    passages: Sequence[Passage], *, lanes: Mapping[str, str] | None = None, evidence: Mapping[str, str] | None = None
) -> list[str]:
    """Write passages, and return the keys of those that were not there before.

    `lanes` and `evidence` are by key: in which lane it went by, and the SHA-256 of what is kept of it. Of a camera that is not
    known nothing is written. The same passage handed over twice is one.
    """
    if not passages:
        return []
    known = dict(Camera.objects.filter(code__in={each.camera for each in passages}).values_list("code", "pk"))
    rows = [
        _row(each, known[each.camera], (lanes or {}).get(each.key, ""), (evidence or {}).get(each.key, ""))
        for each in passages
        if each.camera in known
    ]
    return _copy(rows)


def ensure_months(moments: Iterable[dt.datetime]) -> None:
    """See that the month of each moment, in UTC, has its partition."""
    lately = (
        dt.datetime.now(dt.UTC).date().replace(day=1)
    )  # an older month may be dropped, so it is asked for each time
    name = str(connection.settings_dict["NAME"])
    months = {at.astimezone(dt.UTC).date().replace(day=1) for at in moments}
    wanted = {day for day in months if (name, day) not in _months}
    with connection.cursor() as cursor:
        for day in sorted(wanted):
            cursor.execute("SELECT traffic_add_month(%s)", [day])
    if not connection.in_atomic_block:
        _months.update((name, day) for day in wanted if day >= lately)


def drop_months(before: dt.datetime) -> list[str]:
    """Drop the months that ended before a moment and hold nothing any more; returns their names."""
    first = before.astimezone(dt.UTC).date().replace(day=1)
    dropped = []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT child.relname FROM pg_inherits JOIN pg_class child ON child.oid = inhrelid"
            " WHERE inhparent = 'traffic_passage'::regclass ORDER BY 1"
        )
        for (name,) in cursor.fetchall():
            year, month = (int(part) for part in name.rsplit("_", 2)[1:])
            day = dt.date(year, month, 1)
            cursor.execute("SELECT EXISTS (SELECT 1 FROM traffic_passage WHERE at >= %s AND at < %s)", _span(day))
            if day < first and not cursor.fetchone()[0]:
                cursor.execute("SELECT traffic_drop_month(%s)", [day])
                dropped.append(name)
    return dropped


def _span(day: dt.date) -> list[dt.datetime]:
    after = dt.date(day.year + day.month // 12, day.month % 12 + 1, 1)
    return [dt.datetime.combine(each, dt.time(), tzinfo=dt.UTC) for each in (day, after)]


def _copy(rows: Sequence[tuple[object, ...]]) -> list[str]:
    ensure_months(row[2] for row in rows if isinstance(row[2], dt.datetime))
    with transaction.atomic(), connection.cursor() as cursor:
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
