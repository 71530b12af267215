"""The pack's section `places`."""

from __future__ import annotations

import datetime as dt  # noqa: TC003  # pydantic reads the annotations at run time
from decimal import Decimal  # noqa: TC003
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from vamco.kernel.base.packs import public as packs
from vamco.kernel.world.places import services

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


class PlaceItem(packs.Item):
    """A row of `places.csv`: an administrative unit in force from a day on."""

    code: str = Field(pattern=r"^\d{2,10}$", description="official code of the unit")
    name: str = Field(min_length=1, max_length=100, description="name without its kind")
    full_name: str = Field(min_length=1, max_length=120, description="name with its kind")
    kind: Literal["province", "commune", "ward"] = Field(description="province, commune (xã) or ward (phường)")
    parent: str = Field(default="", description="code of the unit above; empty for the province")
    full_name_en: str = Field(min_length=1, max_length=120, description="English name")
    lon: float = Field(ge=102, le=110, description="longitude of a point inside, degrees, WGS 84")
    lat: float = Field(ge=8, le=24, description="latitude of a point inside, degrees, WGS 84")
    area_km2: Decimal = Field(gt=0, description="official area in square kilometres")
    valid_from: dt.date = Field(description="first day in force")
    origin: str = Field(default="", description="province that the unit belonged to before the merger")


def check(
    located: Sequence[packs.Located[PlaceItem]],
    _contents: packs.Contents,
) -> Iterator[packs.Fault]:
    """Every unit but the province lies in the province."""
    provinces = {entry.item.code for entry in located if entry.item.kind == "province"}
    for entry in located:
        item = entry.item
        if item.kind == "province" and item.parent:
            yield entry.fault(f"parent: nothing above the province, found {item.parent!r}", "parent")
        if item.kind != "province" and item.parent not in provinces:
            yield entry.fault(f"parent: the code of the province, found {item.parent!r}", "parent")


class MapItem(packs.Item):
    """`schematic.geojson`: a map of the communes, computed from points and areas by `vamco pack schematic`."""

    type: Literal["FeatureCollection"] = Field(description="as GeoJSON says")
    schematic: Literal[True] = Field(description="says that these are no boundaries")
    features: list[dict[str, Any]] = Field(
        min_length=1, description="one for each commune, with its code among the properties"
    )


def check_map(
    located: Sequence[packs.Located[MapItem]],
    contents: packs.Contents,
) -> Iterator[packs.Fault]:
    """The map has each commune once."""
    communes = sorted(entry.item.code for entry in contents["places"] if entry.item.kind != "province")
    for entry in located:
        drawn = sorted(str(feature.get("properties", {}).get("code")) for feature in entry.item.features)
        if drawn != communes:
            yield entry.fault("features: each commune of places.csv once; run `vamco pack schematic`", "features")


def put_map(items: Sequence[MapItem]) -> None:
    """Keeps the schematic map as a layer."""
    for item in items:
        services.store_layer(item.model_dump(), name="schematic.geojson", source="", schematic=True)


SECTION = packs.Section(
    name="places",
    files="places.csv",
    model=PlaceItem,
    key="code",
    apply=services.put,
    check=check,
    doc="administrative units: the province and its communes",
)

MAP_SECTION = packs.Section(
    name="map",
    files="schematic.geojson",
    model=MapItem,
    key="type",
    apply=put_map,
    depends=("places",),
    check=check_map,
    doc="schematic map of the communes",
)
