"""The places that are rendered: their geometry in metres, and the drawing of their camera computed from the same numbers."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from vamco.demo.street.camera import Camera
from vamco.engines.vision.contracts import Box, Calibration, Drawing, Kind, Lane, Signal, StopLine, Zone

Shape = tuple[tuple[float, float], ...]

MOTORS = frozenset({Kind.CAR, Kind.BUS, Kind.TRUCK})


def rectangle(x0: float, y0: float, x1: float, y1: float) -> Shape:
    """Return the corners of a rectangle of the road, in metres."""
    return ((x0, y0), (x1, y0), (x1, y1), (x0, y1))


@dataclass(frozen=True, slots=True)
class GroundLane:
    """A lane in metres: `way` +1 leads away from the camera, -1 towards it."""

    code: str
    x0: float
    x1: float
    y0: float
    y1: float
    way: int
    kinds: frozenset[Kind] = frozenset()

    @property
    def middle(self) -> float:
        """The lane's centre line."""
        return (self.x0 + self.x1) / 2


@dataclass(frozen=True, slots=True)
class GroundLine:
    """A stop line in metres, drawn across lanes; `thick` metres of paint, the near edge at `y`."""

    code: str
    x0: float
    x1: float
    y: float
    lanes: tuple[str, ...]
    signal: str
    thick: float = 0.4


@dataclass(frozen=True, slots=True)
class GroundZone:
    """A zone in metres, with the purpose of `contracts.Zone`."""

    code: str
    shape: Shape
    purpose: str
    kinds: frozenset[Kind] = frozenset()


@dataclass(frozen=True, slots=True)
class Lamp:
    """A signal head that faces the camera: its middle in metres, three lamps one above the other."""

    code: str
    x: float
    y: float
    z: float
    size: float = 0.42


@dataclass(frozen=True, slots=True)
class Place:
    """A stretch of road with its camera. `across` are the y0, y1 of a crossing road; `road` its x0, x1."""

    name: str
    camera: Camera
    road: tuple[float, float]
    lanes: tuple[GroundLane, ...]
    across: tuple[float, float] | None = None
    lines: tuple[GroundLine, ...] = ()
    zones: tuple[GroundZone, ...] = ()
    lamps: tuple[Lamp, ...] = ()
    zebras: tuple[tuple[float, float], ...] = ()
    centre: float | None = 0.0
    limit_kmh: int | None = None
    far: float = 120.0
    marks: tuple[Shape, ...] = field(default=())


def _pixels(camera: Camera, shape: Shape) -> Shape:
    return tuple((float(x), float(y)) for x, y in camera.on_road(np.array(shape)))


def lamp_box(camera: Camera, lamp: Lamp) -> Box:
    """Return where a signal's housing is in the picture."""
    half, tall = lamp.size / 2, 1.5 * lamp.size
    corners = camera.project(
        np.array([[lamp.x - half, lamp.y, lamp.z + tall], [lamp.x + half, lamp.y, lamp.z - tall]], float)
    )
    (x0, y0), (x1, y1) = corners
    return Box(float(x0), float(y0), float(x1), float(y1))


def drawing(place: Place) -> Drawing:
    """Return the camera's drawing, exact to the pixel: what an operator would draw on a frame of this place."""
    camera = place.camera
    lanes = tuple(
        Lane(
            code=lane.code,
            polygon=_pixels(camera, rectangle(lane.x0, lane.y0, lane.x1, lane.y1)),
            way=_way(camera, lane),
            kinds=lane.kinds,
        )
        for lane in place.lanes
    )
    stops = tuple(
        StopLine(
            code=line.code,
            ends=_ends(camera, line),
            lanes=line.lanes,
            signal=line.signal,
        )
        for line in place.lines
    )
    zones = tuple(Zone(z.code, _pixels(camera, z.shape), z.purpose, z.kinds) for z in place.zones)
    near, end = place.lanes[0].y0, min(lane.y1 for lane in place.lanes)
    grid = rectangle(place.road[0], near, place.road[1], min(end, near + 40))
    return Drawing(
        width=camera.width,
        height=camera.height_px,
        lanes=lanes,
        stop_lines=stops,
        zones=zones,
        signals=tuple(Signal(lamp.code, lamp_box(camera, lamp)) for lamp in place.lamps),
        calibration=Calibration(_pixels(camera, grid), grid, exact=0.05),
        limit_kmh=place.limit_kmh,
    )


def _way(camera: Camera, lane: GroundLane) -> tuple[tuple[float, float], tuple[float, float]]:
    near, far = _pixels(camera, ((lane.middle, lane.y0), (lane.middle, lane.y1)))
    return (near, far) if lane.way > 0 else (far, near)


def _ends(camera: Camera, line: GroundLine) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return the edge of the paint that a vehicle meets first: traffic away from the camera meets the near one."""
    left, right = _pixels(camera, ((line.x0, line.y), (line.x1, line.y)))
    return left, right


JUNCTION = Place(
    name="junction",
    camera=Camera(height=7.0, tilt=13.0, focal=1150.0, x=1.8),
    road=(-7.2, 7.6),
    lanes=(
        GroundLane("in-1", 0.2, 3.7, 11.5, 62.0, 1, MOTORS | {Kind.MOTORBIKE}),
        GroundLane("in-2", 3.7, 7.4, 11.5, 62.0, 1, frozenset({Kind.MOTORBIKE, Kind.BICYCLE, Kind.BUS})),
        GroundLane("out-1", -3.6, -0.1, 11.5, 62.0, -1),
        GroundLane("out-2", -7.1, -3.6, 11.5, 62.0, -1),
    ),
    across=(33.0, 47.0),
    lines=(GroundLine("stop", 0.2, 7.4, 24.0, ("in-1", "in-2"), "main"),),
    zones=(GroundZone("box", rectangle(-7.0, 33.5, 7.4, 46.5), "watch"),),
    lamps=(Lamp("main", 8.6, 31.0, 4.6),),
    zebras=((26.0, 29.5), (49.0, 52.5)),
)

STRAIGHT = Place(
    name="straight",
    camera=Camera(height=7.0, tilt=13.0, focal=1250.0, x=2.5),
    road=(-7.2, 7.6),
    lanes=(
        GroundLane("away-1", 0.2, 3.7, 12.0, 70.0, 1),
        GroundLane("away-2", 3.7, 7.4, 12.0, 70.0, 1),
        GroundLane("here-1", -3.6, -0.1, 12.0, 70.0, -1),
        GroundLane("here-2", -7.1, -3.6, 12.0, 70.0, -1),
    ),
    limit_kmh=50,
)

ONE_WAY = Place(
    name="one-way",
    camera=Camera(height=6.5, tilt=14.0, focal=1150.0, x=0.0),
    road=(-3.8, 3.8),
    lanes=(GroundLane("way-1", -3.6, 0.0, 11.0, 60.0, 1), GroundLane("way-2", 0.0, 3.6, 11.0, 60.0, 1)),
    zones=(
        GroundZone("no-lorries", rectangle(-3.6, 16.0, 3.6, 55.0), "forbidden", frozenset({Kind.TRUCK})),
        GroundZone("pavement", rectangle(3.8, 12.0, 7.2, 55.0), "pavement"),
    ),
    centre=None,
)

NO_STOPPING = Place(
    name="no-stopping",
    camera=Camera(height=6.5, tilt=14.0, focal=1150.0, x=1.0),
    road=(-7.2, 7.6),
    lanes=(
        GroundLane("away-1", 0.2, 3.7, 11.0, 60.0, 1),
        GroundLane("away-2", 3.7, 7.4, 11.0, 60.0, 1),
        GroundLane("here-1", -3.6, -0.1, 11.0, 60.0, -1),
        GroundLane("here-2", -7.1, -3.6, 11.0, 60.0, -1),
    ),
    zones=(GroundZone("kerb", rectangle(4.6, 14.0, 7.4, 42.0), "no_stopping"),),
)

GATE = Place(
    name="gate",
    camera=Camera(height=5.5, tilt=19.0, focal=3000.0),
    road=(-3.8, 3.8),
    lanes=(GroundLane("way-1", -3.6, 0.0, 11.8, 24.5, 1), GroundLane("way-2", 0.0, 3.6, 11.8, 24.5, 1)),
    centre=None,
)
"""Near enough that plates can be read: the others show whole scenes, where a plate is 8 to 25 pixels wide."""

PLACES = {place.name: place for place in (JUNCTION, STRAIGHT, ONE_WAY, NO_STOPPING, GATE)}
