"""Maps compared: corner by corner, with room for the last bits in which processors differ."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from pathlib import Path

GRID_DEGREES = 1e-6


def assert_same_map(one: Path, other: Path) -> None:
    """Fail unless both files have the same places with the same corners, each at most a step of the grid apart."""
    first, second = (json.loads(file.read_text(encoding="utf-8")) for file in (one, other))
    assert first["schematic"] is second["schematic"] is True
    assert [feature["properties"] for feature in first["features"]] == [
        feature["properties"] for feature in second["features"]
    ]
    for here, there in zip(first["features"], second["features"], strict=True):
        assert _ring_sizes(here) == _ring_sizes(there), here["properties"]
        np.testing.assert_allclose(_corners(here), _corners(there), rtol=0, atol=1.01 * GRID_DEGREES)


def _rings(feature: dict[str, Any]) -> list[Any]:
    polygons = feature["geometry"]["coordinates"]
    return [
        ring for polygon in ([polygons] if feature["geometry"]["type"] == "Polygon" else polygons) for ring in polygon
    ]


def _ring_sizes(feature: dict[str, Any]) -> list[int]:
    return [len(ring) for ring in _rings(feature)]


def _corners(feature: dict[str, Any]) -> Any:
    return np.concatenate([np.array(ring) for ring in _rings(feature)])
