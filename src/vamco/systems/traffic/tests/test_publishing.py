"""What the hub gets: counts, incidents, violations, health and halls by day, the same twice changes nothing, no plate in any of it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from vamco.kernel.base import clock
from vamco.lib.time import HCM
from vamco.systems.hub import public as hub
from vamco.systems.traffic.contracts import Counted, HallCounted, Health
from vamco.systems.traffic.models import TravelTime
from vamco.systems.traffic.services import cameras, counting, incidents, passages, publishing, travelling
from vamco.systems.traffic.tests import made

pytestmark = pytest.mark.django_db
HALL = "hall-trang-bang"


def rows(dataset: str, day: dt.date) -> list[dict[str, Any]]:
    return list(publishing.DATASETS[dataset](day))


def test_a_day_is_published_and_says_what_it_does_not_know() -> None:
    day = clock.today() - dt.timedelta(days=1)
    at = dt.datetime.combine(day, dt.time(8), tzinfo=HCM)
    hour, minute = dt.timedelta(hours=1), dt.timedelta(minutes=1)
    counting.count(
        [
            Counted(made.CAMERA, at, "L1", {"car": 4, "motorbike": 20}, 31.0, 0.2, 2),
            Counted(made.CAMERA, at + hour, "L1", None, None, None, None),
        ]
    )
    counting.count_hall([HallCounted(HALL, at, 12, 3, False), HallCounted(HALL, at + minute, None, None, None)])
    incidents.begin(made.CAMERA, "L1", incidents.CONGESTION, at)
    incidents.begin(made.CAMERA, "L1", incidents.CONGESTION, at + 5 * minute)
    incidents.end(made.CAMERA, "L1", incidents.CONGESTION, at + 20 * minute)
    cameras.report(made.CAMERA, Health("ok", at))
    flows = [(r["gio"], r["so_lan"], r.get("luot_xe"), r.get("xe_may")) for r in rows(publishing.FLOWS, day)]
    assert flows == [(8, 1, 24, 20), (9, 0, None, None)]
    halls = [(r["nguoi_cho"], r["quay_co_nguoi"], r["dong"]) for r in rows(publishing.HALLS, day)]
    assert halls == [(12, 3, 0), (None, None, None)]
    assert [(r["loai"], r["so_phut"]) for r in rows(publishing.INCIDENTS, day)] == [("un_tac", 20)]
    health = {r["ma_camera"]: (r["so_phut_tot"], r["so_phut"]) for r in rows(publishing.HEALTH, day)}
    assert (health[made.CAMERA], health["ta-chau-thi-kim"]) == ((16 * 60, 24 * 60), (0, 24 * 60))
    assert publishing.publish() >= 4
    assert [hub.relation(name).rows for name in (publishing.FLOWS, publishing.HALLS, publishing.INCIDENTS)] == [2, 2, 1]
    publishing.publish()
    assert [hub.relation(name).rows for name in (publishing.FLOWS, publishing.HALLS, publishing.INCIDENTS)] == [2, 2, 1]
    assert not {"bien_so", "plate"} & set(hub.relation(publishing.FLOWS).columns)


def test_travel_times_keep_no_plate() -> None:
    ends = clock.now().replace(minute=0, second=0, microsecond=0)
    went = []
    for number in range(6):
        start = ends - dt.timedelta(minutes=30 - number)
        went.append(made.passage(f"70A0000{number}", start))
        went.append(made.passage(f"70A0000{number}", start + dt.timedelta(seconds=240), "ta-chau-thi-kim"))
    passages.take_in(went)
    assert travelling.measure() == 1
    assert travelling.measure() == 1
    found = TravelTime.objects.get()
    assert (found.start.code, found.end.code, found.pairs, found.median_s) == (made.CAMERA, "ta-chau-thi-kim", 6, 240.0)
