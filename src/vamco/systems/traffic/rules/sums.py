"""Sums of a day for the hub: hours of a camera, minutes in which it could be believed. Pure."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final

from vamco.lib.time import HCM
from vamco.systems.traffic.contracts import IN_DOUBT

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from vamco.systems.traffic.contracts import Counted

KINDS: Final = {"motorbike": "xe_may", "car": "o_to", "bus": "xe_khach", "truck": "xe_tai", "bicycle": "xe_dap"}


def hours(counts: Iterable[Counted]) -> list[dict[str, Any]]:
    """Join five-minute counts of lanes to hours of cameras. A stretch of which one lane was not seen counts as not seen.

    Sums are of what was seen; `so_lan` says of how many of the twelve stretches, and with none of them the figures are None.
    """
    stretches: dict[tuple[str, dt.datetime], list[Counted]] = defaultdict(list)
    for each in counts:
        stretches[each.camera, each.at].append(each)
    by_hour: dict[tuple[str, dt.date, int], list[list[Counted]]] = defaultdict(list)
    for (camera, at), lanes in sorted(stretches.items()):
        here = at.astimezone(HCM)
        by_hour[camera, here.date(), here.hour].append(lanes)
    return [
        {"ma_camera": camera, "ngay": day.isoformat(), "gio": hour, **_hour(parts)}
        for (camera, day, hour), parts in sorted(by_hour.items())
    ]


def _hour(parts: Sequence[Sequence[Counted]]) -> dict[str, Any]:
    seen = [lanes for lanes in parts if all(lane.by_kind is not None for lane in lanes)]
    if not seen:
        return {"so_lan": 0}
    lanes = [lane for each in seen for lane in each]
    by_kind = {name: sum((lane.by_kind or {}).get(kind, 0) for lane in lanes) for kind, name in KINDS.items()}
    speeds = [
        (lane.mean_kmh, max(1, sum((lane.by_kind or {}).values()))) for lane in lanes if lane.mean_kmh is not None
    ]
    weight = sum(number for _speed, number in speeds)
    shares = [lane.occupancy for lane in lanes if lane.occupancy is not None]
    return {
        "so_lan": len(seen),
        "luot_xe": sum(by_kind.values()),
        **by_kind,
        "toc_do": round(sum(speed * number for speed, number in speeds) / weight, 1) if speeds else None,
        "do_chiem": round(sum(shares) / len(shares), 3) if shares else None,
        "hang_cho": max((lane.queue or 0 for lane in lanes), default=0),
    }


def good_minutes(
    changes: Sequence[tuple[dt.datetime, str]], begins: dt.datetime, ends: dt.datetime, before: str = "never"
) -> int:
    """Return for how many minutes between two moments a camera could be believed; `before` is its condition at the first."""
    good, since, condition = dt.timedelta(0), begins, before
    for at, after in [*sorted(changes), (ends, "")]:
        upto = min(max(at, begins), ends)
        if condition not in IN_DOUBT:
            good += upto - since
        since, condition = upto, after or condition
    return int(good.total_seconds() // 60)
