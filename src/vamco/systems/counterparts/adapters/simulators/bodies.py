"""The simulated bodies apart from HTTP: two registers, a tax office and a post. Time passes for them as `now` says.

The population message follows the names of fields that public code for the national database uses; all else is this platform's
proposal, for no published description was found.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from vamco.systems.counterparts.adapters.simulators.made_up import Registered

_DATA_DAY: Final = "2026-11-15"  # of which day the registers' data are
_STATES: Final = (("DA_NHAN", 0), ("DANG_VAN_CHUYEN", 1), ("DANG_PHAT", 2), ("DA_PHAT", 3))
_PAGE: Final = 100


class No(Exception):  # noqa: N818  # an answer, not a failure
    """What a body says instead of an answer: a word, and the status that goes with it."""

    def __init__(self, word: str, status: int = 422) -> None:
        super().__init__(word)
        self.word, self.status = word, status


class SimulatedRegisters:
    """Population and civil status of made-up people."""

    def __init__(self, people: Sequence[Registered]) -> None:
        self._people = {person.number: person for person in people}

    def person(self, number: str, *, purpose: str, basis: str) -> dict[str, Any]:
        """Return the message on a person."""
        _demand_reason(purpose, basis)
        found = self._people.get(number)
        if found is None:
            return {"KetQua": "KHONG", "NgayDuLieu": _DATA_DAY}
        return {"KetQua": "MAT" if found.died else "CO", "NgayDuLieu": _DATA_DAY, "CongDan": found.message()}

    def extract(self, kind: str, *, number: str, name: str, born: str, purpose: str, basis: str) -> dict[str, Any]:
        """Return the message on an entry; by name and birth only where one person fits."""
        _demand_reason(purpose, basis)
        people = [each for each in self._people.values() if self._is(each, number, name, born)]
        entries = [(each, entry) for each in people for entry in each.entries if entry.kind == kind]
        if len(entries) != 1:
            return {"KetQua": "KHONG", "NgayDuLieu": _DATA_DAY}
        who, entry = entries[0]
        said = {
            "SoDangKy": entry.number,
            "NoiDangKy": entry.registered_at,
            "NgayDangKy": entry.registered_on,
            "HoVaTen": who.name,
            "NgaySinh": who.born,
            "NgayMat": who.died if kind == "death" else "",
            "HoTenMe": entry.mother,
            "HoTenCha": entry.father,
            "HoTenVoChong": entry.spouse,
            "NgayKetHon": entry.married_on,
        }
        return {
            "KetQua": "CO",
            "NgayDuLieu": _DATA_DAY,
            "TrichLuc": {name: value for name, value in said.items() if value},
        }

    @staticmethod
    def _is(person: Registered, number: str, name: str, born: str) -> bool:
        if number:
            return person.number == number
        return person.name.casefold() == name.casefold() and person.born == born.replace("-", "")


def _demand_reason(purpose: str, basis: str) -> None:
    if not purpose or not basis:
        raise No("thieu_can_cu")


class SimulatedVehicles:
    """A vehicle register that knows every plate with a form, each with a made-up owner: the same plate always says the same.

    The last two digits choose what is wrong, for trying things out: 00 not registered, 99 another colour than the form has, 98 another
    type, 97 no longer valid. Real registers do not tell types by series; this one does: B bus, C truck, two signs motorbike.
    """

    _FORM: Final = re.compile(r"([0-9]{2})([A-Z])([A-Z0-9])?([0-9]{4,5})")
    _NAMES: Final = (
        "Nguyễn Văn An",
        "Trần Thị Bích",
        "Lê Minh Châu",
        "Phạm Quốc Dũng",
        "Huỳnh Thị Én",
        "Võ Thành Giang",
    )
    _KINDS: ClassVar = {"B": "XE_KHACH", "C": "XE_TAI"}

    def vehicle(self, plate: str, *, purpose: str, basis: str) -> dict[str, Any]:
        """Return the message on a vehicle."""
        _demand_reason(purpose, basis)
        form = self._FORM.fullmatch(plate)
        if form is None or plate.endswith("00"):
            return {"KetQua": "KHONG", "NgayDuLieu": _DATA_DAY}
        digest = hashlib.sha256(plate.encode()).digest()
        motorbike = form[3] is not None and len(form[4]) == 5  # noqa: PLR2004  # 70-B1 123.45; 70A-123.45 has six signs behind the code
        kind = "MO_TO" if motorbike else self._KINDS.get(form[2], "O_TO_CON")
        if plate.endswith("98"):
            kind = "O_TO_CON" if motorbike else "MO_TO"
        found = {
            "BienSo": plate,
            "LoaiXe": kind,
            "MauBien": "VANG" if plate.endswith("99") else "TRANG",
            "HieuLuc": not plate.endswith("97"),
            "ChuXe": self._NAMES[digest[0] % len(self._NAMES)],
            "SoDinhDanh": "0801990" + f"{int.from_bytes(digest[1:4]) % 100000:05d}",
            "DiaChi": f"{1 + digest[4]} đường số {1 + digest[5] % 20}, tỉnh Tây Ninh",
        }
        return {"KetQua": "CO", "NgayDuLieu": _DATA_DAY, "Xe": found}


@dataclass
class SimulatedTaxOffice:
    """Takes messages and answers them after a while. `pace`: seconds until the first answer, and again until the second."""

    now: Callable[[], dt.datetime]
    pace: float = 20.0
    repeats: bool = False  # every answer twice, the newer first
    _messages: dict[str, dict[str, Any]] = field(default_factory=dict)
    _at: dict[str, dt.datetime] = field(default_factory=dict)
    _out: list[dict[str, Any]] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def send(self, message: Mapping[str, Any]) -> dict[str, Any]:
        """Take a message; the same id with another content is refused."""
        key, kind = message.get("MaThongDiep"), message.get("Loai")
        if not isinstance(key, str) or not key or kind not in {"household_registration", "land_duty"}:
            raise No("sai_dinh_dang")
        if kind == "household_registration" and not message.get("SoDinhDanh"):
            raise No("thieu_so_dinh_danh")
        with self._lock:
            known = self._messages.get(key)
            if known is not None and known != dict(message):
                raise No("trung_ma", 409)
            self._messages.setdefault(key, dict(message))
            self._at.setdefault(key, self.now())
        return {"TrangThai": "DA_TIEP_NHAN", "MaThongDiep": key}

    def answers(self, after: int) -> dict[str, Any]:
        """Return what has been answered behind a position."""
        with self._lock:
            for key in self._messages:
                self._answer(key)
            rows = self._out[after : after + _PAGE]
        return {"TraLoi": rows, "DenViTri": after + len(rows)}

    def _answer(self, key: str) -> None:
        """Put the answers that are due behind the others."""
        message, passed = self._messages[key], (self.now() - self._at[key]).total_seconds()
        steps = self._steps(message)
        done = len({row["SoThuTu"] for row in self._out if row["MaThongDiep"] == key})
        due = [
            {"MaThongDiep": key, "SoThuTu": number, "TrangThai": state, "DuLieu": data, "Luc": self.now().isoformat()}
            for number, (state, data) in enumerate(steps, 1)
            if number > done and passed >= self.pace * number
        ]
        self._out += [row for row in reversed(due) for _ in range(2)] if self.repeats else due

    @staticmethod
    def _steps(message: Mapping[str, Any]) -> list[tuple[str, dict[str, Any]]]:
        if message["Loai"] == "household_registration":
            # Since 1 July 2025 a household business has its owner's citizen ID as its tax code (TT 86/2024/TT-BTC; background).
            return [("DA_CAP_MST", {"MaSoThue": message["SoDinhDanh"], "CoQuanThue": "Thuế cơ sở (mô phỏng)"})]
        digits = int(hashlib.sha256(str(message["MaThongDiep"]).encode()).hexdigest()[:6], 16)
        amount = 1_000_000 + digits % 9_000 * 1_000
        return [("PHAI_NOP", {"SoTien": amount, "HanNop": ""}), ("DA_NOP", {"SoTien": amount})]


@dataclass
class SimulatedPost:
    """Takes parcels and carries them on. `pace`: seconds between two states. An address that says so comes back."""

    now: Callable[[], dt.datetime]
    pace: float = 30.0
    fee: int = 30_000
    _parcels: dict[str, tuple[dt.datetime, bool]] = field(default_factory=dict)
    _numbers: dict[str, str] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def send(self, parcel: Mapping[str, Any]) -> dict[str, Any]:
        """Take a parcel; with the same id it is the same parcel."""
        key, to = parcel.get("MaDon"), parcel.get("NguoiNhan")
        if not isinstance(key, str) or not isinstance(to, dict) or not to.get("name") or not to.get("address"):
            raise No("thieu_dia_chi")
        with self._lock:
            if key not in self._numbers:
                self._numbers[key] = f"VC{len(self._numbers) + 1:09d}VN"
                self._parcels[self._numbers[key]] = (self.now(), "không tồn tại" in str(to["address"]).casefold())
            number = self._numbers[key]
        return {"SoHieu": number, "CuocPhi": self.fee, **self.states(number)}

    def states(self, tracking: str) -> dict[str, Any]:
        """Return the states of a parcel."""
        found = self._parcels.get(tracking)
        if found is None:
            raise No("khong_co_buu_gui", 404)
        taken, lost = found
        steps = [*_STATES[:3], ("CHUYEN_HOAN", 3)] if lost else list(_STATES)
        times = [(state, taken + dt.timedelta(seconds=self.pace * step)) for state, step in steps]
        return {"SoHieu": tracking, "TrangThai": [[state, at.isoformat()] for state, at in times if at <= self.now()]}
