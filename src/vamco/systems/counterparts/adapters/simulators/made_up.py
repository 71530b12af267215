"""What the simulators are told at their start: made-up people with what registers say of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, TypeAdapter

if TYPE_CHECKING:
    from pathlib import Path


class Entry(BaseModel):
    """An entry of the civil-status register; dates as YYYY, YYYYMM or YYYYMMDD."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: str  # birth, marriage, death
    number: str
    registered_at: str
    registered_on: str
    mother: str = ""
    father: str = ""
    spouse: str = ""
    married_on: str = ""


class Registered(BaseModel):
    """A made-up person. `commune` is a code, perhaps of before the merger; `commune_name` as the register writes it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    number: str
    name: str
    born: str
    sex: str = "2"
    nationality: str = "Việt Nam"
    ethnicity: str = "Kinh"
    marital: str = "1"
    province: str = "80"
    province_name: str = "Tỉnh Tây Ninh"
    commune: str = ""
    commune_name: str = ""
    address: str = ""
    died: str = ""
    entries: tuple[Entry, ...] = ()

    def message(self) -> dict[str, Any]:
        """Return the person as the population register sends them."""
        said = {
            "SoDinhDanh": self.number,
            "HoVaTen": self.name,
            "NgaySinh": self.born,
            "GioiTinh": self.sex,
            "QuocTich": self.nationality,
            "DanToc": self.ethnicity,
            "TinhTrangHonNhan": self.marital,
            "NgayMat": self.died,
        }
        home = {
            "MaTinhThanh": self.province,
            "TinhThanh": self.province_name,
            "MaPhuongXa": self.commune,
            "PhuongXa": self.commune_name,
            "ChiTiet": self.address,
        }
        return {name: value for name, value in said.items() if value} | {"NoiThuongTru": home}


def read(path: Path) -> list[Registered]:
    """Read the people from a file of the demonstration layer."""
    from ruamel.yaml import YAML

    return TypeAdapter(list[Registered]).validate_python(YAML(typ="safe", pure=True).load(path))
