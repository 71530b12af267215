"""What a pack says of this room."""

from __future__ import annotations

import datetime as dt  # noqa: TC003  # pydantic reads the annotations at run time
from decimal import Decimal  # noqa: TC003
from typing import Any, Literal

from pydantic import Field

from vamco.kernel.base.packs import public as packs
from vamco.lib.extent import VIETNAM
from vamco.lib.validity import UNRECORDED


class PlaceItem(packs.Item):
    """A row of `places*.csv`: an administrative unit in force from a day on.

    What changes later, its name, its kind, the unit above, is a row of its own with its first day; the row before ends then.
    """

    code: str = Field(pattern=r"^\d{2,10}$", description="official code of the unit")
    name: str = Field(min_length=1, max_length=100, description="name without its kind")
    full_name: str = Field(min_length=1, max_length=120, description="name with its kind")
    kind: Literal["province", "city", "commune", "ward", "special_zone", "district", "township"] = Field(
        description="province, city run by the centre, commune (xã), ward (phường), special zone (đặc khu); "
        "until 30 June 2025 also district (huyện, quận, thị xã, thành phố) and township (thị trấn)"
    )
    parent: str = Field(
        default="", description="code of the unit above; empty for a province or a city run by the centre"
    )
    full_name_en: str = Field(min_length=1, max_length=120, description="English name")
    lon: float | None = Field(
        default=None,
        ge=VIETNAM[0],
        le=VIETNAM[2],
        description="longitude of a point inside, degrees, WGS 84; empty of a unit that ended",
    )
    lat: float | None = Field(
        default=None,
        ge=VIETNAM[1],
        le=VIETNAM[3],
        description="latitude of a point inside, degrees, WGS 84; empty of a unit that ended",
    )
    area_km2: Decimal | None = Field(
        default=None, gt=0, description="official area in square kilometres; empty of a unit that ended"
    )
    valid_from: dt.date = Field(
        default=UNRECORDED, description="first day in force; empty of a unit that ended, when no record says it"
    )
    valid_to: dt.date | None = Field(default=None, description="last day in force; empty while it is")
    origin: str = Field(default="", description="province that the unit belonged to before the merger")

    @property
    def code_and_first_day(self) -> str:
        """What tells a row from the others."""
        return f"{self.code} {self.valid_from}"


class MapItem(packs.Item):
    """`schematic.geojson`: a map of the communes, computed from points and areas by `vamco pack schematic`."""

    type: Literal["FeatureCollection"] = Field(description="as GeoJSON says")
    schematic: Literal[True] = Field(description="says that these are no boundaries")
    features: list[dict[str, Any]] = Field(
        min_length=1, description="one for each commune, with its code among the properties"
    )


class SuccessionItem(packs.Succession):
    """A row of `place_successions.csv`: a unit took over, all or a part, from another. What is not known is left out."""
