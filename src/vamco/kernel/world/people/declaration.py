"""What a pack says of this room."""

from __future__ import annotations

from pydantic import Field

from vamco.kernel.base.packs import public as packs


class PositionItem(packs.Item):
    """A post (chức vụ) that people hold in agencies."""

    code: str = Field(pattern=r"^[a-z_]+$", max_length=40, description="code of the post")
    name: str = Field(min_length=1, max_length=100, description="name in Vietnamese")
    name_en: str = Field(min_length=1, max_length=100, description="name in English")
    rank: int = Field(ge=1, le=99, description="1 is the highest; lists of staff are in this order")


class MatterItem(packs.Item):
    """A field of law to which a mandate can be limited."""

    code: str = Field(pattern=r"^[a-z_]+$", max_length=40, description="code of the field")
    name: str = Field(min_length=1, max_length=100, description="name in Vietnamese")
    name_en: str = Field(min_length=1, max_length=100, description="name in English")
