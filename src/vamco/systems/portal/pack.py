"""The pack's sections `offices` and `services`: where people are served, and what there is for them."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from vamco.kernel.base.packs import public as packs
from vamco.systems.portal.contracts import ServiceMode, ServiceState
from vamco.systems.portal.models import Office, Service


class OfficeItem(packs.Item):
    """An office that serves people. Its hours are those of its agency in calendar.yaml."""

    agency: Annotated[str, packs.AGENCY] = Field(max_length=35, description="code of the agency")
    name: str = Field(max_length=200, description="what people call it, in Vietnamese")
    name_en: str = Field(max_length=200, description="the same in English")
    address: str = Field(default="", max_length=300, description="street and number; empty while it is not confirmed")
    phone: str = Field(
        default="", max_length=30, pattern=r"^[0-9 .+]*$", description="telephone; empty: the hotline is shown"
    )
    note: str = Field(default="", max_length=300, description="what one should know before going there")
    note_en: str = Field(default="", max_length=300, description="the same in English")
    place: str = Field(default="", max_length=10, description="code of the commune it lies in")
    lon: float | None = Field(
        default=None, ge=102, le=110, description="longitude of the door; empty: the commune's middle"
    )
    lat: float | None = Field(default=None, ge=8, le=24, description="latitude of the door")
    order: int = Field(default=50, description="small comes first")


class ServiceItem(packs.Item):
    """A service that people use: of this platform, of the province, or of the state."""

    code: str = Field(pattern=r"^[a-z0-9_]+$", max_length=40, description="short name")
    name: str = Field(max_length=120, description="what it is called, in Vietnamese")
    name_en: str = Field(max_length=120, description="the same in English")
    purpose: str = Field(max_length=400, description="what one can do there, in one sentence, in Vietnamese")
    purpose_en: str = Field(max_length=400, description="the same in English")
    runs_it: str = Field(max_length=200, description="which body runs it, in Vietnamese")
    runs_it_en: str = Field(max_length=200, description="the same in English")
    system: str = Field(
        default="",
        max_length=30,
        pattern=r"^[a-z]*$",
        description="system of this platform behind it: mode and state follow from it",
    )
    mode: ServiceMode = Field(default=ServiceMode.OWN, description="own, until_it_runs, connector or national")
    state: ServiceState = Field(default=ServiceState.RUNS, description="runs, trial or coming")
    url: str = Field(
        default="", max_length=300, pattern=r"^(https://\S+|/\S*)?$", description="where it is; empty: no page yet"
    )
    order: int = Field(default=50, description="small comes first")


_OFFICES = packs.Rows(OfficeItem, Office, key="agency", gone=packs.DELETE)
_SERVICES = packs.Rows(
    ServiceItem,
    Service,
    columns={"mode": lambda item: item.mode.value, "state": lambda item: item.state.value},
    gone=packs.DELETE,
)
OFFICES = packs.Section(
    name="offices",
    files="portal/offices.csv",
    model=OfficeItem,
    key="agency",
    apply=_OFFICES.put,
    withdraw=_OFFICES.withdraw,
    depends=("agencies",),
    doc="offices that serve people: where they are and how they are called; hours stand in calendar.yaml",
)
SERVICES = packs.Section(
    name="services",
    files="portal/services.yaml",
    model=ServiceItem,
    key="code",
    apply=_SERVICES.put,
    withdraw=_SERVICES.withdraw,
    doc="the directory of services: of this platform, of the province, of the state",
)
