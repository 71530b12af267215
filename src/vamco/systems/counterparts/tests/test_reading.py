"""Messages read: partial dates, doubtful communes, and what is not of the agreed shape."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vamco.systems.counterparts.contracts import Doubt, FieldValue
from vamco.systems.counterparts.rules import reading

DAY = dt.date(2026, 11, 15)


def lookup(code: str, name: str) -> reading.Standing:
    known = {
        "25708": reading.Standing("Phường Trảng Bàng", ("25708",)),
        "25600": reading.Standing("", ("25708", "25672")),
    }
    return known.get(code, reading.Standing("", ("25708",) if name == "Xã An Hòa" else ()))


def read(**person: Any) -> Any:
    message = {"KetQua": "CO", "NgayDuLieu": "2026-11-15", "CongDan": {"HoVaTen": "Lê Thị Mai", **person}}
    return reading.person(message, source="population", province="80", lookup=lookup)


def home(code: str, name: str = "", province: str = "80") -> dict[str, Any]:
    return {
        "NoiThuongTru": {
            "MaTinhThanh": province,
            "TinhThanh": "Tỉnh Tây Ninh",
            "MaPhuongXa": code,
            "PhuongXa": name,
            "ChiTiet": "Ấp 2",
        }
    }


def test_each_value_says_its_source_and_day() -> None:
    found = read(NgaySinh="19880412", GioiTinh="2", TinhTrangHonNhan="2", **home("25708", "Trảng Bàng"))
    assert found.state == "found"
    assert found.fields["name"] == FieldValue("Lê Thị Mai", "population", DAY)
    said = {name: value.value for name, value in found.fields.items()}
    assert said == {
        "name": "Lê Thị Mai",
        "born": "1988-04-12",
        "sex": "female",
        "marital_status": "married",
        "residence.province": "Tỉnh Tây Ninh",
        "residence.address": "Ấp 2",
        "residence.commune": "25708",
    }
    assert found.doubts == ()


def test_new_province_with_old_commune_is_doubtful_and_both_are_shown() -> None:
    """Case PR-03."""
    for code, name, candidates in (
        ("25600", "Xã Lộc Hưng", ("25708", "25672")),
        ("25711", "Xã An Hòa", ("25708",)),
        ("25711", "Xã Khác", ()),
        ("25708", "Xã Lộc Hưng", ("25708",)),  # a code that was given to another commune since
    ):
        found = read(**home(code, name))
        assert found.doubts == (Doubt("residence.commune", "commune_not_updated", name, candidates),)
        assert found.fields["residence.province"].value == "Tỉnh Tây Ninh"
        assert "residence.commune" not in found.fields


def test_a_home_in_another_province_is_no_doubt_and_no_commune_of_ours() -> None:
    found = read(**home("26734", "Phường Bến Nghé", province="79"))
    assert found.doubts == ()
    assert "residence.commune" not in found.fields


def test_a_partial_date_stays_partial() -> None:
    """Case PR-08."""
    assert [reading.partial_date(text) for text in ("1938", "193805", "19380504", "19380000", "19380500")] == [
        "1938", "1938-05", "1938-05-04", "1938", "1938-05",
    ]  # fmt: skip
    for wrong in ("", "38", "19381301", "19380231", "1938-05", "0000", "193805041"):
        with pytest.raises(ValueError, match=r"date|month|day|time"):
            reading.partial_date(wrong)
    found = read(NgaySinh="1938")
    assert found.fields["born"].value == "1938"
    assert "01" not in found.fields["born"].value
    doubtful = read(NgaySinh="19380231")
    assert (doubtful.doubts, "born" in doubtful.fields) == ((Doubt("born", "not_read", "19380231"),), False)


@given(st.text(alphabet="0123456789", max_size=9))
def test_a_date_is_as_long_as_what_was_said(text: str) -> None:
    try:
        found = reading.partial_date(text)
    except ValueError:
        return
    assert re.fullmatch(r"\d{4}(-\d{2}(-\d{2})?)?", found)
    assert text.startswith(found.replace("-", ""))


def test_nobody_and_the_dead() -> None:
    nobody = reading.person({"KetQua": "KHONG"}, source="population", province="80", lookup=lookup)
    assert (nobody.state, dict(nobody.fields)) == ("none", {})
    message = {"KetQua": "MAT", "NgayDuLieu": "2026-11-15", "CongDan": {"HoVaTen": "A", "NgayMat": "2024"}}
    dead = reading.person(message, source="population", province="80", lookup=lookup)
    assert (dead.state, dead.fields["deceased_on"].value) == ("deceased", "2024")


@pytest.mark.parametrize(
    "message",
    [
        {},
        {"KetQua": "?"},
        {"KetQua": "CO"},
        {"KetQua": "CO", "NgayDuLieu": "15/11/2026", "CongDan": {}},
        {"KetQua": "CO", "NgayDuLieu": "2026-11-15"},
        {"KetQua": "CO", "NgayDuLieu": "2026-11-15", "CongDan": []},
        {"KetQua": "CO", "NgayDuLieu": "2026-11-15", "CongDan": {"HoVaTen": 7}},
        {"KetQua": "CO", "NgayDuLieu": "2026-11-15", "CongDan": {"HoVaTen": "x" * 301}},
        {"KetQua": "CO", "NgayDuLieu": "2026-11-15", "CongDan": {"NoiThuongTru": "Trảng Bàng"}},
    ],
)
def test_what_is_not_of_the_agreed_shape_is_not_read(message: dict[str, Any]) -> None:
    with pytest.raises(reading.Unreadable):
        reading.person(message, source="population", province="80", lookup=lookup)
