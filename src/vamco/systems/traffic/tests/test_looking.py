"""A worker's look at one camera: what it proposes, and that in doubt it proposes nothing and counts nothing. TC-01, TC-02, TC-05."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest

from vamco.engines.vision import contracts as vision
from vamco.kernel.base import clock
from vamco.lib.errors import Unavailable
from vamco.systems.traffic import public as traffic
from vamco.systems.traffic.models import CameraState, Evidence, Flow, Violation
from vamco.systems.traffic.services import live, looking, proposing
from vamco.systems.traffic.tests import made, seen

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _drawn() -> None:
    seen.draw()


def test_a_car_over_the_line_at_red_is_proposed_with_its_pictures() -> None:
    handed = seen.look(seen.drive())
    [(passage, lane, evidence)] = handed
    assert (passage.kind, lane, passage.plate.text if passage.plate else "") == ("car", "L1", "70A12345")
    found = Violation.objects.get(act="red_light")
    assert (found.passage, found.plate, found.evidence.manifest) == (passage.key, "70A12345", evidence)
    assert CameraState.objects.get(camera__code=made.CAMERA).condition == "ok"


def test_at_green_nothing_is_proposed_and_the_passage_counts() -> None:
    handed = seen.look(seen.drive(light="green"))
    assert [(lane, evidence) for _passage, lane, evidence in handed] == [("L1", "")]
    assert Violation.objects.count() == 0


def test_lettering_on_a_walker_or_a_wall_is_no_passage() -> None:
    """TC-05: what is read outside a vehicle does not exist; the plates here are read on whatever is given to the reader."""
    assert seen.look(seen.drive(vision.Kind.PERSON)) == []
    assert seen.look([seen.Scene([]) for _ in range(40)]) == []
    assert Violation.objects.count() == 0


def test_a_frozen_picture_proposes_nothing_and_counts_nothing() -> None:
    still = seen.picture(1)
    scenes = [seen.Scene(each.things, "red", still) for each in seen.drive()] * 4  # 36 s of one picture
    seen.look(scenes)
    state = CameraState.objects.get(camera__code=made.CAMERA)
    assert state.condition == "frozen"
    late = clock.now() + dt.timedelta(seconds=20)
    assert not Violation.objects.filter(at__gt=late).exists()
    assert all(row.by_kind is None and row.queue is None for row in Flow.objects.all())


def test_a_clock_that_lies_proposes_nothing() -> None:
    scenes = seen.drive()
    for number, scene in enumerate(scenes):
        scene.shown = clock.now() + dt.timedelta(seconds=number / 10 - 95)
    handed = seen.look(scenes)
    state = CameraState.objects.get(camera__code=made.CAMERA)
    assert state.condition == "clock"
    assert state.clock_off_s == pytest.approx(-95, abs=2)
    assert Violation.objects.count() == 0
    assert {"clock"} <= handed[0][0].doubt


def test_a_green_picture_proposes_nothing() -> None:
    scenes = seen.drive()
    for number, scene in enumerate(scenes):
        scene.pixels = seen.picture(number)
        scene.pixels[120:] = (0, 135, 0)
    seen.look(scenes)
    assert CameraState.objects.get(camera__code=made.CAMERA).condition == "green"
    assert Violation.objects.count() == 0


def test_a_picture_of_another_size_than_drawn_proposes_nothing() -> None:
    scenes = seen.drive()
    for number, scene in enumerate(scenes):
        scene.pixels = seen.picture(number, width=640, height=480)
    seen.look(scenes)
    assert CameraState.objects.get(camera__code=made.CAMERA).condition == "size"
    assert Violation.objects.count() == 0


def test_a_camera_that_breaks_off_every_two_seconds_proposes_nothing() -> None:
    shop = seen.Shop({made.CAMERA: seen.drive()})
    handed: list[vision.Passage] = []
    look = looking.Look(
        traffic.camera(made.CAMERA),
        traffic.drawing(made.CAMERA),
        shop,  # type: ignore[arg-type]
        lambda passage, _lane, _evidence: handed.append(passage),
        looking.Way(fps=1000.0),
    )
    for number in range(90):
        if number and number % 20 == 0 and look._stream is not None:
            look._stream.measured.broke.append(clock.now())
            look._stream.measured.opened += 1
        look.step()
    look.close()
    assert CameraState.objects.get(camera__code=made.CAMERA).condition == "away"
    assert not Violation.objects.filter(at__gt=clock.now() + dt.timedelta(seconds=6)).exists()
    assert all(passage.last_at - passage.first_at < dt.timedelta(seconds=2) for passage in handed)


def test_a_source_that_cannot_be_opened_is_away_and_counts_nothing() -> None:
    shop = seen.Shop()
    shop.broken.add(made.CAMERA)
    assert seen.look([seen.Scene()] * 3, shop=shop) == []
    assert CameraState.objects.get(camera__code=made.CAMERA).condition == "away"
    assert Flow.objects.count() == 0


def test_a_full_disk_while_evidence_is_written_leaves_no_case(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_given: object, **_more: object) -> None:
        raise Unavailable("files.disk_full", "The disk is full; nothing was stored.")

    with monkeypatch.context() as patched:
        patched.setattr(proposing.evidencing, "made", full)
        handed = seen.look(seen.drive())
    assert [(lane, evidence) for _passage, lane, evidence in handed] == [("L1", "")]  # the passage is not lost
    assert (Violation.objects.count(), Evidence.objects.count()) == (0, 0)


def test_the_live_picture_says_what_is_seen_and_counts_nothing_in_doubt(
    monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path
) -> None:
    settings.VAMCO_DATA = tmp_path
    monkeypatch.setattr(looking, "_PICTURES_S", 0.0)
    seen.look(seen.drive()[:20])
    shown = live.seen(made.CAMERA)
    assert shown is not None
    assert (shown.counts, shown.lights, shown.drawing) == ({"car": 1}, {"D1": "red"}, 1)
    assert live.picture(made.CAMERA) == made.PICTURE
    scenes = seen.drive()[:20]
    for number, scene in enumerate(scenes):
        scene.pixels = seen.picture(number, width=640, height=480)
    seen.look(scenes)
    shown = live.seen(made.CAMERA)
    assert shown is not None
    assert shown.counts is None
