from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction

from vamco.kernel.record.numbers import rules
from vamco.kernel.record.numbers.contracts import Number
from vamco.kernel.record.numbers.models import Counter
from vamco.kernel.record.numbers.queries import demand_writable, no_series
from vamco.lib.errors import N_, Refused
from vamco.lib.time import Period

if TYPE_CHECKING:
    import datetime as dt

# The same act may come twice at once. The second waits here for the first, and its next statement sees what that one took.
_HOLD = """
SELECT form, pg_advisory_xact_lock(hashtextextended(code || ' ' || %(key)s::text, 0))
FROM numbers_series WHERE code = %(series)s
"""
_KNOWN = "SELECT unit, day, n, text FROM numbers_taken WHERE series_id = %(series)s AND key = %(key)s"
# One row for each counter: its lock, held to the end of the act, makes others wait, and a roll-back gives the number back. The
# number is noted in the same statement, so that they wait for nothing else.
_TAKE = """
WITH counted AS (
    INSERT INTO numbers_counter AS counter (series_id, unit, period, last)
    SELECT code, %(unit)s, %(periods)s::jsonb ->> period, 1 FROM numbers_series
    WHERE code = %(series)s AND NOT EXISTS (SELECT FROM numbers_taken WHERE series_id = %(series)s AND key = %(key)s)
    ON CONFLICT (series_id, unit, period) DO UPDATE SET last = counter.last + 1
    RETURNING series_id, unit, period, last
)
INSERT INTO numbers_taken (series_id, key, unit, period, day, n, text)
SELECT series_id, %(key)s::text, unit, period, %(day)s::date, last,
    %(before)s::text || lpad(last::text, greatest(%(width)s::int, length(last::text)), '0') || %(after)s::text
FROM counted RETURNING n, text
"""


def take(series: str, unit: str, day: dt.date, *, key: str, **own: str) -> Number:
    """Give the next number of a series to `key`, inside the act's own transaction; the same key gets the same number again.

    Numbers follow one another without gap or double within unit and period (a day, month or year, as the series says), for
    a roll-back gives the number back. So others of the same unit wait until the act commits: take late, after slow work, and
    several units' numbers in one fixed order. `own` fills the places that the form leaves to the act.
    """
    if not connection.in_atomic_block:
        msg = "a number belongs to the transaction of its act"
        raise transaction.TransactionManagementError(msg)
    values: dict[str, Any] = {"series": series, "key": key, "unit": unit, "day": day}
    with connection.cursor() as cursor:
        cursor.execute(_HOLD, values)
        held = cursor.fetchone()
        if held is None:
            raise no_series(series)
        form = held[0]
        demand_writable(form, unit, own)
        periods = {kind: Period.containing(day, kind).code for kind in ("day", "month", "year")}
        before, width, after = rules.around(form, unit, day, own)
        parts: dict[str, Any] = {"before": before, "width": width, "after": after}
        cursor.execute(_TAKE, {**values, **parts, "periods": json.dumps(periods)})
        if taken := cursor.fetchone():
            return Number(series, unit, day, *taken)
        cursor.execute(_KNOWN, values)
        return _again(Number(series, *cursor.fetchone()), unit, key)


def _again(known: Number, unit: str, key: str) -> Number:
    if known.unit != unit:
        raise Refused(
            "numbers.other_unit",
            N_("%(key)s already has the number %(number)s of another unit."),
            key=key,
            number=known.text,
        )
    return known


def demand_not_begun(series: str, period: str) -> None:
    """Raise Refused when a series has begun to count by another period: its numbers would begin again at 1."""
    if Counter.objects.filter(series=series).exclude(series__period=period).exists():
        raise Refused(
            "numbers.begun",
            N_("The series %(series)s has begun to count by another period; give the new one a code of its own."),
            series=series,
        )
