"""The pack's section of the score's groups."""

from __future__ import annotations

from decimal import Decimal  # noqa: TC003  # pydantic reads the annotations at run time
from typing import Self

from pydantic import Field, model_validator

from vamco.kernel.base.packs import public as packs
from vamco.systems.service_quality.contracts import Group, Measure, Part


class PartItem(packs.Item):
    """An indicator of the score."""

    code: str = Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=40, description="code, such as on_time")
    name: str = Field(min_length=1, max_length=200, description="name in Vietnamese")
    name_en: str = Field(min_length=1, max_length=200, description="name in English")
    most: Decimal = Field(gt=0, le=100, description="most points")
    weight: Decimal | None = Field(
        default=None, gt=0, le=1000, description="points of a ratio of 1, cut off at `most`; without it `most` itself"
    )
    measure: Measure = Field(description="what of our own events it is measured by; none: no source here")
    exempt: list[str] = Field(
        default=[], max_length=20, description="kinds of agency for which the decision counts it in full"
    )

    def part(self) -> Part:
        """Return the same to reckon with."""
        weight = self.weight or self.most
        return Part(self.code, self.name, self.name_en, self.most, weight, self.measure, frozenset(self.exempt))


class GroupItem(packs.Item):
    """A group of indicators of the score."""

    code: str = Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=40, description="code, such as progress")
    name: str = Field(min_length=1, max_length=200, description="name in Vietnamese")
    name_en: str = Field(min_length=1, max_length=200, description="name in English")
    most: Decimal = Field(gt=0, le=100, description="most points")
    order: int = Field(ge=1, le=99, description="place among the others")
    source: str = Field(min_length=3, max_length=300, description="who says so, and how sure that is")
    parts: list[PartItem] = Field(min_length=1, max_length=20, description="its indicators")

    @model_validator(mode="after")
    def _reachable(self) -> Self:
        if sum(part.most for part in self.parts) < self.most:
            raise ValueError("the indicators sum up to the group's most points at least")
        return self

    def group(self) -> Group:
        """Return the same to reckon with."""
        return Group(self.code, self.name, self.name_en, self.most, tuple(part.part() for part in self.parts))
