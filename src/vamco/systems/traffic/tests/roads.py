"""A drawn junction and perfect tracks on it, for tests of the rules.

The picture is 1000 × 1000. Vehicles come from below and go up; the stop line lies at y = 500 over both lanes, x 300 to 700. The lane
`L2` (x 500 to 700) is for motorbikes only. On the left lies a pavement (x 0 to 200), on the right a place where nobody may stop.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

from vamco.engines.vision import contracts as vision
from vamco.systems.traffic.contracts import ActCode, RoadRule, Sanction
from vamco.systems.traffic.rules.judging import Scene
from vamco.systems.traffic.tests import made

if TYPE_CHECKING:
    from collections.abc import Callable

    Way = Callable[[float], tuple[float, float]]

START: Final = dt.datetime(2026, 11, 18, 1, 0, tzinfo=dt.UTC)
STEP: Final = 0.1
SIZE: Final = 60.0


def box(x: float, y: float, size: float = SIZE) -> vision.Box:
    return vision.Box(x - size / 2, y - size, x + size / 2, y)


def rect(x0: float, y0: float, x1: float, y1: float) -> vision.Polygon:
    return ((x0, y0), (x1, y0), (x1, y1), (x0, y1))


DRAWING: Final = vision.Drawing(
    1000,
    1000,
    lanes=(
        vision.Lane("L1", rect(300, 0, 500, 1000), ((400, 1000), (400, 0))),
        vision.Lane("L2", rect(500, 0, 700, 1000), ((600, 1000), (600, 0)), frozenset({vision.Kind.MOTORBIKE})),
    ),
    stop_lines=(vision.StopLine("S1", ((300, 500), (700, 500)), ("L1", "L2"), "D1"),),
    zones=(
        vision.Zone("V1", rect(0, 0, 200, 1000), "pavement"),
        vision.Zone("C1", rect(210, 0, 290, 1000), "forbidden", frozenset({vision.Kind.TRUCK})),
        vision.Zone("N1", rect(750, 0, 950, 1000), "no_stopping"),
    ),
    signals=(vision.Signal("D1"),),
    limit_kmh=60,
)
BOTH: Final = {"car": Sanction("x", 1, 2), "motorbike": Sanction("y", 1, 2)}
_GRACE: Final = {ActCode.RED_LIGHT: 1.0, ActCode.STOP_LINE: 1.0} | dict.fromkeys(
    (ActCode.SPEED_5, ActCode.SPEED_10, ActCode.SPEED_20, ActCode.SPEED_35), 15.0
)
_LASTS: Final = {
    ActCode.WRONG_WAY: 1.0,
    ActCode.WRONG_LANE: 1.0,
    ActCode.FORBIDDEN_VEHICLE: 0.5,
    ActCode.PAVEMENT: 0.5,
    ActCode.ILLEGAL_STOP: 60.0,
}
RULES: Final = {
    code: RoadRule(
        code,
        code,
        code,
        "document",
        dt.date(2025, 1, 1),
        None,
        verified=False,
        by=BOTH if code is not ActCode.NO_HELMET else {"motorbike": BOTH["motorbike"]},
        tolerance=4.0 if code is ActCode.STOP_LINE else 0.0,
        grace_s=_GRACE.get(code, 0.0),
        lasts_s=_LASTS.get(code, 0.0),
    )
    for code in ActCode
}


def lights(*changes: tuple[float, str]) -> tuple[vision.LightChange, ...]:
    """Changes of the signal D1 by seconds from the start."""
    return tuple(
        vision.LightChange("D1", START + dt.timedelta(seconds=after), vision.Light(light)) for after, light in changes
    )


def scene(*changes: tuple[float, str], **more: object) -> Scene:
    return Scene(DRAWING, RULES, lights(*changes), **more)  # type: ignore[arg-type]


def track(where: Way, seconds: float, kind: vision.Kind = vision.Kind.CAR, **more: object) -> vision.Passage:
    """A perfect track: the foot at each tenth of a second."""
    steps = tuple(
        vision.Sighting(START + dt.timedelta(seconds=n * STEP), n, box(*where(n * STEP)), 0.95)
        for n in range(round(seconds / STEP) + 1)
    )
    found: dict[str, object] = {"kind": kind, "path": steps, "first_at": START, "last_at": steps[-1].at}
    return made.passage(**{**found, **more})  # type: ignore[arg-type]


def up(x: float = 400.0, begin: float = 900.0, speed: float = 100.0, end: float = -1e9) -> Way:
    """A way up the picture, in pixels a second, until it stops at `end`."""
    return lambda t: (x, max(end, begin - speed * t))
