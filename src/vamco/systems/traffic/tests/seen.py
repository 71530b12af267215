"""A camera for tests without a video: pictures are painted, the detector is told what stands in them, the rest is the real engine."""

from __future__ import annotations

import datetime as dt
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from vamco.engines.vision import contracts as vision
from vamco.engines.vision.pipeline import Pipeline, Settings
from vamco.engines.vision.reading import Reading
from vamco.engines.vision.sources import Measured
from vamco.kernel.base import clock
from vamco.systems.traffic import public as traffic
from vamco.systems.traffic.adapters.eyes import RealShop
from vamco.systems.traffic.services import looking
from vamco.systems.traffic.tests import made

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from vamco.systems.traffic.services.looking import Look

WIDTH, HEIGHT = 320, 240
LAMP: Final = vision.Box(280, 20, 300, 80)
DRAWING: Final = vision.Drawing(
    WIDTH,
    HEIGHT,
    lanes=(vision.Lane("L1", ((100, 0), (200, 0), (200, 240), (100, 240)), ((150, 239), (150, 1))),),
    stop_lines=(vision.StopLine("S1", ((90, 150), (210, 150)), ("L1",), "D1"),),
    signals=(vision.Signal("D1", LAMP),),
)
_LAMPS: Final = {"red": ((30, 30, 240), 25), "yellow": ((30, 210, 240), 45), "green": ((40, 220, 60), 65)}


@dataclass
class Scene:
    """What a picture shows: things by kind and box, and the colour of the lamp."""

    things: list[vision.Detection] = field(default_factory=list)
    light: str = "red"
    pixels: vision.Picture | None = None
    shown: dt.datetime | None = None


def picture(number: int, light: str = "red", width: int = WIDTH, height: int = HEIGHT) -> vision.Picture:
    """Paint a picture that differs from every other, with a lamp that is lit."""
    rng = np.random.default_rng(number)
    painted = rng.integers(90, 130, (height, width, 3), dtype=np.uint8)
    painted[20:80, 280:300] = 20
    colour, middle = _LAMPS[light]
    painted[middle - 4 : middle + 12, 284:296] = colour
    return painted


def thing(kind: vision.Kind, x: float, y: float, size: float = 40.0) -> vision.Detection:
    """Return a detection whose foot is at (x, y)."""
    return vision.Detection(kind, vision.Box(x - size / 2, y - size, x + size / 2, y), 0.9)


def drive(kind: vision.Kind = vision.Kind.CAR, light: str = "red", x: float = 150.0, steps: int = 30) -> list[Scene]:
    """Return a vehicle's way from below the stop line to the upper edge, and then some pictures without it."""
    there = [Scene([thing(kind, x, 235 - 6.5 * step)], light) for step in range(steps)]
    return there + [Scene([], light) for _ in range(60)]


class Detector:
    """Says what the test put into the picture."""

    name = "told"

    def __init__(self) -> None:
        self.now: list[vision.Detection] = []

    def detect(self, picture: vision.Picture) -> list[vision.Detection]:
        return list(self.now)


class Plates:
    """Reads one plate on every vehicle; "" for none."""

    def __init__(self, text: str = "70A12345") -> None:
        self.text = text
        self.versions = {"plates": "told"}

    def look(
        self, picture: vision.Picture, vehicle: vision.Detection, day: dt.date | None = None
    ) -> vision.PlateRead | None:
        x, y = vehicle.box.foot
        box = vision.Box(x - 10, y - 12, x + 10, y - 4)
        return replace(made.plate(self.text), box=box) if self.text else None


class Stream:
    """Gives the pictures of a scene, ten a second of the camera's time; None at the end."""

    def __init__(self, camera: str, scenes: Sequence[Scene], begins: dt.datetime, detector: Detector) -> None:
        self.measured = Measured(opened=1)
        self.camera, self._scenes, self._begins, self._detector = camera, list(scenes), begins, detector
        self._number = 0

    def next(self, timeout: float | None = None) -> vision.Frame | None:
        if self._number >= len(self._scenes):
            return None
        scene, number = self._scenes[self._number], self._number
        self._number += 1
        self._detector.now = scene.things
        at = self._begins + dt.timedelta(seconds=number / 10)
        pixels = scene.pixels if scene.pixels is not None else picture(number, scene.light)
        return vision.Frame(self.camera, number, at, pixels, scene.shown)


class Shop:
    """A shop whose streams are scenes, by camera; JPEG is only marked as such."""

    def __init__(self, scenes: dict[str, list[Scene]] | None = None, plates: Plates | None = None) -> None:
        self.scenes, self.plates, self.detectors = scenes or {}, plates or Plates(), {}  # type: ignore[var-annotated]
        self.broken: set[str] = set()
        self.begins: dt.datetime | None = None  # of all streams, instead of when they are opened

    def eye(self, camera: str, drawing: vision.Drawing | None) -> Pipeline:
        detector = self.detectors[camera] = Detector()
        small = Reading(narrowest=30, narrowest_bike=30, blurred=0)  # as the pictures are
        how = Settings(shed_share=1.0, counts_every=dt.timedelta(seconds=1), reading=small)
        return Pipeline(camera, detector, drawing, plates=self.plates, settings=how)

    @contextmanager
    def stream(self, camera: str, source: str, begins: dt.datetime) -> Iterator[Stream]:
        if camera in self.broken:
            raise OSError("nothing there")
        yield Stream(camera, self.scenes.get(camera, []), self.begins or begins, self.detectors[camera])

    def jpeg(self, picture: vision.Picture) -> bytes:
        return made.PICTURE + picture[:2, :2].tobytes()

    def drawn(self, picture: vision.Picture, live: object, drawing: object) -> bytes:
        return made.PICTURE

    def plain(self, picture: vision.Picture, tracks: object, drawing: object) -> bytes:
        return made.PICTURE + b" plain"

    def owner(self, picture: vision.Picture, tracks: object, concerned: int, drawing: object) -> bytes:
        return made.PICTURE + b" blurred"

    def plate(self, picture: vision.Picture, box: vision.Box) -> bytes:
        return made.PICTURE + b" plate"

    def clip(self, pictures: Sequence[vision.Picture], fps: float) -> tuple[bytes, str]:
        return b"webm" * len(pictures), ".webm"

    def picture(self, jpeg: bytes) -> vision.Picture:
        return np.zeros((2, 2, 3), np.uint8)


class Photographer(Shop):
    """A shop that encodes, blurs and cuts out as the real one does."""

    def __init__(self, scenes: dict[str, list[Scene]] | None = None, plates: Plates | None = None) -> None:
        super().__init__(scenes, plates)
        self._real = object.__new__(RealShop)  # without its networks
        self._real._widest = WIDTH
        for name in ("jpeg", "picture", "drawn", "plain", "owner", "plate"):
            setattr(self, name, getattr(self._real, name))


def draw(camera: str = made.CAMERA) -> None:
    """Give a camera the drawing of these tests."""
    traffic.save_drawing(camera, DRAWING, by=None)


def look(
    scenes: list[Scene],
    camera: str = made.CAMERA,
    *,
    shop: Shop | None = None,
    after: Callable[[Look], None] | None = None,
) -> list[tuple[vision.Passage, str, str]]:
    """Let a worker's look see all pictures; returns what was handed over: passage, lane, hash of the evidence."""
    handed: list[tuple[vision.Passage, str, str]] = []
    shop = shop or Shop()
    shop.scenes[camera] = scenes
    eye = looking.Look(
        traffic.camera(camera),
        traffic.drawing(camera),
        shop,  # type: ignore[arg-type]  # all of it that a look needs
        lambda passage, lane, evidence: handed.append((passage, lane, evidence)),
        looking.Way(fps=1000.0),
    )
    for _ in scenes:
        eye.step()
    if after is not None:
        after(eye)
    eye.close()
    assert clock.now()
    return handed
