"""A wanted plate passes: the right people, once, within the intake itself; and cameras in doubt."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import transaction

from vamco.kernel.base import clock
from vamco.kernel.base.audit.models import Entry
from vamco.kernel.work.notices import public as notices
from vamco.kernel.world.agencies import public as agencies
from vamco.systems.traffic import public as traffic
from vamco.systems.traffic.contracts import Health
from vamco.systems.traffic.models import CameraAlarm, CameraState, HotHit, HotPlate, Passage
from vamco.systems.traffic.services import alarms, cameras
from vamco.systems.traffic.tests import made

pytestmark = pytest.mark.django_db
OTHER = "H53.10"


def wanted(plate: str = "70A12345", until: dt.date | None = None, agency: str = made.POLICE) -> HotPlate:
    by = made.official(f"Người lập {plate} {agency}", "traffic_investigator", agency)
    return HotPlate.objects.create(
        plate=plate,
        reason="Xe bị trộm",
        basis="QĐ 12/QĐ",
        agency=agencies.get(agency),
        added_by=by,
        added_at=clock.now(),
        until=until or clock.today(),
    )


def test_who_waits_for_the_plate_is_notified_once_and_nobody_else() -> None:
    hot = wanted()
    investigator = made.official("Lê Văn Tìm", "traffic_investigator")
    stranger = made.official("Trần Văn Khác", "traffic_investigator", OTHER)
    reviewer = made.official("Nguyễn Văn Duyệt", "traffic_reviewer")
    went = made.passage()
    begun = clock.now()
    for _ in range(2):
        traffic.take_in([went])
    assert [notices.unread(person) for person in (investigator, hot.added_by, stranger, reviewer)] == [1, 1, 0, 0]
    hit = HotHit.objects.get()
    assert (hit.hot, hit.passage, hit.camera.code) == (hot, went.key, made.CAMERA)
    assert hit.told_at is not None
    assert hit.told_at - begun < dt.timedelta(seconds=5)
    entries = Entry.objects.filter(act="traffic.hot_hit")
    assert entries.count() == 1
    assert "70A12345" not in str(entries.get().detail)


def test_an_entry_that_has_run_out_or_was_ended_does_nothing() -> None:
    wanted("70A12345", clock.today() - dt.timedelta(days=1))
    ended = wanted("70B99999")
    HotPlate.objects.filter(pk=ended.pk).update(ended_at=clock.now())
    traffic.take_in([made.passage("70A12345"), made.passage("70B99999")])
    assert HotHit.objects.count() == 0
    assert Passage.objects.count() == 2


def test_an_incomplete_plate_matches_nothing() -> None:
    wanted("12345")
    wanted("70A12345")
    part = made.passage("12345", plate=made.plate("12345", complete=False))
    whole = made.passage("70A12345", plate=made.plate("70A12345", complete=False))
    traffic.take_in([part, whole])
    assert HotHit.objects.count() == 0


def test_a_crash_after_the_rows_and_before_the_notice_is_repeated_whole() -> None:
    wanted()
    went = made.passage()
    with transaction.atomic():
        assert traffic.take_in([went]) == [went.key]
        transaction.set_rollback(True)
    assert (Passage.objects.count(), HotHit.objects.count()) == (0, 0)
    assert traffic.take_in([went]) == [went.key]
    assert HotHit.objects.count() == 1


def test_an_operator_hears_of_a_camera_in_doubt_once_and_not_of_every_flicker() -> None:
    operator = made.official("Phạm Thị Vận Hành", "traffic_operator")
    now = clock.now()
    cameras.report(made.CAMERA, Health("frozen", now - dt.timedelta(minutes=1)))
    assert (alarms.look(), notices.unread(operator)) == (0, 0)
    CameraState.objects.update(since=now - dt.timedelta(minutes=3))
    assert (alarms.look(), alarms.look(), notices.unread(operator)) == (1, 0, 1)
    cameras.report(made.CAMERA, Health("ok", now))
    cameras.report(made.CAMERA, Health("away", now))
    CameraState.objects.filter(camera__code=made.CAMERA).update(since=now - dt.timedelta(minutes=2))
    assert alarms.look() == 0
    CameraAlarm.objects.update(told_at=now - dt.timedelta(hours=2))
    assert (alarms.look(), notices.unread(operator)) == (1, 2)
