"""Perfect passages of a movement: what a pipeline that sees everything exactly would hand over."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import TYPE_CHECKING

import numpy as np

from vamco.demo.street.movement import STEP_S
from vamco.demo.street.places import PLACES
from vamco.demo.street.truth import feet
from vamco.engines.vision.contracts import Box, Kind, LightChange, Passage, PlateRead, Sighting, Speed

if TYPE_CHECKING:
    from vamco.demo.street.movement import Movement, Mover

BEGIN = dt.datetime(2026, 11, 30, 1, 0, tzinfo=dt.UTC)
TALL = {Kind.CAR: 1.55, Kind.MOTORBIKE: 1.65, Kind.BUS: 3.0, Kind.TRUCK: 2.8}
WIDE = {Kind.CAR: 1.7, Kind.MOTORBIKE: 0.75, Kind.BUS: 2.4, Kind.TRUCK: 2.3}


def at(step: int) -> dt.datetime:
    """Return the time of a step."""
    return BEGIN + dt.timedelta(seconds=step * STEP_S)


def lights(movement: Movement) -> tuple[LightChange, ...]:
    """Return the log of the signals."""
    return tuple(
        LightChange(code, at(step), light) for code, states in movement.lights.items() for step, light in states
    )


def perfect(movement: Movement, *, every: int = 1) -> dict[int, Passage]:
    """Return the passage of each vehicle by its number; those that the camera never sees are left out."""
    found = {}
    for mover in movement.movers:
        path = _path(movement, mover, every)
        if mover.kind in TALL and len(path) > 1:
            found[mover.number] = Passage(
                key=hashlib.sha256(f"{movement.place} {mover.number} {mover.plate}".encode()).hexdigest(),
                camera=movement.place,
                track=mover.number,
                kind=mover.kind,
                first_at=path[0].at,
                last_at=path[-1].at,
                path=path,
                plate=PlateRead(mover.plate, mover.lines, (1.0,) * len(mover.plate), mover.colour, True, 90.0),
                speed=_speed(path),
            )
    return found


def _path(movement: Movement, mover: Mover, every: int) -> tuple[Sighting, ...]:
    place = PLACES[movement.place]
    camera, ground = place.camera, feet(mover)
    pixels = camera.on_road(ground)
    found = []
    for index in range(0, min(len(ground), movement.steps - mover.start), every):
        (x, y), (u, v) = ground[index], pixels[index]
        near = place.lanes[0].y0 - 1 < y < 70
        if not near or not np.isfinite(u) or not 0 <= u < camera.width or not 0 <= v < camera.height_px:
            continue
        scale = camera.scale(float(x), float(y))
        half, tall = WIDE.get(mover.kind, 0.5) / 2 * scale, TALL.get(mover.kind, 1.7) * scale
        step = mover.start + index
        box = Box(float(u - half), float(v - tall), float(u + half), float(v))
        found.append(Sighting(at(step), step, box, 1.0, (float(x), float(y))))
    return tuple(found)


def _speed(path: tuple[Sighting, ...]) -> Speed | None:
    """Return the mean speed over the path, exact."""
    ground = np.array([one.ground for one in path])
    long = float(np.hypot(*np.diff(ground, axis=0).T).sum())
    took = (path[-1].at - path[0].at).total_seconds()
    return Speed(long / took * 3.6, 0.3) if took > 0.2 else None
