"""The pack's section `modes`, item by item."""

from __future__ import annotations

import datetime as dt  # noqa: TC003  # pydantic reads the annotations at run time

from pydantic import Field

from vamco.kernel.base.modes.contracts import Mode, Platform, State, SystemMode
from vamco.kernel.base.packs import public as packs


class PlatformItem(packs.Item):
    """A national platform with the function of a system, or a part of it."""

    code: str = Field(pattern=r"^[AB]\d{1,2}$", description="code in QĐ 1132/QĐ-TTg, such as A6")
    name: str = Field(min_length=1, max_length=200, description="name in Vietnamese")
    name_en: str = Field(min_length=1, max_length=200, description="name in English")
    state: State = Field(description="planned, pilot, runs, or unknown where no source says it")
    source: str = Field(min_length=1, max_length=300, description="which document says so, and how sure that is")
    as_of: dt.date = Field(description="day on which that was so")


class ModeItem(packs.Item):
    """How a system of the platform stands towards national platforms."""

    system: str = Field(pattern=r"^[a-z_]+$", max_length=30, description="an installed system, such as hub")
    name: str = Field(min_length=1, max_length=100, description="what the system is called, in Vietnamese")
    name_en: str = Field(min_length=1, max_length=100, description="the same in English")
    platforms: list[PlatformItem] = Field(
        default=[], max_length=10, description="national platforms with its function; none: no national platform has it"
    )
    mode: Mode = Field(
        description="own; until_it_runs: own as long as no national platform runs; connector: makes no new records of its own"
    )
    reason: str = Field(min_length=1, max_length=500, description="why, in Vietnamese")
    reason_en: str = Field(min_length=1, max_length=500, description="why, in English")

    def view(self) -> SystemMode:
        """Return it as other rooms see it."""
        platforms = tuple(Platform(**dict(one)) for one in self.platforms)
        return SystemMode(self.system, self.name, self.name_en, platforms, self.mode, self.reason, self.reason_en)
