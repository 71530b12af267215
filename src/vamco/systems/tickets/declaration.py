"""The pack's section `halls`: offices with a hall, their services and counters."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from vamco.kernel.base.packs import public as packs
from vamco.lib.errors import N_

Letter = Annotated[str, Field(pattern=r"^[A-Z]$", description="letter of the service, the first sign of its numbers")]
_FIELD = packs.Ref("procedure_fields", N_("a field of procedures"))


class ServiceItem(packs.Item):
    """What one comes to a hall for: a queue with numbers of its own."""

    letter: Letter = Field(description="letter of its numbers, such as A")
    name: str = Field(min_length=1, max_length=60, description="what the button says, in Vietnamese")
    name_en: str = Field(min_length=1, max_length=60, description="the same in English")
    fields: list[Annotated[str, _FIELD]] = Field(
        default=[], max_length=30, description="fields of procedures that are handled there"
    )


class CounterItem(packs.Item):
    """A counter of a hall, and the services that it takes."""

    number: int = Field(ge=1, le=99, description="number that is called")
    name: str = Field(default="", max_length=60, description="what stands above it, in Vietnamese")
    name_en: str = Field(default="", max_length=60, description="the same in English")
    services: list[Letter] = Field(min_length=1, max_length=26, description="letters of the services that it takes")


class HallItem(packs.Item):
    """A hall in which numbers are called. Its hours are those of its office in calendar.yaml."""

    agency: Annotated[str, packs.AGENCY] = Field(max_length=35, description="code of the office")
    name: str = Field(min_length=1, max_length=120, description="what the screen says, in Vietnamese")
    name_en: str = Field(min_length=1, max_length=120, description="the same in English")
    closed: bool = Field(default=False, description="whether numbers are no longer called there")
    services: list[ServiceItem] = Field(
        min_length=1, max_length=26, description="services, in the order of the buttons"
    )
    counters: list[CounterItem] = Field(min_length=1, max_length=99, description="counters")

    @model_validator(mode="after")
    def _whole(self) -> Self:
        letters = [service.letter for service in self.services]
        numbers = [counter.number for counter in self.counters]
        if len(set(letters)) < len(letters) or len(set(numbers)) < len(numbers):
            raise ValueError("each letter and each number of a counter stands once")
        served = {letter for counter in self.counters for letter in counter.services}
        if served != set(letters):
            raise ValueError("each service has a counter, and each counter only services of the hall")
        return self

    def service(self, letter: str) -> ServiceItem | None:
        """Return a service by its letter."""
        return next((service for service in self.services if service.letter == letter), None)

    def counter(self, number: int) -> CounterItem | None:
        """Return a counter by its number."""
        return next((counter for counter in self.counters if counter.number == number), None)
