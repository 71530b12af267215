"""Workers: leases, taking over, two workers at once, a database that does not answer, an outbox that loses nothing."""

from __future__ import annotations

import datetime as dt
import threading

import pytest
from django.db import OperationalError

from vamco.kernel.base import clock
from vamco.systems.traffic import public as traffic
from vamco.systems.traffic.models import CameraState, Passage, Violation
from vamco.systems.traffic.services import cameras, watching
from vamco.systems.traffic.tests import made, seen

pytestmark = pytest.mark.django_db
STREET = "ta-chau-thi-kim"
HALL = "hall-trang-bang"


def worker(shop: seen.Shop, *codes: str, most: int = 2, **more: object) -> watching.Worker:
    way = traffic.Way(fps=1000.0)
    plan = traffic.Plan(most, codes=frozenset(codes) or None, way=way, **more)  # type: ignore[arg-type]
    return watching.Worker(shop, plan)  # type: ignore[arg-type]


def run(work: watching.Worker, rounds: int) -> None:
    for _ in range(rounds):
        work.once()


def test_a_dead_workers_cameras_are_taken_over_and_a_live_ones_are_not() -> None:
    shop = seen.Shop()
    first, second = worker(shop, made.CAMERA), worker(shop, made.CAMERA)
    first.once()
    second.once()
    assert (set(first.looks), set(second.looks)) == ({made.CAMERA}, set())
    CameraState.objects.filter(camera__code=made.CAMERA).update(leased_until=clock.now() - dt.timedelta(seconds=1))
    second._renewed = float("-inf")
    second.once()
    assert set(second.looks) == {made.CAMERA}
    first._renewed = float("-inf")
    first.once()  # it was only slow: it sees that it has lost the camera, and leaves it
    assert set(first.looks) == set()


def test_a_worker_that_ends_hands_over_and_gives_back() -> None:
    seen.draw()
    shop = seen.Shop({made.CAMERA: seen.drive(light="green")[:25]})
    work, stop = worker(shop, made.CAMERA), threading.Event()
    run(work, 25)
    assert Passage.objects.count() == 0  # the vehicle is still followed
    stop.set()
    work.run(stop)
    assert (Passage.objects.count(), len(work.outbox)) == (1, 0)
    assert CameraState.objects.get(camera__code=made.CAMERA).worker == ""


def test_the_same_camera_with_two_workers_makes_one_passage_and_one_case() -> None:
    seen.draw()
    begins = clock.now()
    for _ in range(2):
        scenes = seen.drive()
        shop = seen.Shop({made.CAMERA: scenes})
        shop.begins = begins
        work = worker(shop, made.CAMERA)
        run(work, len(scenes))
        work.close()
    assert (Passage.objects.count(), Violation.objects.filter(act="red_light").count()) == (1, 1)


def test_a_database_that_does_not_answer_costs_no_passage(monkeypatch: pytest.MonkeyPatch) -> None:
    box = watching.Outbox()
    went = made.passage()
    box.put(went, "L1", "")
    box.put(went, "L1", "")

    def silent(*_given: object, **_more: object) -> list[str]:
        raise OperationalError("no connection")

    with monkeypatch.context() as patched:
        patched.setattr(watching.passages, "take_in", silent)
        with pytest.raises(OperationalError):
            box.flush(now=True)
    assert len(box) == 1
    assert (box.flush(now=True), len(box), Passage.objects.get().lane) == (1, 0, "L1")


def test_the_outbox_gives_up_the_oldest_and_counts_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "_MOST_WAITING", 2)
    box = watching.Outbox()
    for number in range(3):
        box.put(made.passage(f"70A0000{number}"), "", "")
    assert (len(box), box.lost) == (2, 1)
    box.flush(now=True)
    assert set(Passage.objects.values_list("plate", flat=True)) == {"70A00001", "70A00002"}


def test_halls_come_first_and_then_what_was_not_seen_for_the_longest_time() -> None:
    now = clock.now()
    CameraState.objects.update(seen_at=now)
    CameraState.objects.filter(camera__code=STREET).update(seen_at=now - dt.timedelta(hours=1))
    assert cameras.lease("w", 2) == [HALL, STREET]


def test_a_turn_gives_streets_back_and_keeps_the_hall() -> None:
    work = worker(seen.Shop(), most=2, turn=0.001)
    work.once()
    before = set(work.looks)
    CameraState.objects.filter(camera__code__in=before).update(seen_at=clock.now())
    work._renewed = float("-inf")
    work.once()
    after = set(work.looks)
    assert HALL in before & after
    assert len(after) == 2
    assert before != after
    assert CameraState.objects.exclude(worker="").count() == 2


def test_one_camera_that_fails_does_not_take_the_others_along(monkeypatch: pytest.MonkeyPatch) -> None:
    shop = seen.Shop({made.CAMERA: seen.drive(), STREET: seen.drive(light="green")})
    work = worker(shop, made.CAMERA, STREET)
    work.once()
    bad = work.looks[made.CAMERA]

    def broken() -> bool:
        raise ValueError("a picture of no size")

    monkeypatch.setattr(bad, "step", broken)
    run(work, 100)
    work.outbox.flush(now=True)
    assert made.CAMERA not in work.looks
    assert Passage.objects.filter(camera__code=STREET).count() == 1


def test_of_a_hall_only_counts_are_kept() -> None:
    shop = seen.Shop({HALL: seen.drive()})
    work = worker(shop, HALL)
    run(work, 30)
    look = work.looks[HALL]
    assert len(look._recent) == 0
    work.close()
    assert Passage.objects.count() == 0


def test_a_camera_that_was_changed_is_looked_at_as_it_is_now() -> None:
    shop = seen.Shop()
    work, by = worker(shop, made.CAMERA), made.official("Đoàn Thị Yến", "traffic_operator")
    work.once()
    before = work.looks[made.CAMERA]
    traffic.change_camera(made.CAMERA, {"source": "rtsp://10.0.0.6/1"}, by=by, reason="Đổi địa chỉ")
    work._renewed = float("-inf")
    work.once()
    assert work.looks[made.CAMERA] is not before
    assert work.looks[made.CAMERA].camera.source == "rtsp://10.0.0.6/1"
    traffic.change_camera(made.CAMERA, {"active": False}, by=by, reason="Tắt")
    work._renewed = float("-inf")
    work.once()
    assert work.looks == {}
