"""A system is found by being there: its routes, navigation, settings, events, words, cases and demonstration, with no list edited."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.systems.house import House, build

HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    return build(tmp_path_factory.mktemp("house"), HERE / "greetings")


def test_its_pages_answer_in_the_readers_language_with_its_own_setting(house: House) -> None:
    said = """
from django.test import Client
[Client().get("/greetings", headers={"Cookie": f"vamco_language={language}"}).content.decode() for language in ("vi", "en")]
"""
    assert house.say(said, VAMCO_GREETED="Ba") == ["Xin chào Ba", "Greetings to Ba"]
    assert house.say(said) == ["Xin chào nobody", "Greetings to nobody"]


def test_its_settings_are_described_beside_those_of_others(house: House) -> None:
    from_docs = """
from vamco.config.environment import described
[described().model_fields["greeted"].title, "query_engine" in described().model_fields]
"""
    assert house.say(from_docs) == ["Greeted", True]


def test_it_stands_in_the_navigation_and_others_link_to_it(house: House) -> None:
    shown = """
from django.test import RequestFactory
from django.utils import translation
from vamco.web import addresses, navigation
request = RequestFactory().get("/")
translation.activate("vi")
groups = navigation._groups
[[label for label in map(str, (place.label for place in navigation.shown(request, lambda act: True))) if label in {"Lời chào trong ngày", "Màn hình điều hành"}], [str(g.label) for g in groups.values() if g.code == "manners"], addresses.to("greeting")]
"""
    assert house.say(shown) == [["Lời chào trong ngày", "Màn hình điều hành"], ["Phép lịch sự"], "/greetings"]


def test_its_events_are_part_of_the_language_and_heard(house: House) -> None:
    heard = """
from vamco import vocab
from vamco.kernel.base.events.services import delivering
from vamco.systems.greetings import handlers
from vamco.vocab.greetings import Greeted
name, version, payload = vocab.dump(Greeted(5))
delivering._handlers["greetings.answer"](vocab.load(name, version, payload))
[name, "hub.dataset_late" in vocab.registry.names(), handlers.heard == [Greeted(5)]]
"""
    assert house.say(heard) == ["greetings.greeted", True, True]


def test_its_kind_of_case_shows_as_it_says(house: House) -> None:
    shown = """
from types import SimpleNamespace
from vamco.web import casework
case = SimpleNamespace(pk=7, kind=SimpleNamespace(code="greeting"))
other = SimpleNamespace(pk=7, kind=SimpleNamespace(code="nobody_registered_it"))
[casework.address(case), casework.address(other), casework.face("greeting").beside("a case", "An").text, casework.face("nobody").titled]
"""
    assert house.say(shown) == ["/greetings/7", "/desk/cases/7", "An greets a case", True]


def test_its_kind_has_an_applicant_and_a_machine_as_actor(house: House, fresh_db: str) -> None:
    lived = """
import datetime as dt
from pathlib import Path
from ruamel.yaml import YAML
from vamco.kernel.work.cases import pack, public as cases
from vamco.kernel.work.cases.queries import definitions
from vamco.kernel.world.access import public as access
from vamco.kernel.world.access.models import Role
from vamco.kernel.world.agencies import public as agencies
from vamco.kernel.world.people import public as people
from vamco.systems import greetings
content = YAML(typ="safe").load(Path(greetings.__file__).with_name("greeting.yaml"))
definitions.put(pack.KindItem.model_validate(content).definition())
Role.objects.create(code="greeter", name="x", name_en="x", reach="agency", acts={"greetings.greet": None})
home, an, official = agencies.get("H53.04"), people.add("An"), people.add("Bình")
people.appoint(official, home, "greeter", since=dt.date(2025, 7, 1))
case = cases.open_case("greeting", key="1", title="Chào An", agency=home, by=an, applicant=an)
before = [len(cases.Inbox(official).page().cases), cases.own_case(case.pk, an).state_name.vi]
cases.act(case.pk, "ring", by=access.machines()["greetings"])
during = [len(cases.Inbox(official).page().cases), cases.own_case(case.pk, an).state_name.vi]
cases.act(case.pk, "greet", by=official)
cases.act(case.pk, "rate", by=an, note="Rất vui")
[before, during, [entry.act for entry in cases.own_case(case.pk, an).entries], cases.visible(an).count()]
"""
    assert house.say(lived, url=fresh_db) == [
        [0, "Chờ báo hiệu"],
        [1, "Đang xử lý"],
        ["rate", "greet", "open"],
        0,
    ]


def test_its_demonstration_is_filled_and_its_act_is_known(house: House, fresh_db: str) -> None:
    filled = """
from vamco.demo import sections
from vamco.kernel.world.access import public as access
from vamco.systems.greetings import demo
sections.fill()
[demo.filled, access.acts()["greetings.view"].title]
"""
    assert house.say(filled, url=fresh_db) == [["a greeting"], "View greetings"]


def test_without_it_nothing_of_it_is_there() -> None:
    from vamco import systems, vocab

    assert "vamco.systems.greetings" not in systems.installed()
    assert "greetings.greeted" not in vocab.registry.names()
