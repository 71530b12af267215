"""What any counterpart keeps, the simulated bodies themselves and the adapters over HTTP alike. A real one is held against the same tests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from vamco.systems.counterparts.adapters import ports
from vamco.systems.counterparts.adapters.calling import NotAgreed
from vamco.systems.counterparts.adapters.simulators.bodies import No
from vamco.systems.counterparts.tests import made

if TYPE_CHECKING:
    from vamco.systems.counterparts.tests.made import Bodies

WHY = {"purpose": "điền sẵn tờ khai", "basis": "dossier:17"}
SAID_NO = (No, NotAgreed)


def word(error: Any) -> str:
    return str(getattr(error, "word", "") or getattr(error, "said", ""))


@pytest.fixture(params=["itself", "over HTTP"])
def lines(request: pytest.FixtureRequest, bodies: Bodies) -> dict[str, Any]:
    if request.param == "itself":
        service = bodies.service
        return {
            "population": service.registers,
            "civil": service.registers,
            "tax": service.tax,
            "post": service.post,
            "vehicles": service.vehicles,
        }
    return {
        "population": ports.PopulationLine(bodies.line("population")),
        "civil": ports.CivilStatusLine(bodies.line("civil-status")),
        "tax": ports.TaxLine(bodies.line("tax")),
        "post": ports.PostLine(bodies.line("post")),
        "vehicles": ports.VehicleLine(bodies.line("vehicles")),
    }


def test_a_person_is_found_with_the_day_of_the_data(lines: dict[str, Any]) -> None:
    found = lines["population"].person(made.MOTHER, **WHY)
    assert (found["KetQua"], found["NgayDuLieu"]) == ("CO", "2026-11-15")
    assert found["CongDan"]["HoVaTen"] == "Nguyễn Thị Hồng Nhung"
    assert found["CongDan"]["NoiThuongTru"]["MaPhuongXa"] == "25708"


def test_a_year_of_birth_stays_a_year_and_a_death_is_said(lines: dict[str, Any]) -> None:
    found = lines["population"].person(made.OLD, **WHY)
    assert (found["KetQua"], found["CongDan"]["NgaySinh"], found["CongDan"]["NgayMat"]) == ("MAT", "1938", "20240310")


def test_nobody_is_no_error_and_no_purpose_is_refused(lines: dict[str, Any]) -> None:
    assert lines["population"].person("072188999999", **WHY)["KetQua"] == "KHONG"
    with pytest.raises(SAID_NO) as refused:
        lines["population"].person(made.MOTHER, purpose="", basis="dossier:17")
    assert word(refused.value) == "thieu_can_cu"


def test_an_extract_is_found_by_number_or_by_name_and_birth(lines: dict[str, Any]) -> None:
    empty = {"number": "", "name": "", "born": ""}
    by_number = lines["civil"].extract("marriage", **empty | {"number": made.MOTHER}, **WHY)
    by_name = lines["civil"].extract(
        "marriage", **empty | {"name": "nguyễn thị hồng nhung", "born": "1988-04-12"}, **WHY
    )
    assert by_number == by_name
    assert by_number["TrichLuc"]["HoTenVoChong"] == "Lê Văn Phúc"
    assert lines["civil"].extract("death", **empty | {"number": made.MOTHER}, **WHY)["KetQua"] == "KHONG"


def message(key: str = "dossier:17:1", kind: str = "land_duty", **more: Any) -> dict[str, Any]:
    return {"MaThongDiep": key, "Loai": kind, "HoSo": "dossier:17", "DuLieu": {"DienTich": 100}} | more


def test_a_message_is_taken_once_whatever_is_sent_again(lines: dict[str, Any], bodies: Bodies) -> None:
    for _ in range(3):
        assert lines["tax"].send(message())["TrangThai"] == "DA_TIEP_NHAN"
    with pytest.raises(SAID_NO) as refused:
        lines["tax"].send(message(DuLieu={"DienTich": 1}))
    assert word(refused.value) == "trung_ma"
    assert lines["tax"].answers(0) == {"TraLoi": [], "DenViTri": 0}
    bodies.later(25)
    found = lines["tax"].answers(0)
    assert [(row["SoThuTu"], row["TrangThai"]) for row in found["TraLoi"]] == [(1, "PHAI_NOP"), (2, "DA_NOP")]
    assert found["TraLoi"][0]["DuLieu"]["SoTien"] > 0
    assert lines["tax"].answers(found["DenViTri"])["TraLoi"] == []
    assert lines["tax"].answers(0) == found  # what was fetched can be fetched again


def test_a_household_business_gets_its_code_with_its_owner_s_number_only(lines: dict[str, Any], bodies: Bodies) -> None:
    with pytest.raises(SAID_NO):
        lines["tax"].send(message(kind="household_registration"))
    lines["tax"].send(message(kind="household_registration", SoDinhDanh=made.MOVED))
    bodies.later(11)
    (row,) = lines["tax"].answers(0)["TraLoi"]
    assert (row["TrangThai"], row["DuLieu"]["MaSoThue"]) == ("DA_CAP_MST", made.MOVED)


def test_a_parcel_is_one_parcel_and_goes_its_way(lines: dict[str, Any], bodies: Bodies) -> None:
    parcel = {"MaDon": "dossier:17", "NguoiNhan": {"name": "Nguyễn Thị Hồng Nhung", "address": "12 Quang Trung"}}
    first, second = lines["post"].send(parcel), lines["post"].send(parcel)
    assert first["SoHieu"] == second["SoHieu"]
    assert (first["CuocPhi"], [state for state, _at in first["TrangThai"]]) == (30_000, ["DA_NHAN"])
    bodies.later(35)
    states = [state for state, _at in lines["post"].states(first["SoHieu"])["TrangThai"]]
    assert states == ["DA_NHAN", "DANG_VAN_CHUYEN", "DANG_PHAT", "DA_PHAT"]
    lost = lines["post"].send({"MaDon": "2", "NguoiNhan": {"name": "A", "address": "Địa chỉ không tồn tại"}})
    bodies.later(35)
    assert lines["post"].states(lost["SoHieu"])["TrangThai"][-1][0] == "CHUYEN_HOAN"
    for bad in ({"MaDon": "3"}, {"MaDon": "3", "NguoiNhan": {"name": "A"}}):
        with pytest.raises(SAID_NO):
            lines["post"].send(bad)
    with pytest.raises(SAID_NO):
        lines["post"].states("VC000000099VN")


def test_a_vehicle_is_found_by_plate_and_nobody_asks_without_a_purpose(lines: dict[str, Any]) -> None:
    found = lines["vehicles"].vehicle("70A12345", **WHY)
    assert (found["KetQua"], found["Xe"]["LoaiXe"], found["Xe"]["MauBien"]) == ("CO", "O_TO_CON", "TRANG")
    assert lines["vehicles"].vehicle("70A12345", **WHY) == found
    assert lines["vehicles"].vehicle("70B112345", **WHY)["Xe"]["LoaiXe"] == "MO_TO"
    assert lines["vehicles"].vehicle("70A12300", **WHY) == {"KetQua": "KHONG", "NgayDuLieu": "2026-11-15"}
    with pytest.raises(SAID_NO) as refused:
        lines["vehicles"].vehicle("70A12345", purpose="", basis="case:1")
    assert word(refused.value) == "thieu_can_cu"
