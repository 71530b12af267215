"""What a pack says of this room."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from vamco.kernel.base.packs import public as packs


class SeriesItem(packs.Item):
    """A series of numbers without gaps, counted for each unit and period by itself."""

    code: str = Field(
        pattern=r"^[a-z]+(\.[a-z_]+)+$", max_length=60, description="code of the series, such as `onestop.dossier`"
    )
    name: str = Field(min_length=1, max_length=200, description="name in Vietnamese")
    name_en: str = Field(min_length=1, max_length=200, description="name in English")
    period: Literal["day", "month", "year"] = Field(description="how long a count runs before it begins again at 1")
    form: str = Field(
        max_length=60,
        description="how a number is written: `{n}` the count, `{n:04}` with leading zeros, `{unit}`, `{yymmdd}`, `{yyyymmdd}`, "
        "`{yyyy}`, `{yy}`, `{mm}`, `{dd}`; any other place, such as `{notation}`, is filled by the act",
    )
    repeats: bool = Field(
        default=False,
        description="whether the same text may come again for another unit or period, as with documents, known by number and date",
    )
