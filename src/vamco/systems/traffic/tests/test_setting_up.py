"""Adding a camera, drawing without a script, and what a hall shows to whom."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING

import pytest

from vamco.kernel.base import clock
from vamco.kernel.base.audit.models import Entry
from vamco.systems.desk.tests.made import reader
from vamco.systems.traffic import public as traffic
from vamco.systems.traffic.models import Camera, DrawingVersion
from vamco.systems.traffic.tests import made, pictures

if TYPE_CHECKING:
    from django.test import Client

    from vamco.kernel.world.people.models import Person

pytestmark = pytest.mark.django_db
HALL = "H53.25708"
DRAW = f"/traffic/cameras/{made.CAMERA}/drawing"


@pytest.fixture
def operator() -> Person:
    return made.official("Đoàn Thị Yến", "traffic_operator")


@pytest.fixture
def desk(operator: Person) -> Client:
    return reader(operator)


def camera(**more: str) -> dict[str, str]:
    found = {
        "code": "tn-moi",
        "name": "Ngã tư mới",
        "name_en": "New junction",
        "source": "rtsp://nguoi:matkhau@10.0.0.5/1",
        "place": "25459",
        "lat": "11.31",
        "lon": "106.09",
        "agency": made.POLICE,
        "use": "street",
        "hall": "",
        "days": "14",
    }
    return {**found, **more}


def test_a_camera_is_added_and_its_address_is_shown_to_nobody(desk: Client) -> None:
    answer = desk.post("/traffic/add-camera", camera())
    assert answer.headers["Location"] == "/traffic/cameras/tn-moi/drawing"
    row = Camera.objects.get(code="tn-moi")
    assert (row.days, row.agency.code, row.state.condition) == (14, made.POLICE, "never")
    text = desk.get("/traffic/cameras/tn-moi").content.decode()
    assert "matkhau" not in text
    entry = Entry.objects.get(act="traffic.add_camera")
    assert "matkhau" not in str(entry.detail)


def test_a_camera_added_on_a_page_is_changed_there_and_keeps_its_drawing(desk: Client) -> None:
    desk.post("/traffic/add-camera", camera())
    desk.post("/traffic/cameras/tn-moi/drawing", rows(LANE))
    address = "/traffic/cameras/tn-moi/edit"
    text = desk.get(address).content.decode()
    assert "matkhau" not in text
    assert 'value="Ngã tư mới"' in text
    sent = {
        "name": "Ngã tư cũ",
        "name_en": "Old junction",
        "place": "25459",
        "lat": "11.3",
        "lon": "106.1",
        "days": "7",
    }
    assert desk.post(address, sent).status_code == 422  # without a reason
    assert desk.post(address, {**sent, "days": "0", "reason": "Đổi"}).status_code == 422
    assert Camera.objects.get(code="tn-moi").days == 14
    answer = desk.post(address, {**sent, "reason": "Đổi tên, tắt để bảo trì"})
    assert answer.headers["Location"] == "/traffic/cameras/tn-moi"
    row = Camera.objects.get(code="tn-moi")
    assert (row.name, row.days, row.lat, row.active, row.source) == ("Ngã tư cũ", 7, 11.3, False, camera()["source"])
    assert (traffic.camera("tn-moi").drawing, row.use, row.agency.code) == (1, "street", made.POLICE)
    entry = Entry.objects.get(act="traffic.change_camera")
    assert entry.detail["fields"] == ["active", "days", "lat", "lon", "name", "name_en"]
    assert "tn-moi" not in traffic.lease("w", 1000)
    assert "Ngã tư cũ" not in desk.get("/traffic").content.decode()
    assert "Ngã tư cũ" in desk.get("/traffic?state=off").content.decode()
    desk.post(address, {**sent, "active": "on", "source": "rtsp://10.0.0.6/1", "reason": "Bật lại"})
    assert "tn-moi" in traffic.lease("w", 1000)
    assert (traffic.camera("tn-moi").source, traffic.camera("tn-moi").drawing) == ("rtsp://10.0.0.6/1", 1)


def test_a_camera_of_the_pack_is_changed_on_the_same_page_by_operators_only(desk: Client) -> None:
    view = traffic.camera(made.CAMERA)
    names = ("name", "name_en", "place", "lat", "lon")
    sent = {name: getattr(view, name) for name in names} | {"days": "9", "active": "on", "reason": "Theo quy chế"}
    address = f"/traffic/cameras/{made.CAMERA}/edit"
    assert reader(made.reviewer()).post(address, sent).status_code == 403
    assert traffic.camera(made.CAMERA).days == view.days != 9
    assert desk.post(address, sent).status_code == 302
    assert (traffic.camera(made.CAMERA).days, traffic.camera(made.CAMERA).source) == (9, view.source)


@pytest.mark.parametrize(
    "wrong",
    [
        {"code": "Mã mới"},
        {"code": made.CAMERA},
        {"use": "hall"},
        {"hall": HALL},
        {"lat": "95"},
        {"days": "0"},
        {"agency": "H99"},
    ],
)
def test_what_does_not_fit_is_refused_and_nothing_stays(desk: Client, wrong: dict[str, str]) -> None:
    before = Camera.objects.count()
    assert desk.post("/traffic/add-camera", camera(**wrong)).status_code in {409, 422}
    assert Camera.objects.count() == before


def rows(*shapes: tuple[str, str, str, str]) -> dict[str, object]:
    """A form: shape, code, points and way of each row."""
    columns = ("shape", "code", "points", "way")
    form: dict[str, object] = {name: [shape[place] for shape in shapes] for place, name in enumerate(columns)}
    blank = [""] * len(shapes)
    purposes = ["no_stopping" if shape[0] == "zone" else "" for shape in shapes]
    more = {"lanes": blank, "signal": blank, "kinds": blank, "metres": blank, "purpose": purposes}
    return form | more | {"width": "1920", "height": "1080", "limit": "50", "note": "Đo lại"}


LANE = ("lane", "L1", "1,1 9,1 9,9", "5,8 5,2")


def test_lanes_are_typed_and_each_save_is_a_version(desk: Client, operator: Person) -> None:
    assert desk.post(DRAW, rows(LANE, ("zone", "Z1", "2,2 4,2 4,4", ""), ("lane", "", "", ""))).status_code == 302
    assert desk.post(DRAW, rows(LANE)).status_code == 302
    assert [(each.version, each.note, each.by) for each in traffic.drawing_versions(made.CAMERA)] == [
        (2, "Đo lại", operator),
        (1, "Đo lại", operator),
    ]
    now = traffic.drawing(made.CAMERA)
    assert now is not None
    assert (len(now[1].lanes), len(now[1].zones), now[1].limit_kmh) == (1, 0, 50)


def test_a_wrong_row_is_named_and_what_was_typed_stays(desk: Client) -> None:
    answer = desk.post(DRAW, rows(LANE, ("lane", "L2", "1,1 2,2", "1,1 2,2")))
    text = answer.content.decode()
    assert answer.status_code == 422
    assert re.search(r"L2: Cần từ 3 đến 60 điểm", text)
    assert 'value="1,1 9,1 9,9"' in text
    assert DrawingVersion.objects.count() == 0
    answer = desk.post(DRAW, rows(LANE, LANE))
    assert answer.status_code in {409, 422}
    assert DrawingVersion.objects.count() == 0


def test_another_size_of_picture_is_said(desk: Client) -> None:
    desk.post(DRAW, rows(LANE) | {"width": "1280", "height": "720"})
    pictures.live_picture(made.CAMERA, {"car": 1}, drawing=1)
    text = desk.get(DRAW).content.decode()
    assert "1920 × 1080" in text
    assert "theo phiên bản 1" in text


def test_a_hall_says_what_is_not_known_and_shows_counts_only(desk: Client) -> None:
    now = clock.now()
    text = desk.get("/traffic/halls").content.decode()
    assert re.findall(r"<dt>(Người đang chờ|Quầy có cán bộ)</dt><dd>(.*?)</dd>", text) == [
        ("Người đang chờ", "chưa rõ"),
        ("Quầy có cán bộ", "chưa rõ"),
    ]
    traffic.count_hall([traffic.HallCounted("hall-trang-bang", now - dt.timedelta(minutes=1), 7, 0, True)])
    text = desk.get("/traffic/halls").content.decode()
    assert re.findall(r"<dt>(Người đang chờ|Quầy có cán bộ)</dt><dd>(.*?)</dd>", text) == [
        ("Người đang chờ", "7"),
        ("Quầy có cán bộ", "0"),
    ]
    assert "đông người" in text
    assert "<img" not in text.partition("<main")[2]


def test_who_manages_a_hall_sees_their_own(desk: Client) -> None:
    head = reader(made.official("Hồ Văn Phước", "onestop_head", HALL))
    assert "Sảnh một cửa" in head.get(f"/traffic/halls/{HALL}").content.decode()
    assert f'href="/traffic/halls/{HALL}"' in head.get(f"/hall-figures/{HALL}").content.decode()
    assert head.get("/traffic/halls").status_code == 403
    far = reader(made.official("Đỗ Thị Hà", "onestop_head", "H53.16"))
    assert far.get(f"/traffic/halls/{HALL}").status_code == 404
    assert desk.get(f"/traffic/halls/{HALL}").status_code == 403
