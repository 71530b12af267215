"""A register's message read: partial dates stay partial, and a commune that cannot lie where the register says is doubtful, not repaired."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from vamco.systems.counterparts.contracts import COMMUNE_NOT_UPDATED, NOT_READ, Answer, Doubt, FieldValue, VehicleRecord

if TYPE_CHECKING:
    from collections.abc import Mapping

_COMPACT: Final = re.compile(r"(\d{4})(\d{2})?(\d{2})?")
_LONGEST: Final = 300
SEXES: Final = {"1": "male", "2": "female"}
MARITAL: Final = {"1": "single", "2": "married", "3": "divorced", "4": "widowed"}


class Unreadable(ValueError):  # noqa: N818  # says what a message is
    """A message that is not of the agreed shape."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What this province knows of a commune that a register names: "" when it is not in force today, and what may be meant then."""

    name: str
    heirs: tuple[str, ...] = ()


Lookup = Callable[[str, str], Standing]
"""What is known of a commune by its code and its name."""


def partial_date(text: str) -> str:
    """Read YYYY, YYYYMM or YYYYMMDD as 1938, 1938-05 or 1938-05-04; ValueError for no date. Never adds a day that was not said."""
    found = _COMPACT.fullmatch(text)
    if not found:
        raise ValueError("no date")
    year, month, day = found.groups()
    if month in {None, "00"}:
        return year if int(year) >= 1 else _no_date()
    if day in {None, "00"}:
        dt.date(int(year), int(month), 1)
        return f"{year}-{month}"
    return dt.date(int(year), int(month), int(day)).isoformat()


def _no_date() -> str:
    raise ValueError("no date")


def person(message: Mapping[str, Any], *, source: str, province: str, lookup: Lookup) -> Answer:
    """Read the population register's answer, in the province with a code; what lies in another one is taken as it stands. Case PR-03."""
    state = _state(message)
    if state == "none":
        return Answer("none")
    as_of = _as_of(message)
    given = _mapping(message, "CongDan")
    fields: dict[str, str] = {
        "name": _text(given, "HoVaTen"),
        "sex": SEXES.get(_text(given, "GioiTinh"), ""),
        "nationality": _text(given, "QuocTich"),
        "ethnicity": _text(given, "DanToc"),
        "marital_status": MARITAL.get(_text(given, "TinhTrangHonNhan"), ""),
    }
    doubts: list[Doubt] = []
    for name, key in (("born", "NgaySinh"), ("deceased_on", "NgayMat")):
        _date(name, _text(given, key), fields, doubts)
    if home := given.get("NoiThuongTru"):
        _residence(_as_mapping(home), fields, doubts, province, lookup)
    kept = {name: FieldValue(value, source, as_of) for name, value in fields.items() if value}
    return Answer(state, kept, tuple(doubts))


def extract(message: Mapping[str, Any], *, source: str) -> Answer:
    """Read a civil-status extract: flat texts, with dates that may be partial."""
    state = _state(message)
    if state == "none":
        return Answer("none")
    as_of, given = _as_of(message), _mapping(message, "TrichLuc")
    names = {
        "number": "SoDangKy",
        "registered_at": "NoiDangKy",
        "name": "HoVaTen",
        "mother": "HoTenMe",
        "father": "HoTenCha",
        "spouse": "HoTenVoChong",
    }
    fields = {name: _text(given, key) for name, key in names.items()}
    doubts: list[Doubt] = []
    for name, key in (("born", "NgaySinh"), ("registered_on", "NgayDangKy"), ("deceased_on", "NgayMat"), ("married_on", "NgayKetHon")):  # fmt: skip
        _date(name, _text(given, key), fields, doubts)
    kept = {name: FieldValue(value, source, as_of) for name, value in fields.items() if value}
    return Answer(state, kept, tuple(doubts))


def _residence(
    home: Mapping[str, Any], fields: dict[str, str], doubts: list[Doubt], province: str, lookup: Lookup
) -> None:
    """Take the residence over, or say that its commune is doubtful: one of before the merger under the province of after it."""
    code, said = _text(home, "MaPhuongXa"), _text(home, "PhuongXa")
    fields["residence.province"] = _text(home, "TinhThanh")
    fields["residence.address"] = _text(home, "ChiTiet")
    if not code or _text(home, "MaTinhThanh") != province:
        return
    found = lookup(code, said)
    if found.name and (not said or _same(said, found.name)):
        fields["residence.commune"] = code
    else:
        doubts.append(Doubt("residence.commune", COMMUNE_NOT_UPDATED, said or code, found.heirs))


def _same(one: str, other: str) -> bool:
    """Return whether two names of a commune are one: with or without the word for its kind, in either form of Unicode."""
    first, second = (unicodedata.normalize("NFC", each).casefold().strip() for each in (one, other))
    return first == second or first.endswith(f" {second}") or second.endswith(f" {first}")


def _date(name: str, text: str, fields: dict[str, str], doubts: list[Doubt]) -> None:
    if not text:
        return
    try:
        fields[name] = partial_date(text)
    except ValueError:
        doubts.append(Doubt(name, NOT_READ, text[:20]))


def _state(message: Mapping[str, Any]) -> Any:
    states = {"CO": "found", "MAT": "deceased", "KHONG": "none"}
    found = states.get(_text(message, "KetQua"))
    if found is None:
        raise Unreadable("KetQua")
    return found


def _as_of(message: Mapping[str, Any]) -> dt.date:
    try:
        return dt.date.fromisoformat(_text(message, "NgayDuLieu"))
    except ValueError:
        raise Unreadable("NgayDuLieu") from None


def _text(given: Mapping[str, Any], key: str) -> str:
    value = given.get(key, "")
    if not isinstance(value, str) or len(value) > _LONGEST:
        raise Unreadable(key)
    return unicodedata.normalize("NFC", value).strip()


def _mapping(given: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    return _as_mapping(given.get(key))


def _as_mapping(value: object) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise Unreadable("object")
    return value


VEHICLES: Final = {"O_TO_CON": "car", "XE_KHACH": "bus", "XE_TAI": "truck", "MO_TO": "motorbike"}
PLATES: Final = {"TRANG": "white", "VANG": "yellow", "XANH": "blue", "DO": "red"}


def vehicle(message: Mapping[str, Any], plate: str) -> VehicleRecord | None:
    """Read the vehicle register's answer about a plate; None where it knows no such vehicle. Unreadable where it is about another."""
    if message.get("KetQua") == "KHONG":
        return None
    said, day = message.get("Xe"), message.get("NgayDuLieu")
    if message.get("KetQua") != "CO" or not isinstance(said, dict) or said.get("BienSo") != plate:
        raise Unreadable("vehicle")
    texts = {name: said.get(name, "") for name in ("LoaiXe", "MauBien", "ChuXe", "SoDinhDanh", "DiaChi")}
    if not isinstance(said.get("HieuLuc"), bool) or any(
        not isinstance(text, str) or len(text) > _LONGEST for text in texts.values()
    ):
        raise Unreadable("vehicle")
    try:
        as_of = dt.date.fromisoformat(str(day))
    except ValueError:
        raise Unreadable("day") from None
    return VehicleRecord(
        plate=plate,
        kind=VEHICLES.get(texts["LoaiXe"], ""),
        colour=PLATES.get(texts["MauBien"], ""),
        valid=said["HieuLuc"],
        owner=texts["ChuXe"],
        number=texts["SoDinhDanh"],
        address=texts["DiaChi"],
        as_of=as_of,
    )
