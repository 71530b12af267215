"""Make the demonstration's clips: `python -m vamco.demo.street.film [NAME …]`. VP9 in WebM, with drawing and truth as JSON beside.

The movements of the roads are stored (`clips/*.npz`), so that the clips can be made again without SUMO; `--drive` lets SUMO make them.
"""

from __future__ import annotations

import dataclasses
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import cv2

from vamco.demo.street import hall, movement, truth
from vamco.demo.street.places import PLACES, drawing
from vamco.demo.street.rendering import Renderer, Seen

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vamco.demo.street.camera import Camera
    from vamco.demo.street.places import Place
    from vamco.engines.vision.contracts import Drawing

CLIPS = Path(__file__).with_name("clips")
EVERY = 2
NARROW = (1800.0, 12.5)
"""Near enough for the worker of the demonstration, which gives the detector the whole picture at 416 pixels."""
FPS = 12.5
SMALL = 0.6  # 768 × 432: OpenCV writes VP9 at its best quality only, and takes no settings


@dataclasses.dataclass(frozen=True, slots=True)
class Film:
    """A clip: place, seconds, what shall go wrong, density, seed, light phase, weather."""

    name: str
    place: str
    seconds: float
    intents: tuple[str, ...]
    density: float
    seed: int
    red: tuple[float, float] = (99.0, 999.0)
    night: bool = False
    rain: bool = False
    view: tuple[float, float] | None = None

    def stage(self) -> Place:
        """Return the place as the film's own camera sees it: `view` is its focal length in pixels and its tilt in degrees."""
        place = PLACES[self.place]
        if self.view is None:
            return place
        return dataclasses.replace(
            place, camera=dataclasses.replace(place.camera, focal=self.view[0], tilt=self.view[1])
        )


FILMS = (
    Film("junction_day", "junction", 9, ("red_light", "wrong_lane"), 20, 8, red=(1.0, 99.0), view=NARROW),
    Film("junction_night", "junction", 8, ("stop_line",), 16, 13, red=(1.0, 99.0), night=True, view=NARROW),
    Film("road", "straight", 6, ("speed", "speed"), 16, 8, view=NARROW),
)
HALL = "hall"


def as_json(content: Any) -> str:
    """Return JSON of dataclasses, sets sorted."""
    return json.dumps(
        content, default=lambda each: sorted(each) if isinstance(each, frozenset) else dataclasses.asdict(each)
    )


def seen_row(seen: Seen) -> list[float]:
    """Return one thing in one frame: number, box, visible share, width of its plate in pixels."""
    return [
        seen.number,
        *(round(v * SMALL) for v in seen.box),
        round(seen.visible, 2),
        round(seen.plate_width * SMALL, 1),
    ]


def drive(film: Film) -> movement.Movement:
    """Let SUMO make a film's movement."""
    from vamco.demo.street import sumo

    order = sumo.Order(film.place, film.seconds, film.intents, film.density, red_from=film.red[0], red_to=film.red[1])
    return sumo.make(order, film.seed)


def _write(name: str, frames: Iterator[tuple[Any, list[Seen]]], view: Drawing, about: dict[str, Any]) -> None:
    file = CLIPS / f"{name}.webm"
    writer = cv2.VideoWriter(str(file), cv2.VideoWriter.fourcc(*"VP90"), FPS, (view.width, view.height))
    if not writer.isOpened():
        raise SystemExit("this OpenCV cannot write VP9")
    rows = []
    for picture, seen in frames:
        small = cv2.resize(picture, (view.width, view.height), interpolation=cv2.INTER_AREA)
        writer.write(cv2.bilateralFilter(small, 5, 12, 3))
        rows.append([seen_row(each) for each in seen])
    writer.release()
    (CLIPS / f"{name}.drawing.json").write_text(as_json(view), encoding="utf-8")
    (CLIPS / f"{name}.truth.json").write_text(as_json({**about, "fps": FPS, "frames": rows}), encoding="utf-8")


def _smaller(camera: Camera) -> Camera:
    wide, high = round(camera.width * SMALL), round(camera.height_px * SMALL)
    return dataclasses.replace(camera, width=wide, height_px=high, focal=camera.focal * SMALL)


def _view(place: Place) -> Drawing:
    return drawing(dataclasses.replace(place, camera=_smaller(place.camera)))


def shoot(film: Film) -> None:
    """Render one film of a road from its stored movement."""
    moved = movement.load(CLIPS / f"{film.name}.npz")
    renderer = Renderer(moved, film.seed, night=film.night, rain=film.rain, place=film.stage())
    about = {
        "place": film.place,
        "condition": "night" if film.night else "rain" if film.rain else "day",
        "lights": {code: [[step, light.value] for step, light in states] for code, states in moved.lights.items()},
        "movers": [[m.number, m.kind.value, m.plate, m.colour.value, m.lines] for m in moved.movers],
        "violations": [[v.number, v.code, v.step] for v in truth.violations(moved)],
    }
    _write(film.name, (renderer.frame(step) for step in range(0, moved.steps, EVERY)), _view(film.stage()), about)


def shoot_hall() -> None:
    """Render the hall."""
    scene = hall.make(5, 2)
    about = {
        "place": HALL,
        "condition": "day",
        "counts": [hall.counts(scene, step) for step in range(0, scene.steps, EVERY)],
    }
    _write(
        HALL,
        (hall.frame(scene, step) for step in range(0, scene.steps, EVERY)),
        hall.drawing(_smaller(hall.CAMERA)),
        about,
    )


def main(arguments: list[str]) -> None:
    """Make the named clips, or all."""
    names = {each for each in arguments if not each.startswith("-")} or {HALL, *(film.name for film in FILMS)}
    for film in FILMS:
        if film.name in names:
            if "--drive" in arguments:
                movement.save(drive(film), CLIPS / f"{film.name}.npz")
            shoot(film)
    if HALL in names:
        shoot_hall()


if __name__ == "__main__":
    main(sys.argv[1:])
