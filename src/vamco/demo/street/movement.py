"""Who moves where: positions every 40 ms, in metres of the place's plane, and the signals' states; a compact file."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from vamco.engines.vision.contracts import Colour, Kind, Light

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

STEP_S = 0.04
LENGTH = {Kind.CAR: 4.3, Kind.MOTORBIKE: 1.9, Kind.BUS: 10.0, Kind.TRUCK: 7.0, Kind.PERSON: 0.4, Kind.BICYCLE: 1.7}


@dataclass(frozen=True, slots=True)
class Mover:
    """One vehicle or person.

    `path` (n, 3): x and y of the middle of its front in metres, and the way that it faces in radians
    (0 along +x, π/2 away from the camera), from step `start` on. `look` picks its sprite. `intent` is the violation that the maker
    of the scene gave it ("" for none): truth is computed from the path, not from here.
    """

    number: int
    kind: Kind
    look: int
    plate: str
    colour: Colour
    lines: int
    start: int
    path: NDArray[np.float64]
    intent: str = ""

    @property
    def length(self) -> float:
        """Metres from front to rear."""
        return LENGTH[self.kind]

    def at(self, step: int) -> tuple[float, float, float] | None:
        """Return where the front is at a step; None if not there."""
        place = step - self.start
        if 0 <= place < len(self.path):
            x, y, way = self.path[place]
            return float(x), float(y), float(way)
        return None

    def rear(self) -> NDArray[np.float64]:
        """Return the middles of the rear, (n, 2)."""
        ways = self.path[:, 2]
        return self.path[:, :2] - self.length * np.stack([np.cos(ways), np.sin(ways)], 1)


@dataclass(frozen=True, slots=True)
class Movement:
    """All that happens at one place, over `steps` steps. `lights`: by signal, the step from which each state holds."""

    place: str
    steps: int
    movers: tuple[Mover, ...]
    lights: dict[str, tuple[tuple[int, Light], ...]]

    def light(self, signal: str, step: int) -> Light:
        """Return a signal's state at a step."""
        state = Light.UNKNOWN
        for since, light in self.lights.get(signal, ()):
            if since <= step:
                state = light
        return state


def save(movement: Movement, file: Path) -> None:
    """Write a movement: paths in centimetres and milliradians as differences of integers, about 1.5 bytes a number."""
    about: dict[str, Any] = {
        "place": movement.place,
        "steps": movement.steps,
        "lights": {code: [[step, light.value] for step, light in states] for code, states in movement.lights.items()},
        "movers": [
            [m.number, m.kind.value, m.look, m.plate, m.colour.value, m.lines, m.start, len(m.path), m.intent]
            for m in movement.movers
        ],
    }
    whole = [np.round(m.path * (100, 100, 1000)).astype(np.int32) for m in movement.movers]
    steps = [np.diff(path, axis=0, prepend=np.zeros((1, 3), np.int32)) for path in whole]
    flat = np.concatenate(steps) if steps else np.zeros((0, 3), np.int32)
    np.savez_compressed(file, about=np.frombuffer(json.dumps(about).encode(), np.uint8), paths=flat)


def load(file: Path) -> Movement:
    """Read what `save` wrote."""
    with np.load(file) as stored:
        about = json.loads(stored["about"].tobytes())
        flat = stored["paths"]
    movers, begun = [], 0
    for number, kind, look, plate, colour, lines, start, count, intent in about["movers"]:
        path = np.cumsum(flat[begun : begun + count], axis=0) / (100, 100, 1000)
        begun += count
        movers.append(Mover(number, Kind(kind), look, plate, Colour(colour), lines, start, path, intent))
    lights = {code: tuple((step, Light(light)) for step, light in states) for code, states in about["lights"].items()}
    return Movement(about["place"], about["steps"], tuple(movers), lights)
