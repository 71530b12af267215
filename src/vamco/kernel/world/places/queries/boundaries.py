"""The boundary layers in memory: the commune of a point without asking the database each time."""

from __future__ import annotations

import json
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from django.db import connection

from vamco.kernel.base import clock
from vamco.kernel.world.places.contracts import Location
from vamco.kernel.world.places.models import MapLayer
from vamco.kernel.world.places.queries.units import in_force

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Sequence

    from vamco.lib.geometry import Locator

FRESH_S = 2.0  # so long a change may stay unseen that another process made
MOST_LAYERS = 4  # held at a time: each has the vertices of a province
MOST_DAYS = 400  # days asked for whose answers are kept at hand

OUTSIDE = Location(None, "outside")
NO_BOUNDARIES = Location(None, "no_boundaries")
NOT_THAT_DAY = Location(None, "not_that_day")

_Stamp = tuple[object, ...]


class _Day(NamedTuple):
    """How a point is answered on one day."""

    at: Callable[[float, float], str | None]
    at_all: Callable[[Sequence[float], Sequence[float]], list[str | None]]
    answers: dict[str | None, Location]


@dataclass
class _Held:
    """What was read when the stamp was read; `settled` says that it was committed then."""

    stamp: _Stamp
    settled: bool
    until: float
    layers: list[tuple[int, dt.date]]  # newest first
    days: dict[dt.date | None, _Day] = field(default_factory=dict)


_held: _Held | None = None
_building = threading.Lock()
_locators: dict[tuple[object, int], Locator[str | None]] = {}  # by database and layer, which never changes


def locate(lon: float, lat: float, as_of: dt.date | None = None) -> Location:
    """Give the commune that a point lies in on a day (today), by the province's own boundaries.

    A point on a border has one of the communes beside it, always the same. Microseconds; every FRESH_S seconds, and always in
    a transaction that nothing was read before, one small query asks whether the layer has changed.
    """
    held = _held
    if held is None or not held.settled or held.until < time.monotonic():
        held = _current()
    day = held.days.get(as_of) or _prepare(held, as_of)
    return day.answers[day.at(lon, lat)]


def locate_all(points: Sequence[tuple[float, float]], as_of: dt.date | None = None) -> list[Location]:
    """Give the communes of many points (lon, lat), in their order."""
    held = _current()
    day = held.days.get(as_of) or _prepare(held, as_of)
    return [day.answers[code] for code in day.at_all([lon for lon, _ in points], [lat for _, lat in points])]


def forget() -> None:
    """Let the next question read the layers anew."""
    global _held  # noqa: PLW0603  # one for the process, replaced as a whole
    _held = None


_STAMP = """
SELECT (SELECT max(id) FROM places_maplayer WHERE NOT schematic), (SELECT max(id) FROM places_place),
       (SELECT max(id) FROM places_revision)
"""  # nothing of the three is ever changed without a new number in one of them


def _current() -> _Held:
    """Give what is in memory if it is still what the database says, or read it."""
    global _held  # noqa: PLW0603
    settled = not connection.in_atomic_block  # what a transaction reads may be its own and be rolled back
    with connection.cursor() as cursor:
        cursor.execute(_STAMP)
        stamp: _Stamp = (connection.settings_dict["NAME"], clock.today(), *cursor.fetchone())
    until = time.monotonic() + FRESH_S
    held = _held
    if held is not None and held.stamp == stamp:
        held.until, held.settled = until, held.settled or settled
        return held
    layers = MapLayer.objects.filter(schematic=False).order_by("-pk").values_list("pk", "valid_from")
    _held = held = _Held(stamp, settled, until, list(layers))
    return held


def _prepare(held: _Held, as_of: dt.date | None) -> _Day:
    day = as_of or clock.today()
    layer = next((pk for pk, valid_from in held.layers if valid_from <= day), None)
    if layer is None:
        nothing = NOT_THAT_DAY if held.layers else NO_BOUNDARIES
        prepared = _Day(lambda _lon, _lat: None, lambda lons, _lats: [None] * len(lons), {None: nothing})
    else:
        locator = _locator(held.stamp[0], layer)
        alive = set(in_force(day).values_list("code", flat=True))
        answers: dict[str | None, Location] = {None: OUTSIDE}
        for code in filter(None, locator.values):
            answers[code] = Location(code) if code in alive else NOT_THAT_DAY
        prepared = _Day(locator.at, locator.at_all, answers)
    if len(held.days) >= MOST_DAYS:
        held.days.clear()
    held.days[as_of] = prepared
    return prepared


def _locator(database: object, layer: int) -> Locator[str | None]:
    with _building:  # threads that come at once wait for one to build
        found = _locators.get((database, layer))
        if found is None:
            found = _build(MapLayer.objects.values_list("geojson", flat=True).get(pk=layer))
            _locators[database, layer] = found
            if len(_locators) > MOST_LAYERS:
                _locators.pop(next(iter(_locators)))
        return found


def _build(geojson: dict[str, list[dict[str, object]]]) -> Locator[str | None]:
    import shapely

    from vamco.lib.geometry import Locator, feature_code

    shapes = {
        code: shapely.from_geojson(json.dumps(feature["geometry"]))
        for feature in geojson["features"]
        if (code := feature_code(feature))
    }
    return Locator(dict(sorted(shapes.items())), None)
