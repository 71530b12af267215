"""A point to its commune, by the boundaries that the database holds, against asking each polygon in turn.

The boundaries are made: the pack's schematic map with its straight lines wrinkled until it has about as many vertices as the
province's own layer simplified to 55 m (21,000 against 15,000). Our answers and the peer's are compared point by point.
"""

from __future__ import annotations

import json
import os
import random
import statistics
import tempfile
import time
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vamco.cli.bench import Figure

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

CHECKOUT = Path(__file__).resolve().parents[1]
POINTS = 100_000
BRUTE_POINTS = 2_000
NEAR_M = 100  # the second set: at most so far from a border
ROUNDS = 3
HALVINGS = 4

Point = tuple[float, float]


def run() -> Iterable[Figure]:
    """Measures single points, points near borders, many points at once, the peer, and names."""
    from vamco.cli import postgres

    with tempfile.TemporaryDirectory(prefix="vamco-bench-") as name, postgres.running(Path(name) / "pg") as server:
        _start(Path(name), server)
        from vamco.kernel.world.places import public as places

        layer = _wrinkled(
            json.loads((CHECKOUT / "packs" / "tayninh" / "schematic.geojson").read_text(encoding="utf-8"))
        )
        places.store_layer(layer, name="bench", source="made", schematic=False)
        begun = time.perf_counter()
        assert places.locate(0, 0).reason == "outside"
        yield Figure("kernel_places", "boundaries_read_and_indexed", (time.perf_counter() - begun) * 1e3, "ms")
        everywhere, border = _points(layer)
        brute = _brute(layer)
        theirs = _microseconds(brute, everywhere[:BRUTE_POINTS])
        for point in [*everywhere[:BRUTE_POINTS], *border[:BRUTE_POINTS]]:
            assert places.locate(*point).code == brute(*point), point
        ours = _microseconds(places.locate, everywhere)
        yield Figure(
            "kernel_places",
            "point_to_commune",
            ours,
            "µs",
            reach="<= 20",
            peer="the 96 prepared polygons in turn",
            peer_value=theirs,
        )
        yield Figure(
            "kernel_places", "point_to_commune_near_a_border", _microseconds(places.locate, border), "µs", "<= 20"
        )
        yield Figure("kernel_places", "point_to_commune_p99", _p99(places.locate, everywhere), "µs")
        begun = time.perf_counter()
        places.locate_all(everywhere)
        yield Figure(
            "kernel_places", "many_points_at_once", (time.perf_counter() - begun) / len(everywhere) * 1e6, "µs a point"
        )
        yield from _names()


def _names() -> Iterable[Figure]:
    from vamco.kernel.base import clock
    from vamco.kernel.world.agencies import public as agencies
    from vamco.kernel.world.places import public as places

    today = clock.today()
    asks: dict[str, Callable[[], object]] = {
        "name_to_places": lambda: places.named("tan ninh", today),
        "old_name_to_places": lambda: places.named("tỉnh Long An", today),
        "old_code_to_agency": lambda: agencies.by_code("000.00.00.H39", today),
        "subtree_of_171_agencies": lambda: agencies.subtree("H53", today),
    }
    for name, ask in asks.items():
        times = []
        for _ in range(200):
            begun = time.perf_counter()
            ask()
            times.append(time.perf_counter() - begun)
        yield Figure("kernel_places", name, statistics.median(times) * 1e3, "ms")


def _start(folder: Path, server: Any) -> None:
    server.grant()
    os.environ.update(
        DATABASE_URL=server.url("app"),
        DATABASE_OWNER_URL=server.url("owner"),
        VAMCO_DATA=str(folder / "data"),
        DJANGO_SETTINGS_MODULE="vamco.config.settings",
    )
    from vamco.cli import migrate

    migrate.bring_up_to_date()
    from vamco.kernel.base.packs import public as packs

    packs.load(CHECKOUT / "packs" / "tayninh")


def _wrinkled(layer: dict[str, Any]) -> dict[str, Any]:
    """The layer with each line halved again and again, its middle pushed aside: the same on both sides of a border."""

    def halved(one: Point, other: Point, times: int) -> list[Point]:
        if not times:
            return [one]
        low, high = sorted((one, other))
        push = random.Random(repr((low, high))).uniform(-0.08, 0.08)
        middle = (
            (low[0] + high[0]) / 2 + push * (high[1] - low[1]),
            (low[1] + high[1]) / 2 - push * (high[0] - low[0]),
        )
        return [*halved(one, middle, times - 1), *halved(middle, other, times - 1)]

    def wrinkle(ring: list[list[float]]) -> list[Point]:
        ends = [(float(x), float(y)) for x, y in ring]
        points = [p for one, other in pairwise(ends) for p in halved(one, other, HALVINGS)]
        return [*points, points[0]]

    features = []
    for feature in layer["features"]:
        shape = feature["geometry"]
        polygons = shape["coordinates"] if shape["type"] == "MultiPolygon" else [shape["coordinates"]]
        coordinates = [[wrinkle(ring) for ring in polygon] for polygon in polygons]
        features.append({**feature, "geometry": {"type": "MultiPolygon", "coordinates": coordinates}})
    return {"type": "FeatureCollection", "features": features}


def _points(layer: dict[str, Any]) -> tuple[list[Point], list[Point]]:
    """Points in the province, and points near its borders within and around."""
    import shapely

    shapes = [shapely.from_geojson(json.dumps(feature["geometry"])) for feature in layer["features"]]
    vertices = shapely.get_coordinates(shapes)
    draws = random.Random(2)
    west, south, east, north = shapely.total_bounds(shapes)
    whole = shapely.union_all([shapely.make_valid(shape) for shape in shapes])
    shapely.prepare(whole)
    everywhere: list[Point] = []
    while len(everywhere) < POINTS:
        point = (draws.uniform(west, east), draws.uniform(south, north))
        if shapely.intersects_xy(whole, *point):
            everywhere.append(point)
    near = NEAR_M / 111_000
    border = [
        (float(x) + draws.uniform(-near, near), float(y) + draws.uniform(-near, near))
        for x, y in (vertices[draws.randrange(len(vertices))] for _ in range(POINTS // 4))
    ]
    return everywhere, border


def _brute(layer: dict[str, Any]) -> Callable[[float, float], str | None]:
    import shapely

    shapes = {f["properties"]["code"]: shapely.from_geojson(json.dumps(f["geometry"])) for f in layer["features"]}
    ordered = sorted(shapes.items())
    for _, shape in ordered:
        shapely.prepare(shape)

    def at(lon: float, lat: float) -> str | None:
        for code, shape in ordered:
            if shapely.intersects_xy(shape, lon, lat):
                return str(code)
        return None

    return at


def _microseconds(ask: Callable[[float, float], object], points: list[Point]) -> float:
    """The mean of a call, the loop included; the best of some rounds."""
    rounds = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        for lon, lat in points:
            ask(lon, lat)
        rounds.append((time.perf_counter() - begun) / len(points) * 1e6)
    return min(rounds)


def _p99(ask: Callable[[float, float], object], points: list[Point]) -> float:
    times = []
    for lon, lat in points:
        begun = time.perf_counter_ns()
        ask(lon, lat)
        times.append(time.perf_counter_ns() - begun)
    return sorted(times)[len(times) * 99 // 100] / 1e3
