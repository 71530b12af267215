"""A worker's look at one camera: what it proposes, and that in doubt it proposes nothing and counts nothing. TC-01, TC-02, TC-05."""

from __future__ import annotations

import datetime as dt
import json
import zipfile
from typing import TYPE_CHECKING, Any

import pytest

from vamco.engines.vision import contracts as vision
from vamco.kernel.base import clock
from vamco.kernel.record.files import public as kept
from vamco.lib.errors import Unavailable
from vamco.systems.traffic import public as traffic
from vamco.systems.traffic.models import CameraState, Evidence, Flow, Violation
from vamco.systems.traffic.queries import violations
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
    with zipfile.ZipFile(kept.content_path(found.evidence.file)) as archive:
        assert json.loads(archive.read("what.json"))["drawing"] == 1, (
            "pages draw what it was judged by, not what came later"
        )
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


def coloured() -> list[seen.Scene]:
    """A green car with a white plate goes over the line at red; a striped walker stands beside it, a striped car in the other corner."""
    scenes = seen.drive()[:40]
    for number, scene in enumerate(scenes):
        scene.pixels = seen.picture(number)
        scene.things += [
            seen.thing(vision.Kind.PERSON, 40, 120),
            seen.thing(vision.Kind.CAR, 260, 220, 50),
        ]
        scene.pixels[80:120:2, 20:60] = 255
        scene.pixels[170:220:2, 235:285] = 255
        for thing in scene.things[: len(scene.things) - 2]:
            x0, y0, x1, y1 = (max(0, int(each)) for each in thing.box)
            scene.pixels[y0:y1, x0:x1] = (0, 200, 0)
            scene.pixels[max(0, y1 - 12) : y1 - 4, x0 + 10 : x1 - 10] = 255
    return scenes


def stripes(picture: vision.Picture, x0: int, y0: int, x1: int, y1: int) -> float:
    """How much a part of a picture differs from line to line: what was blurred does not."""
    part = picture[y0:y1, x0:x1].astype(int)
    return float(abs(part[1:] - part[:-1]).mean())


def test_what_the_owner_sees_is_blurred_and_the_plate_has_a_picture_of_its_own() -> None:
    shop = seen.Photographer()
    seen.look(coloured(), shop=shop)
    found = Violation.objects.get(act="red_light")
    names = violations.names(found)
    frames = sorted(name for name in names if name.startswith("frames/"))
    owner = sorted(name for name in names if name.startswith("owner/"))
    assert [name.partition("/")[2] for name in owner] == [name.partition("/")[2] for name in frames] != []
    for name in frames:
        sent = shop.picture(violations.part(found, name))
        blurred = shop.picture(violations.part(found, f"owner/{name.partition('/')[2]}"))
        for region in ((22, 82, 58, 118), (237, 172, 283, 218)):  # the walker, the other car
            assert stripes(sent, *region) > 30
            assert stripes(blurred, *region) < 12
        assert stripes(blurred, 284, 40, 296, 80) > 0  # the lamp is still to be seen
        assert violations.part(found, name) != violations.part(found, f"owner/{name.partition('/')[2]}")
    plate = shop.picture(violations.part(found, "plate.jpg"))
    assert plate.shape[0] < 20
    assert plate.shape[1] < 40
    middle = plate[plate.shape[0] // 2, plate.shape[1] // 2]
    assert int(middle.min()) > 200  # white: the plate, on the picture on which it was read


def test_the_picture_for_drawing_shows_nobody(monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path) -> None:
    settings.VAMCO_DATA = tmp_path
    monkeypatch.setattr(looking, "_PICTURES_S", 0.0)
    shop = seen.Photographer()
    seen.look(coloured()[:20], shop=shop)
    plain, drawn = live.picture(made.CAMERA, plain=True), live.picture(made.CAMERA)
    assert plain is not None
    assert drawn is not None
    assert plain != drawn
    assert stripes(shop.picture(plain), 22, 82, 58, 118) < 12
    assert stripes(shop.picture(plain), 237, 172, 283, 218) > 30  # vehicles are not people


def test_a_picture_as_the_camera_sent_it_is_none_for_the_owner() -> None:
    went = made.passage()
    files = traffic.EvidenceFiles(frames={"01.jpg": made.PICTURE}, owner={"01.jpg": made.PICTURE, "02.jpg": b"blurred"})
    found = traffic.propose(went, made.finding(went.first_at), files)
    assert found is not None
    assert [name for name in violations.names(found) if name.startswith("owner/")] == ["owner/02.jpg"]
