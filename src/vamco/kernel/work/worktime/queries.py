from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from django.db import connection
from pydantic import TypeAdapter

from vamco.kernel.work.worktime.contracts import Calendar, Layer
from vamco.kernel.work.worktime.models import LayerVersion
from vamco.kernel.work.worktime.rules.assembly import assemble
from vamco.lib.errors import N_, Missing

if TYPE_CHECKING:
    import datetime as dt

    from vamco.kernel.world.agencies.models import Agency

LAYER: Final = TypeAdapter(Layer)
EVERYBODY: Final = ""
_KEPT: Final = 256  # calendars in memory: one for each group of agencies that keep the same hours

# As SQL, not through the ORM: it runs with every act on a case, and building the statement took longer than the database did.
_NEWEST = """
SELECT id, loaded_at FROM worktime_layerversion
WHERE %(version)s::bigint IS NULL OR id <= %(version)s::bigint
ORDER BY id DESC LIMIT 1
"""


class _Stamp(NamedTuple):
    """The newest row. Its time tells it from one of the same number in a database that was restored."""

    row: int
    loaded_at: dt.datetime


class _Known(NamedTuple):
    row: int
    subtree: bool
    layer: Layer


def calendar_of(agency: Agency, *, version: int | None = None) -> Calendar:
    """Give the working time of an agency as it is known, or as it was known at a version (`Calendar.version`).

    Asks the database for the newest version only, so a pack that another process loads holds with the next call; whoever computes
    many deadlines asks once. Missing when no pack has said anything, or nothing up to that version.
    """
    with connection.cursor() as cursor:
        cursor.execute(_NEWEST, {"version": version})
        found = cursor.fetchone()
    known = _known(_Stamp(*found)) if found else {}
    if EVERYBODY not in known:
        raise Missing("worktime.no_hours", N_("No working hours have been entered."))
    lineage = [code for code in agency.path.split("/") if code in known]
    near = [code for code in lineage if code and (code == agency.code or known[code].subtree)]
    return _calendar(_Stamp(*found), (EVERYBODY, *near))


@lru_cache(maxsize=8)
def _known(stamp: _Stamp) -> dict[str, _Known]:
    """Give the newest row of each agency's code up to a version."""
    rows = (
        LayerVersion.objects.filter(pk__lte=stamp.row)
        .order_by("agency", "-pk")
        .distinct("agency")
        .values_list("agency__code", "pk", "subtree", "content")
    )
    return {
        code or EVERYBODY: _Known(row, subtree, LAYER.validate_python(content)) for code, row, subtree, content in rows
    }


@lru_cache(maxsize=_KEPT)
def _calendar(stamp: _Stamp, codes: tuple[str, ...]) -> Calendar:
    parts = [_known(stamp)[code] for code in codes]
    return assemble([part.layer for part in parts], max(part.row for part in parts))
