"""A camera at fault three times in a day proposes nothing until somebody has looked. TC-07."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from vamco.kernel.base import clock
from vamco.kernel.base.audit.models import Entry
from vamco.kernel.work.notices import public as notices
from vamco.lib.errors import Forbidden, Refused
from vamco.lib.time import HCM
from vamco.systems.desk.tests.made import reader
from vamco.systems.traffic import public as traffic
from vamco.systems.traffic.models import CameraFault, Violation
from vamco.systems.traffic.rules.speeds import DISAGREES
from vamco.systems.traffic.services import faults, looking
from vamco.systems.traffic.tests import made, seen

if TYPE_CHECKING:
    from vamco.engines.vision import contracts as vision

pytestmark = pytest.mark.django_db
NOON = dt.datetime(2026, 11, 18, 5, tzinfo=dt.UTC)


def fault(number: int, at: dt.datetime | None = None) -> bool:
    return faults.note(made.CAMERA, faults.SPEED, f"{number:064d}", at or NOON + dt.timedelta(minutes=number))


def held() -> bool:
    return traffic.camera(made.CAMERA).held_at is not None


def test_the_third_fault_of_a_day_holds_the_camera_and_its_operators_are_notified_once() -> None:
    operator = made.official("Đoàn Thị Yến", "traffic_operator")
    assert [fault(1), fault(2), fault(2), held()] == [False, False, False, False]
    assert (fault(3), held(), fault(4)) == (True, True, False)
    told = [each.about for each in notices.inbox(operator, "vi").notices]
    assert told.count(f"camera:{made.CAMERA}") == 1
    assert made.passage().camera == made.CAMERA
    went = made.passage()
    assert traffic.propose(went, made.finding(went.first_at), made.files()) is None
    assert Violation.objects.count() == 0
    other = made.passage(camera="ta-chau-thi-kim")
    assert traffic.propose(other, made.finding(other.first_at), made.files()) is not None


def test_faults_of_two_days_do_not_add_up() -> None:
    midnight = dt.datetime(2026, 11, 19, tzinfo=HCM)
    for number, at in enumerate((midnight - dt.timedelta(seconds=1), midnight - dt.timedelta(minutes=9), midnight)):
        assert not fault(number, at)
    assert not held()


def test_after_somebody_has_looked_it_proposes_and_three_new_faults_hold_it_again() -> None:
    operator = made.official("Đoàn Thị Yến", "traffic_operator")
    with pytest.raises(Refused):
        traffic.camera_looked_at(made.CAMERA, by=operator, note="Không có gì")
    with clock.standing_at(NOON):
        for number in range(3):
            fault(number, NOON)
        with pytest.raises(Forbidden):
            traffic.camera_looked_at(made.CAMERA, by=made.reviewer(), note="Đã xem")
        with pytest.raises(Refused):
            traffic.camera_looked_at(made.CAMERA, by=operator, note=" ")
        assert held()
        traffic.camera_looked_at(made.CAMERA, by=operator, note="Đã chỉnh lại ra-đa")
    assert not held()
    assert Entry.objects.get(act="traffic.look_at_camera").detail == {"note": "Đã chỉnh lại ra-đa"}
    later = NOON + dt.timedelta(hours=1)
    assert [fault(10, later), fault(11, later), fault(12, later)] == [False, False, True]


def test_a_worker_counts_speeds_that_disagree_and_reviewers_rejections_count_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen.draw()

    def disagrees(passage: vision.Passage, _scene: object) -> tuple[traffic.Finding, ...]:
        found = made.finding(passage.first_at, traffic.ActCode.SPEED_20, DISAGREES)
        return (replace(found, outcome="none"),)

    with monkeypatch.context() as patched:
        patched.setattr(looking.judging, "findings", disagrees)
        seen.look(seen.drive(light="green"))
    assert list(CameraFault.objects.values_list("what", flat=True)) == ["speed"]
    by = made.reviewer()
    for number, reason in enumerate(("camera_fault", "bystander", "camera_fault")):
        found = made.violation(f"70A5432{number}", at=clock.now() + dt.timedelta(seconds=number))
        assert not held()
        traffic.reject(found.pk, by=by, seen=made.seq(found), reason=reason)
    assert held()


def test_the_page_says_so_and_an_operator_lets_it_propose_again() -> None:
    operator = made.official("Đoàn Thị Yến", "traffic_operator")
    desk, address = reader(operator), f"/traffic/cameras/{made.CAMERA}"
    words = "sai ba lần trong một ngày"
    assert words not in desk.get(address).content.decode()
    for number in range(3):
        fault(number, clock.now())
    assert words in desk.get(address).content.decode()
    assert reader(made.reviewer()).post(f"{address}/looked", {"note": "x"}).status_code == 403
    desk.post(f"{address}/looked", {"note": ""})
    assert held()
    assert desk.post(f"{address}/looked", {"note": "Đã xem"}).headers["Location"] == address
    assert not held()
