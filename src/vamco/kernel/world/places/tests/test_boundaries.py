from __future__ import annotations

import datetime as dt
import json
import math
import os
import random
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import shapely

from vamco.kernel.world.places import public as places
from vamco.kernel.world.places import services
from vamco.kernel.world.places.declaration import PlaceItem
from vamco.kernel.world.places.models import MapLayer, Place
from vamco.kernel.world.places.queries import boundaries

if TYPE_CHECKING:
    from collections.abc import Iterator

AFTER = dt.date(2025, 7, 1)
CHECKOUT = Path(__file__).resolve().parents[6]
REAL = Path(
    os.environ.get("VAMCO_TEST_BOUNDARIES", CHECKOUT.parent / "shared" / "data" / "geo" / "tayninh_communes_hi.geojson")
)
WEST, EAST, NORTH = "25459", "25480", "25486"  # codes of the pack; where they lie is made up here


@pytest.fixture(autouse=True)
def _nothing_remembered() -> Iterator[None]:
    boundaries.forget()
    yield
    boundaries.forget()


def layer(**boxes: tuple[float, float, float, float]) -> dict[str, Any]:
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "properties": {"code": code[1:]},
                "geometry": json.loads(shapely.to_geojson(shapely.box(*box))),
            }
            for code, box in boxes.items()
        ],
    }


SQUARES = layer(_25459=(106, 11, 106.1, 11.1), _25480=(106.1, 11, 106.2, 11.1), _25486=(106, 11.1, 106.2, 11.2))


def store(geojson: dict[str, Any], **more: Any) -> None:
    places.store_layer(geojson, name="made", source="made", **({"schematic": False} | more))


@pytest.mark.django_db
def test_without_boundaries_no_commune_is_named_and_the_reason_is_given() -> None:
    schematic = places.map_layer()
    assert schematic is not None
    assert schematic["schematic"]
    point = places.get(WEST, AFTER)
    assert point.lon is not None
    assert point.lat is not None
    assert places.locate(point.lon, point.lat) == places.Location(None, "no_boundaries")
    assert places.locate_all([(point.lon, point.lat)]) == [places.Location(None, "no_boundaries")]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("lon", "lat", "code"),
    [
        (106.05, 11.05, WEST),
        (106.15, 11.05, EAST),
        (106.1, 11.15, NORTH),
        (106.1, 11.05, WEST),  # on a border: the lower code
        (106.15, 11.1, EAST),
        (106.1, 11.1, WEST),  # where three meet
        (106, 11, WEST),  # a corner of the province
        (106.2, 11.2, NORTH),
        (106.2, 11.05, EAST),  # on the province's border: inside
        (math.nextafter(106.2, 107), 11.05, None),
        (105.9, 11.05, None),
        (11.05, 106.05, None),  # latitude for longitude
        (math.nan, 11.05, None),
        (math.inf, -math.inf, None),
        (0.0, 0.0, None),
    ],
)
def test_each_point_has_one_commune_or_none(lon: float, lat: float, code: str | None) -> None:
    store(SQUARES)
    expected = places.Location(code) if code else places.Location(None, "outside")
    assert places.locate(lon, lat) == expected
    assert places.locate_all([(lon, lat)]) == [expected]


@pytest.mark.django_db
def test_the_day_decides_which_boundaries_hold() -> None:
    moved = layer(_25459=(106.1, 11, 106.2, 11.1), _25480=(106, 11, 106.1, 11.1))
    store(SQUARES)
    store(moved, valid_from=dt.date(2026, 1, 1))
    answers = [places.locate(106.05, 11.05, day) for day in (dt.date(2025, 6, 30), AFTER, dt.date(2025, 12, 31))]
    assert answers == [places.Location(None, "not_that_day"), places.Location(WEST), places.Location(WEST)]
    assert places.locate(106.05, 11.05, dt.date(2026, 1, 1)) == places.Location(EAST)
    assert places.locate(106.05, 11.05) == places.Location(EAST)
    assert places.locate_all([(106.05, 11.05), (0, 0)], AFTER) == [
        places.Location(WEST),
        places.Location(None, "outside"),
    ]


@pytest.mark.django_db
def test_a_commune_that_ended_is_not_named_by_the_layer_of_its_time() -> None:
    store(SQUARES)
    assert places.locate(106.05, 11.05) == places.Location(WEST)
    last = dt.date(2026, 1, 31)
    services.put([_ended(places.get(WEST, AFTER), last)])
    assert places.locate(106.05, 11.05, last) == places.Location(WEST)
    assert places.locate(106.05, 11.05) == places.Location(None, "not_that_day")
    assert places.locate(106.15, 11.05) == places.Location(EAST)


def _ended(place: Place, last: dt.date) -> PlaceItem:
    return PlaceItem(
        code=place.code,
        name=place.name,
        full_name=place.full_name,
        kind="ward",
        parent="80",
        full_name_en=place.name_en,
        valid_from=place.valid_from,
        valid_to=last,
    )


@pytest.mark.django_db
def test_a_layer_since_when_its_communes_began() -> None:
    store(SQUARES)
    assert MapLayer.objects.latest("pk").valid_from == AFTER


@pytest.mark.django_db
def test_a_schematic_map_that_comes_later_does_not_hide_the_boundaries() -> None:
    store(SQUARES)
    store(layer(_25459=(106.1, 11, 106.2, 11.1)), schematic=True)
    assert places.locate(106.15, 11.05) == places.Location(EAST)


def test_a_new_layer_is_seen_at_once_here_and_soon_elsewhere(fresh_db: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert fresh_db
    store(SQUARES)
    assert places.locate(106.05, 11.05) == places.Location(WEST)
    store(layer(_25480=(106, 11, 106.2, 11.2)))
    assert places.locate(106.05, 11.05) == places.Location(EAST)
    monkeypatch.setattr(boundaries, "forget", lambda: None)  # as in another process
    monkeypatch.setattr(boundaries, "FRESH_S", 600.0)
    places.locate_all([])  # asks the database, and counts from here
    store(layer(_25486=(106, 11, 106.2, 11.2)))
    assert places.locate(106.05, 11.05) == places.Location(EAST)
    now = boundaries.time.monotonic() + boundaries.FRESH_S + 0.1
    monkeypatch.setattr(boundaries.time, "monotonic", lambda: now)
    assert places.locate(106.05, 11.05) == places.Location(NORTH)


def test_what_a_transaction_rolled_back_is_not_remembered(fresh_db: str) -> None:
    from django.db import transaction

    assert fresh_db
    with transaction.atomic():
        store(SQUARES)
        assert places.locate(106.05, 11.05) == places.Location(WEST)
        transaction.set_rollback(True)
    assert places.locate(106.05, 11.05) == places.Location(None, "no_boundaries")


def test_no_query_is_made_for_a_point(fresh_db: str, django_assert_num_queries: Any) -> None:
    assert fresh_db
    store(SQUARES)
    places.locate(106.05, 11.05)
    places.locate(106.05, 11.05, AFTER)
    with django_assert_num_queries(0):
        for _ in range(100):
            places.locate(106.05, 11.05)
            places.locate(106.05, 11.05, AFTER)


def test_threads_ask_while_the_layer_changes(fresh_db: str) -> None:
    from django.db import connection

    assert fresh_db
    store(SQUARES)
    wrong: list[object] = []

    def ask() -> None:
        for n in range(100):
            found = places.locate(106.05, 11.05).code
            if found not in {WEST, EAST}:
                wrong.append(found)
            if n == 50:
                boundaries.forget()
        connection.close()

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    store(layer(_25480=(106, 11, 106.2, 11.2)))
    for thread in threads:
        thread.join()
    assert wrong == []
    assert places.locate(106.05, 11.05) == places.Location(EAST)


@pytest.mark.django_db
@pytest.mark.skipif(not REAL.exists(), reason="the real boundaries are not on this machine")
def test_real_boundaries_against_each_polygon_in_turn(pytestconfig: pytest.Config) -> None:
    geojson = json.loads(REAL.read_text(encoding="utf-8"))
    store(geojson)
    shapes = {f["properties"]["code"]: shapely.from_geojson(json.dumps(f["geometry"])) for f in geojson["features"]}
    codes = sorted(shapes)
    draws = random.Random(11)
    vertices = shapely.get_coordinates([shapes[code] for code in codes])
    west, south, east, north = shapely.total_bounds(list(shapes.values()))
    points = []
    for _ in range(20_000 if pytestconfig.getoption("--full") else 800):
        x, y = vertices[draws.randrange(len(vertices))]
        points += [
            (draws.uniform(west, east), draws.uniform(south, north)),
            (float(x), float(y)),
            (float(x) + draws.gauss(0, 2e-4), float(y) + draws.gauss(0, 2e-4)),
        ]
    for place in places.communes(AFTER):
        assert place.lon is not None
        assert place.lat is not None
        points.append((place.lon, place.lat))
    drawn = shapely.points(points)
    expected = [
        next((code for code, hit in zip(codes, hits, strict=True) if hit), None)
        for hits in zip(*(shapely.intersects(shapes[code], drawn) for code in codes), strict=True)
    ]
    assert [places.locate(*point).code for point in points[-96:]] == [p.code for p in places.communes(AFTER)]
    with_day = [location.code for location in places.locate_all(points, AFTER)]
    assert with_day == expected
    held = boundaries._current().days[AFTER]
    assert [held.at(*point) for point in points] == expected
