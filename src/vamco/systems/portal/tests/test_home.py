"""Who sees which home at `/`, and the switch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client

from vamco.kernel.world.people import public as people
from vamco.systems.desk.tests import made
from vamco.web import home

if TYPE_CHECKING:
    from vamco.kernel.world.people.models import Person
    from vamco.web.pages import Request

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _day(settings: Any) -> None:
    settings.VAMCO_TODAY = made.TODAY


@pytest.fixture
def official() -> Person:
    return made.person("office", made.OFFICE, "Trần Quốc Bảo")


def text(answer: Any) -> str:
    assert answer.status_code == 200, answer.status_code
    return str(answer.content.decode())


def test_a_visitor_and_a_citizen_see_the_citizens_home(official: Person) -> None:
    asked = "Bạn muốn làm gì?"
    assert asked in text(Client().get("/"))
    assert asked in text(made.reader(people.add("Nguyễn Thị Hoa")).get("/"))


def test_who_holds_a_post_is_led_to_the_first_home_that_they_may_enter(official: Person) -> None:
    answer = made.reader(official).get("/")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/board")
    with home._homes.restored(empty=True):
        home.register(home.OfficialHome(label="x", url_name="desk:inbox", act="desk.view_inbox", order=20))
        home.register(home.OfficialHome(label="x", url_name="desk:work", act="desk.steer_work", order=5))
        assert made.reader(official).get("/").headers["Location"] == "/desk/"  # of the earlier one they have no right


def test_the_switch_is_kept_in_the_session_and_goes_both_ways(official: Person) -> None:
    reader = made.reader(official)
    assert 'value="citizen"' in text(reader.get("/board"))
    assert reader.post("/home/switch", {"side": "citizen"}).headers["Location"] == "/"
    assert 'value="official"' in text(reader.get("/"))
    assert "Bạn muốn làm gì?" in text(reader.get("/"))
    assert reader.get("/board").status_code == 200  # switching takes no right away
    assert made.reader(official).get("/").status_code == 302  # another session has made no choice
    assert reader.post("/home/switch", {"side": "official"}).headers["Location"] == "/board"
    assert reader.get("/").headers["Location"] == "/board"


def test_a_citizen_cannot_switch_to_what_is_not_theirs(official: Person) -> None:
    citizen = made.reader(people.add("Nguyễn Thị Hoa"))
    assert 'name="side"' not in text(citizen.get("/"))
    assert citizen.post("/home/switch", {"side": "official"}).headers["Location"] == "/"
    assert citizen.get("/board").status_code == 403
    assert Client().post("/home/switch", {"side": "official"}).headers["Location"].startswith("/log-in")
    assert citizen.get("/home/switch").status_code == 405


def test_the_choice_of_one_person_is_not_that_of_the_next(official: Person) -> None:
    reader = made.reader(official)
    reader.post("/home/switch", {"side": "citizen"})
    session = reader.session
    session["home.side"] = [official.pk + 1, "citizen"]
    session.save()
    assert reader.get("/").status_code == 302


def source(request: Request) -> list[home.Tile]:
    tiles = [home.Tile(label="Phạt nguội", url="/b", order=20), home.Tile(label="Phản ánh", url="/a", order=10)]
    return tiles if request.person else tiles[:1]


def test_tiles_are_shown_in_order_to_whom_their_source_gives_them() -> None:
    with home._tiles.restored(empty=True):
        assert "Phạt nguội" not in text(Client().get("/"))
        home.register_tiles("services", source)
        shown = text(made.reader(people.add("Nguyễn Thị Hoa")).get("/"))
        assert shown.index("Phản ánh") < shown.index("Phạt nguội")
        assert "Phản ánh" not in text(Client().get("/"))
        with pytest.raises(TypeError):
            home.register_tiles("nowhere", source)  # type: ignore[arg-type]
