"""How much went by: sums of the five-minute counts, and passages, by camera."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db import connection
from django.db.models import Count, Q

from vamco.systems.traffic.models import Camera, CameraChange, Passage

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

_SUMS = """
SELECT c.code, kind.key, sum(kind.value::int)
FROM traffic_flow f JOIN traffic_camera c ON c.id = f.camera_id
CROSS JOIN LATERAL jsonb_each_text(f.by_kind) AS kind
WHERE f.at >= %s AND f.at < %s AND c.code = ANY(%s) AND f.by_kind IS NOT NULL AND jsonb_typeof(f.by_kind) = 'object'
GROUP BY c.code, kind.key
"""
_SPANS = """
SELECT c.code, count(*) FILTER (WHERE f.by_kind IS NULL OR jsonb_typeof(f.by_kind) <> 'object'), count(*)
FROM traffic_flow f JOIN traffic_camera c ON c.id = f.camera_id
WHERE f.at >= %s AND f.at < %s AND c.code = ANY(%s) GROUP BY c.code
"""


@dataclass(frozen=True, slots=True)
class Went:
    """What a camera counted in a span. `empty` of `spans` five-minute counts say nothing, for the camera was in doubt."""

    by_kind: Mapping[str, int] = field(default_factory=dict)
    empty: int = 0
    spans: int = 0

    @property
    def known(self) -> bool:
        """Whether anything was counted at all: else it is unknown, not 0."""
        return self.spans > self.empty

    @property
    def total(self) -> int:
        """All kinds together."""
        return sum(self.by_kind.values())


def sums(since: dt.datetime, until: dt.datetime, cameras: Sequence[str]) -> dict[str, Went]:
    """Return what cameras counted in a span, by code; a camera that said nothing is left out. Two queries."""
    kinds: dict[str, dict[str, int]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_SUMS, [since, until, list(cameras)])
        for code, kind, count in cursor.fetchall():
            kinds.setdefault(code, {})[kind] = count
        cursor.execute(_SPANS, [since, until, list(cameras)])
        return {code: Went(kinds.get(code, {}), empty, spans) for code, empty, spans in cursor.fetchall()}


@dataclass(frozen=True, slots=True)
class Passed:
    """Passages of a camera in a span: all, with a whole plate, with a reason for doubt."""

    total: int
    with_plate: int
    doubtful: int


def passages(camera: str, since: dt.datetime, until: dt.datetime) -> Passed:
    """Return how many passages a camera handed over in a span; no plate is shown outside a search."""
    found = Passage.objects.filter(camera=Camera.objects.get(code=camera), at__gte=since, at__lt=until).aggregate(
        total=Count("pk"),
        whole=Count("pk", filter=Q(complete=True) & ~Q(plate="")),
        doubt=Count("pk", filter=~Q(doubt=[])),
    )
    return Passed(found["total"], found["whole"], found["doubt"])


def history(camera: str, *, most: int = 50) -> list[tuple[dt.datetime, str]]:
    """Return when a camera's condition changed and to what, the newest first."""
    rows = CameraChange.objects.filter(camera__code=camera).order_by("-at")
    return list(rows.values_list("at", "condition")[:most])
