"""What any adapter of the portal does, held against the simulator: the same tests are for a real one."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest

from vamco.lib.errors import Refused
from vamco.lib.time import HCM
from vamco.systems.national.adapters.portal import HttpPortal, NoAnswer, Turned, profile
from vamco.systems.national.adapters.simulators.weather import Climate
from vamco.systems.national.tests import portals

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from vamco.systems.national.adapters.simulators.server import Service

NUMBER = "H53.25708-261202-0001"
CREATE = {
    "MaThongDiep": f"{NUMBER}:1:create", "MaHoSo": NUMBER, "MaTTHC": "1.004873", "TenTTHC": "Cấp Giấy xác nhận", "ChuHoSo": "Trần Thị Mai",
    "LoaiDoiTuong": "0", "NgayNopHoSo": "20261202080000", "TrangThaiHoSo": "1", "HinhThuc": "2", "DonViXuLy": "UBND", "MaDonVi": "H53.25708",
}  # fmt: skip
PROGRESS = {
    "MaThongDiep": f"{NUMBER}:2:progress", "MaHoSo": NUMBER, "NguoiXuLy": "Lê Thị Cẩm Tú", "ThoiDiemXuLy": "20261202090000",
    "PhongBanXuLy": "UBND", "NoiDungXuLy": "Tiếp nhận", "TrangThai": "2",
}  # fmt: skip
STATUS = {"MaThongDiep": f"{NUMBER}:2:status", "MaHoSo": NUMBER, "TrangThaiHoSo": "2", "ThoiDiem": "20261202090000"}


@pytest.fixture
def there() -> Iterator[tuple[Service, HttpPortal]]:
    with portals.served() as (service, address):
        yield service, portals.adapter(address)


def test_a_message_is_taken_once_however_often_it_comes(there: tuple[Service, HttpPortal]) -> None:
    service, portal = there
    for _ in range(3):
        portal.send("create", dict(CREATE))
    portal.send("progress", dict(PROGRESS))
    portal.send("status", dict(STATUS))
    portal.send("progress", dict(PROGRESS))
    assert portals.taken(service) == [
        (f"{NUMBER}:1:create", "create"), (f"{NUMBER}:2:progress", "progress"), (f"{NUMBER}:2:status", "status"),
    ]  # fmt: skip
    assert portals.status(service, NUMBER) == 2
    with pytest.raises(Turned) as refused:
        portal.send("status", {**STATUS, "TrangThaiHoSo": "9"})
    assert refused.value.answer == "409 MA_THONG_DIEP"
    assert portals.status(service, NUMBER) == 2


@pytest.mark.parametrize(
    ("call", "body", "answer"),
    [
        ("create", CREATE | {"LoaiDoiTuong": "7"}, "400 LoaiDoiTuong"),
        ("create", CREATE | {"ChuHoSo": " "}, "400 ChuHoSo"),
        ("create", CREATE | {"NgayNopHoSo": "02/12/2026"}, "400 NgayNopHoSo"),
        ("create", CREATE | {"TaiLieuNop": [{"IdTepTin": "x", "HashTepTin": "y"}]}, "400 TaiLieuNop"),
        ("progress", PROGRESS, "404 MA_HO_SO"),
        ("status", STATUS | {"TrangThaiHoSo": "11"}, "400 TrangThaiHoSo"),
    ],
)
def test_what_it_does_not_take_is_refused_and_not_kept(
    there: tuple[Service, HttpPortal], call: Any, body: dict[str, Any], answer: str
) -> None:
    service, portal = there
    with pytest.raises(Turned) as refused:
        portal.send(call, body)
    assert refused.value.answer == answer
    assert portals.taken(service) == []


@pytest.mark.parametrize("mishap", ["dropped", "lost_answer", "failed", "busy"])
def test_where_nobody_knows_whether_it_was_taken_it_is_no_answer(
    there: tuple[Service, HttpPortal], mishap: str
) -> None:
    service, portal = there
    portal.number("H53.25708")  # so that a token is there
    service.weather.change(**{mishap: 1.0})
    with pytest.raises(NoAnswer):
        portal.send("create", dict(CREATE))
    assert len(portals.taken(service)) == (1 if mishap == "lost_answer" else 0)
    service.weather.climate = Climate()
    portal.send("create", dict(CREATE))
    assert portals.taken(service) == [(f"{NUMBER}:1:create", "create")]


def test_a_call_that_the_network_doubles_is_one_message(there: tuple[Service, HttpPortal]) -> None:
    service, portal = there
    service.weather.change(doubled=1.0)
    portal.send("create", dict(CREATE))
    assert portals.taken(service) == [(f"{NUMBER}:1:create", "create")]
    assert service.portal.store.rows("SELECT times FROM taken") == [(2,)]


def test_a_token_that_was_taken_back_is_renewed_and_a_wrong_secret_is_no_refusal_of_the_message(
    there: tuple[Service, HttpPortal],
) -> None:
    service, portal = there
    portal.send("create", dict(CREATE))
    service.portal.forget_tokens()
    portal.send("progress", dict(PROGRESS))
    assert len(portals.taken(service)) == 2
    stranger = HttpPortal(portal._address, portals.CLIENT, "falsch", portal.profile, simulated=True)
    with pytest.raises(NoAnswer) as away:
        stranger.send("status", dict(STATUS))
    assert away.value.reason == "token 401"
    assert len(portals.taken(service)) == 2


def test_the_same_file_is_one_file_there(there: tuple[Service, HttpPortal], tmp_path: Path) -> None:
    service, portal = there
    path = tmp_path / "cmnd.pdf"
    path.write_bytes(b"%PDF-1.7\nx")
    first, again = (portal.upload(path, "Giấy chứng sinh.pdf", "application/pdf", "copy") for _ in range(2))
    assert (first.ref, first.digest, first.copy) == (again.ref, again.digest, "copy")
    assert portal.download(first.ref) == b"%PDF-1.7\nx"
    portal.send(
        "create", CREATE | {"TaiLieuNop": [{"IdTepTin": first.ref, "HashTepTin": first.digest, "LoaiBan": "1"}]}
    )
    assert len(service.portal.store.rows("SELECT 1 FROM file")) == 1


def test_numbers_are_counted_by_office_and_day(there: tuple[Service, HttpPortal]) -> None:
    _service, portal = there
    first, second, other = (portal.number(office) for office in ("H53.25708", "H53.25708", "H53.04"))
    assert (first[:10], first[-5:], second[-5:], other[-5:]) == ("H53.25708-", "-0001", "-0002", "-0001")


def test_feeds_are_read_on_from_where_one_was(there: tuple[Service, HttpPortal]) -> None:
    service, portal = there
    number = service.portal.file_own("1.001193", "Nguyễn Thị Hồng Nhung", "072188000901")
    first = portal.feed("statuses", "")
    assert [(each.number, each.status, each.holder) for each in first.entries] == [(number, 1, "072188000901")]
    service.portal.move_own(number, 2)
    second = portal.feed("statuses", first.cursor)
    (found,) = second.entries
    assert (found.status, found.handler, found.at > first.entries[0].at) == (2, "Cán bộ mô phỏng", True)
    assert found.due_at - found.received_at == dt.timedelta(days=3)
    assert portal.feed("statuses", second.cursor).entries == ()
    assert portal.procedures().entries == ()


def test_an_entry_that_cannot_be_read_is_counted_and_the_others_are_read(there: tuple[Service, HttpPortal]) -> None:
    service, portal = there
    service.portal.file_own("1.001193", "A", "072188000901")
    store = service.portal.store
    store.change('INSERT INTO said (feed, body) VALUES (\'statuses\', \'{"MaHoSo": "x", "TrangThaiHoSo": "2"}\')')
    page = portal.feed("statuses", "")
    assert (len(page.entries), page.unreadable) == (1, 1)


def test_a_real_portal_is_reached_by_https_alone_and_profiles_are_data() -> None:
    with pytest.raises(Refused, match="https"):
        HttpPortal("http://adapter.example.vn", "a", "b", profile("standard"))
    assert (profile("standard").subjects["citizen"], profile("older").subjects["citizen"]) == ("0", "1")
    moment = dt.datetime(2026, 12, 2, 1, tzinfo=dt.UTC).astimezone(HCM)
    assert [moment.strftime(profile(name).moment) for name in ("standard", "older")] == [
        "20261202080000",
        "02/12/2026 08:00:00",
    ]
