"""Counts, incidents, violations and the health of cameras as datasets of the hub, day by day, without plates and people."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final

from vamco.kernel.base import clock
from vamco.lib.errors import VamcoError
from vamco.lib.time import HCM
from vamco.systems.hub import public as hub
from vamco.systems.traffic.models import Camera, CameraChange, HallCount, Incident, Publication, Violation
from vamco.systems.traffic.rules import sums
from vamco.systems.traffic.services import counting, incidents

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

FLOWS: Final = "camera_luuluong"
INCIDENTS: Final = "camera_sukien"
VIOLATIONS: Final = "camera_vipham"
HEALTH: Final = "camera_hoatdong"
HALLS: Final = "camera_sanh"
LONGEST: Final = 31
"""So many days are looked at again at most: a violation is confirmed days after the act."""
_AGAIN: Final = {VIOLATIONS: 30}
_KINDS: Final = {incidents.CONGESTION: "un_tac", incidents.STOPPED: "xe_dung"}
_CONFIRMED: Final = {"proposed": None, "rejected": 0}


def publish() -> int:
    """Publish the days that may have changed, and return of how many days there was something. The same rows again change nothing."""
    return sum(_publish(dataset, rows) for dataset, rows in DATASETS.items())


def _publish(dataset: str, rows: Callable[[dt.date], Iterator[dict[str, Any]]]) -> int:
    kept, _new = Publication.objects.get_or_create(dataset=dataset)
    today = clock.today()
    first = today - dt.timedelta(days=_AGAIN.get(dataset, 1))
    if kept.upto is not None:
        first = max(min(first, kept.upto), today - dt.timedelta(days=LONGEST))
    done = 0
    for number in range((today - first).days + 1):
        day = first + dt.timedelta(days=number)
        found = [{"ky": day.isoformat(), "ngay": day.isoformat(), **row} for row in rows(day)]
        if not found:
            continue
        try:
            hub.publish(dataset, found, as_of=clock.now(), key=day.isoformat())
        except VamcoError as error:
            Publication.objects.filter(pk=kept.pk).update(at=clock.now(), reason=error.code[:60])
            raise
        done += 1
    Publication.objects.filter(pk=kept.pk).update(upto=today, at=clock.now(), reason="")
    return done


def _span(day: dt.date) -> tuple[dt.datetime, dt.datetime]:
    begins = dt.datetime.combine(day, dt.time(), tzinfo=HCM)
    return begins, begins + dt.timedelta(days=1)


def _places() -> dict[str, str | None]:
    """Return the code of each camera's commune."""
    return dict(Camera.objects.values_list("code", "place__code"))


def _flows(day: dt.date) -> Iterator[dict[str, Any]]:
    places = _places()
    for row in sums.hours(counting.flows(*_span(day))):
        code = row["ma_camera"]
        yield {"ma_dong": f"{code}:{day}:{row['gio']}", "ma_xa": places[code], **row}


def _incidents(day: dt.date) -> Iterator[dict[str, Any]]:
    begins, ends = _span(day)
    rows = Incident.objects.filter(began__gte=begins, began__lt=ends).select_related("camera__place")
    for each in rows.order_by("pk"):
        yield {
            "ma_dong": str(each.pk),
            "ma_camera": each.camera.code,
            "ma_xa": each.camera.place.code if each.camera.place else None,
            "loai": _KINDS[each.what],
            "gio": each.began.astimezone(HCM).hour,
            "so_phut": int((each.ended - each.began).total_seconds() // 60) if each.ended else None,
        }


def _violations(day: dt.date) -> Iterator[dict[str, Any]]:
    begins, ends = _span(day)
    rows = Violation.objects.filter(at__gte=begins, at__lt=ends).select_related("camera__place", "case__agency")
    for each in rows.order_by("pk"):
        yield {
            "ma_dong": str(each.pk),
            "ma_camera": each.camera.code,
            "ma_xa": each.camera.place.code if each.camera.place else None,
            "ma_co_quan": each.case.agency.code,
            "hanh_vi": each.act,
            "da_xac_nhan": _CONFIRMED.get(each.case.state, 1),
        }


def _health(day: dt.date) -> Iterator[dict[str, Any]]:
    begins, ends = _span(day)
    ends = min(ends, clock.now().replace(minute=0, second=0, microsecond=0))
    if ends <= begins:
        return
    changes: dict[int, list[tuple[dt.datetime, str]]] = defaultdict(list)
    for camera, at, condition in CameraChange.objects.filter(at__lt=ends).values_list("camera", "at", "condition"):
        changes[camera].append((at, condition))
    minutes = int((ends - begins).total_seconds() // 60)
    for each in Camera.objects.filter(active=True).select_related("place").order_by("code"):
        known = changes[each.pk]
        earlier = sorted(change for change in known if change[0] <= begins)
        before = earlier[-1][1] if earlier else "never"
        yield {
            "ma_dong": f"{each.code}:{day}",
            "ma_camera": each.code,
            "ma_xa": each.place.code if each.place else None,
            "so_phut": minutes,
            "so_phut_tot": sums.good_minutes([c for c in known if c[0] > begins], begins, ends, before),
        }


def _halls(day: dt.date) -> Iterator[dict[str, Any]]:
    begins, ends = _span(day)
    rows = HallCount.objects.filter(at__gte=begins, at__lt=ends).select_related("camera__place")
    for each in rows.order_by("camera", "at"):
        here = each.at.astimezone(HCM)
        yield {
            "ma_dong": f"{each.camera.code}:{here:%Y-%m-%dT%H:%M}",
            "gio": here.hour,
            "phut": here.minute,
            "ma_camera": each.camera.code,
            "ma_xa": each.camera.place.code if each.camera.place else None,
            "ma_co_quan": each.camera.hall,
            "nguoi_cho": each.waiting,
            "quay_co_nguoi": each.staffed,
            "dong": None if each.crowded is None else int(each.crowded),
        }


DATASETS: Final = {
    FLOWS: _flows,
    INCIDENTS: _incidents,
    VIOLATIONS: _violations,
    HEALTH: _health,
    HALLS: _halls,
}
