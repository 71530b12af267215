"""Pages of the halls: who sees what, and that a device shows its own office alone."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING

import pytest
from django.test import Client

from vamco.lib.time import HCM
from vamco.systems.desk.tests.made import reader
from vamco.systems.tickets.models import Device, Ticket
from vamco.systems.tickets.services import calling, devices
from vamco.systems.tickets.tests import made

if TYPE_CHECKING:
    from vamco.kernel.world.people.models import Person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _morning(monkeypatch: pytest.MonkeyPatch) -> None:
    state = {"now": dt.datetime(2026, 11, 18, 9, tzinfo=HCM)}

    def now() -> dt.datetime:
        state["now"] += dt.timedelta(milliseconds=10)
        return state["now"]

    monkeypatch.setattr("vamco.kernel.base.clock.now", now)


@pytest.fixture
def head() -> Person:
    return made.clerk("Hồ Văn Phước", role="onestop_head")


def started(head: Person, kind: str) -> Client:
    """A browser that is a device of the head's hall."""
    _device, secret = devices.set_up(made.OFFICE, kind, "Cửa chính", head)  # type: ignore[arg-type]
    browser = Client()
    answer = browser.get(f"/hall-device/{secret}")
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/hall-{kind}")
    cookie = browser.cookies[f"hall_{kind}"]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Strict", f"/hall-{kind}")
    return browser


def test_a_device_without_its_secret_shows_nothing(head: Person) -> None:
    made.taken("A")
    for path in ("/hall-screen", "/hall-kiosk"):
        answer = Client().get(path)
        assert answer.status_code == 401
        assert "A001" not in answer.content.decode()
    assert Client().get("/hall-device/kh%C3%B4ng").status_code == 404
    assert Client().post("/hall-kiosk", {"letter": "A"}).status_code == 401
    assert Ticket.objects.count() == 1


def test_a_screen_shows_its_own_office_until_it_is_taken_out_of_use(head: Person) -> None:
    clerk, stranger = made.clerk(), made.clerk("Cao Văn Bình", made.OTHER)
    desk = made.sat(1, clerk)
    made.taken("A")
    made.taken("B", made.OTHER)
    calling.call_next(desk, clerk, after="")
    far = calling.open_counter(made.counter(2, made.OTHER).pk, stranger)
    calling.call_next(far.pk, stranger, after="")
    screen = started(head, "screen")
    text = screen.get("/hall-screen").content.decode()
    assert re.findall(r'data-text="(\w+)" data-counter="(\d+)"', text) == [("A001", "1")]
    assert "Số A 0 0 1, mời đến quầy số 1" in text
    assert "B001" not in text
    assert screen.get("/hall-kiosk").status_code == 401  # a screen gives no numbers
    devices.revoke(Device.objects.get().pk, made.OFFICE, head)
    assert screen.get("/hall-screen").status_code == 401


def test_a_secret_is_shown_once_and_lies_nowhere(head: Person) -> None:
    browser = reader(head)
    answer = browser.post(f"/hall-figures/{made.OFFICE}", {"kind": "kiosk", "name": "Sảnh"})
    (secret,) = set(re.findall(r"/hall-device/([\w-]+)<", answer.content.decode()))
    assert len(secret) == 32
    assert secret not in str(list(Device.objects.values()))
    assert secret not in browser.get(f"/hall-figures/{made.OFFICE}").content.decode()


def test_the_kiosk_gives_a_number_with_a_code_to_follow_it(head: Person) -> None:
    kiosk = started(head, "kiosk")
    assert 'value="A"' in kiosk.get("/hall-kiosk").content.decode()
    answer = kiosk.post("/hall-kiosk", {"letter": "A"})
    ticket = Ticket.objects.get()
    assert answer.headers["Location"] == f"/hall-kiosk/{ticket.code}"
    slip = kiosk.get(answer.headers["Location"]).content.decode()
    assert "A001" in slip
    assert "<svg" in slip
    assert kiosk.post("/hall-kiosk", {"letter": "Z"}).headers["Location"] == "/hall-kiosk"
    elsewhere = made.taken("A", made.OTHER)
    assert kiosk.get(f"/hall-kiosk/{elsewhere.code}").status_code == 401
    assert Ticket.objects.count() == 2


def test_a_ticket_s_page_says_where_it_stands_and_nothing_of_whom(head: Person) -> None:
    mai, clerk = made.citizen("Trần Thị Mai"), made.clerk()
    made.taken("A")
    browser = reader(mai)
    answer = browser.post(f"/halls/{made.OFFICE}/take", {"letter": "A"})
    ticket = Ticket.objects.get(person=mai)
    assert answer.headers["Location"] == f"/tickets/{ticket.code}"
    calling.prioritise(made.counter(1).pk, clerk, text="A002", reason="disabled")
    for other in (Client(), reader(made.citizen("Võ Văn Kha"))):
        answer = other.get(f"/tickets/{ticket.code}")
        text = answer.content.decode()
        assert "A002" in text
        assert "Ông/bà là người tiếp theo" in text
        assert "Chưa đủ dữ liệu" in text
        for personal in ("Mai", "khuyết tật", "disabled"):
            assert personal not in text
        assert answer.headers["X-Robots-Tag"] == "noindex"
        assert f"/tickets/{ticket.code}/leave" not in text
        assert other.post(f"/tickets/{ticket.code}/leave").status_code == 404
    assert Client().get("/tickets/1").status_code == 404
    assert f"/tickets/{ticket.code}/leave" in browser.get(f"/tickets/{ticket.code}").content.decode()
    browser.post(f"/tickets/{ticket.code}/leave")
    assert Ticket.objects.get(person=mai).state == "left"


def test_a_clerk_works_at_the_counter_without_a_script() -> None:
    clerk, desk = made.clerk(), made.counter(1)
    browser, path = reader(clerk), f"/counters/{desk.pk}"
    first = made.taken("A")
    made.taken("B")
    browser.post(path, {"do": "open"})
    browser.post(path, {"do": "next", "after": ""})
    text = browser.get(path).content.decode()
    assert f'name="after" value="{first.code}"' in text
    assert "B001" in text
    browser.post(path, {"do": "transfer", "after": first.code, "aim": "service:C"})
    browser.post(path, {"do": "transfer", "after": first.code, "aim": "service:C"})  # twice sent, once done
    assert [(each.text, each.state, each.service) for each in Ticket.objects.order_by("pk")] == [
        ("A001", "waiting", "C"),
        ("B001", "waiting", "B"),
    ]
    browser.post(path, {"do": "priority", "text": "B001", "reason": "elderly"})
    browser.post(path, {"do": "next", "after": ""})
    browser.post(path, {"do": "recall"})
    browser.post(path, {"do": "no_show", "after": Ticket.objects.get(letter="B").code})
    browser.post(path, {"do": "destroy"})
    assert Ticket.objects.get(letter="B").state == "no_show"
    browser.post(path, {"do": "close"})
    assert made.counter(1).clerk_id is None


def test_a_counter_of_another_office_is_not_there_for_a_clerk(head: Person) -> None:
    browser = reader(made.clerk("Cao Văn Bình", made.OTHER))
    path = f"/counters/{made.counter(1).pk}"
    assert browser.get(path).status_code == 404
    assert browser.post(path, {"do": "open"}).status_code == 404
    assert browser.get(f"/hall-figures/{made.OFFICE}").status_code == 403
    far = made.clerk("Đỗ Thị Hà", made.OTHER, role="onestop_head")
    assert reader(far).get(f"/hall-figures/{made.OFFICE}").status_code == 404
    device, _secret = devices.set_up(made.OFFICE, "screen", "Sảnh", head)
    assert reader(far).post(f"/hall-figures/{made.OTHER}/revoke", {"device": device.pk}).status_code == 302
    assert Device.objects.get().revoked_at is None
