"""What a pack may say: the base of all shapes, and the shape of `pack.yaml` itself."""

from __future__ import annotations

import datetime as dt  # noqa: TC003  # pydantic reads the annotations at run time
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator


class Item(BaseModel):
    """Base of all shapes in a pack: an unknown field is a mistake, not something to pass over.

    No field may be a set: its order would differ from process to process, and every load would look like a change.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)


class PackItem(Item):
    """`pack.yaml`: what a pack is. A pack without a province is a base, which others extend."""

    code: str = Field(pattern=r"^[a-z][a-z0-9_-]*$", max_length=40, description="short name of the pack")
    version: str = Field(pattern=r"^\d+\.\d+\.\d+$", description="version, three numbers")
    extends: str = Field(
        default="", pattern=r"^([a-z][a-z0-9_-]*)?$", description="folder of the pack below it; empty for a base"
    )
    province: str = Field(
        default="",
        pattern=r"^(\d{2,10})?$",
        description="code of the province in the list of units; empty for a base",
    )
    name: str = Field(min_length=1, max_length=120, description="name in Vietnamese")
    name_en: str = Field(min_length=1, max_length=120, description="name in English")
    agency_root: str = Field(default="", description="code of the agency at the top; empty for a base")
    languages: tuple[Literal["vi", "en"], ...] = Field(default=("vi", "en"), description="the first is the default")
    time_zone: Literal["Asia/Ho_Chi_Minh"] = Field(
        default="Asia/Ho_Chi_Minh", description="clock of the province; Vietnam has one"
    )
    currency: Literal["VND"] = Field(default="VND", description="whole dong in store, tỷ đồng on boards")
    demonstration: bool = Field(
        default=False, description="true when department data are made by the demonstration: the interface says so"
    )
    published_until: dt.date | None = Field(
        default=None, description="day after which the demonstration's figures are synthetic"
    )
    sources: tuple[str, ...] = Field(default=(), description="where what the pack states comes from")

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if bool(self.province) != bool(self.agency_root):
            raise ValueError("province and agency_root stand together")
        return self
