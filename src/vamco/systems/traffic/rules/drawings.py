"""Drawings as JSON and back: what is kept of lanes, lines, zones and calibration. Pure."""

from __future__ import annotations

from typing import Any

from pydantic import TypeAdapter

from vamco.engines.vision import contracts as vision

CORNERS = 3
_SHAPE: TypeAdapter[vision.Drawing] | None = None


def _shape() -> TypeAdapter[vision.Drawing]:
    global _SHAPE  # noqa: PLW0603  # built once, at the first use
    if _SHAPE is None:
        _SHAPE = TypeAdapter(vision.Drawing)
    return _SHAPE


def written(drawing: vision.Drawing) -> dict[str, Any]:
    """Return a drawing as JSON has it."""
    found: dict[str, Any] = _shape().dump_python(drawing, mode="json")
    return found


def read(content: dict[str, Any]) -> vision.Drawing:
    """Return the drawing that JSON holds; ValueError where it is none."""
    return _shape().validate_python(content)


def faults(drawing: vision.Drawing) -> list[str]:
    """Return what is wrong in a drawing, in words for whoever drew it."""
    found: list[str] = []
    parts: list[vision.Lane | vision.StopLine | vision.Zone | vision.Signal] = [
        *drawing.lanes,
        *drawing.stop_lines,
        *drawing.zones,
        *drawing.signals,
    ]
    codes = [each.code for each in parts]
    found.extend(f"{code}: each code once" for code in sorted({code for code in codes if codes.count(code) > 1}))
    lanes, signals = {lane.code for lane in drawing.lanes}, {signal.code for signal in drawing.signals}
    for line in drawing.stop_lines:
        found.extend(f"{line.code}: no lane {code}" for code in line.lanes if code not in lanes)
        if line.signal and line.signal not in signals:
            found.append(f"{line.code}: no signal {line.signal}")
    shapes: list[vision.Lane | vision.Zone] = [*drawing.lanes, *drawing.zones]
    found.extend(f"{shape.code}: at least three corners" for shape in shapes if len(shape.polygon) < CORNERS)
    found.extend(f"{lane.code}: the way has a length" for lane in drawing.lanes if lane.way[0] == lane.way[1])
    points = drawing.calibration
    if points is not None and (len(points.pixels) < 4 or len(points.pixels) != len(points.metres)):  # noqa: PLR2004  # a homography
        found.append("calibration: at least four points, each in pixels and in metres")
    return found
