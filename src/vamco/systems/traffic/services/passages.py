"""Passages come in: many at once, each only once."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db import IntegrityError, connection, transaction
from psycopg.errors import UniqueViolation

from vamco.systems.traffic.models import Camera
from vamco.systems.traffic.services import hits

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from vamco.engines.vision.contracts import Passage

_COLUMNS = "key, camera_id, at, kind, plate, lines, colour, complete, confidence, speed, within, lane, doubt, evidence"
_KINDS = (
    "text",
    "bigint",
    "timestamptz",
    "text",
    "text",
    "smallint",
    "text",
    "boolean",
    "float8",
    "float8",
    "float8",
    "text",
    "text",
    "text",
)
_DOUBT = 12


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
        fresh = _write(rows)
        hits.note(passages, fresh)
    return fresh


def ensure_months(moments: Iterable[dt.datetime]) -> None:
    """See that the month of each moment, in UTC, has its partition."""
    wanted = {at.astimezone(dt.UTC).date().replace(day=1) for at in moments}
    with connection.cursor() as cursor:
        for day in sorted(wanted):
            cursor.execute("SELECT traffic_add_month(%s)", [day])


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


def _write(rows: Iterable[tuple[object, ...]]) -> list[str]:
    """Write rows by COPY; where one of them is there already, by an INSERT that passes over it. Returns the keys of the new ones.

    The application may make no temporary tables, and COPY knows no conflicts. In the order of the keys, so that two workers with the
    same passages do not wait for each other.
    """
    ordered = [row for _key, row in sorted({str(row[0]): row for row in rows}.items())]
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            with cursor.copy(f"COPY traffic_passage ({_COLUMNS}) FROM STDIN") as copy:
                for row in ordered:
                    copy.write_row(row)
            return [str(row[0]) for row in ordered]
    except (IntegrityError, UniqueViolation):
        return _insert(ordered)


def _insert(rows: Sequence[tuple[object, ...]]) -> list[str]:
    columns = [list(column) for column in zip(*rows, strict=True)]
    columns[_DOUBT] = [",".join(each) for each in columns[_DOUBT]]  # codes, as _row gives them
    names = _COLUMNS.split(", ")
    chosen = ", ".join(f"string_to_array({name}, ',')" if name == "doubt" else name for name in names)
    arrays = ", ".join(f"%s::{kind}[]" for kind in _KINDS)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO traffic_passage ({_COLUMNS}) SELECT {chosen} FROM unnest({arrays}) AS come ({_COLUMNS}) "  # noqa: S608
            "ON CONFLICT DO NOTHING RETURNING key",  # all names above are ours
            columns,
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
