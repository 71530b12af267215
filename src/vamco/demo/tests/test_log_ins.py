"""The demonstration's accounts."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth import authenticate

from vamco.demo import layer, log_ins
from vamco.demo.people import PASSWORD, PIN
from vamco.kernel.base.audit import public as audit
from vamco.kernel.world.access import public as access
from vamco.kernel.world.people import public as people
from vamco.kernel.world.people.models import Membership, Person
from vamco.systems.identity.adapters.simulators import registrations
from vamco.systems.identity.adapters.simulators.issuer import PIN as SIMULATED_PIN
from vamco.systems.identity.models import Account

pytestmark = pytest.mark.django_db
PEOPLE = log_ins.everybody()


def test_everybody_can_log_in_with_their_role_in_their_agency() -> None:
    assert log_ins.open_all() == PEOPLE
    for demo in PEOPLE:
        account = authenticate(username=demo.username, password=PASSWORD)
        assert isinstance(account, Account)
        assert account.person.name == demo.name
        (held,) = people.memberships(account.person)
        assert (held.agency.code, held.role, held.title, held.valid_from) == (
            demo.agency, demo.role, demo.title, log_ins.SINCE,
        )  # fmt: skip
        assert authenticate(username=demo.username, password="something-else-2026") is None
    assert audit.verify() == {}


def test_a_second_start_adds_nobody() -> None:
    log_ins.open_all()
    before = (Account.objects.count(), Person.objects.count(), Membership.objects.count())
    log_ins.open_all()
    assert (Account.objects.count(), Person.objects.count(), Membership.objects.count()) == before


@pytest.mark.parametrize("pack", ["tayninh", "vietnam"])
def test_the_made_up_citizens_are_of_all_sorts_and_stand_for_themselves(pack: str, settings: Any) -> None:
    folder = settings.VAMCO_PACKS / pack
    found = registrations.citizens(folder / "demonstration" / "citizens.yaml")
    assert [citizen.key for citizen in layer.citizens(folder)] == [citizen.key for citizen in found]
    assert len(found) >= 12
    numbers = [citizen.number for citizen in found if citizen.number]
    assert len(set(numbers)) == len(numbers)
    for citizen in found:
        if citizen.number:
            said = people.read_citizen_id(citizen.number)
            assert said is not None
            assert citizen.born.startswith(str(said.born))
            assert said.female is (citizen.sex == "Nữ")
    assert {citizen.official for citizen in found} - {""} <= {demo.username for demo in PEOPLE}
    assert any(citizen.deceased for citizen in found)
    assert any(not citizen.number for citizen in found)
    assert PIN == SIMULATED_PIN


def test_an_official_whom_the_issuer_knows_is_known_by_their_number() -> None:
    log_ins.open_all()
    log_ins.open_all()
    held = people.find_by_number("citizen_id", "072187000913")
    assert held == Account.objects.get(username="taichinh").person


def test_an_account_that_somebody_changed_is_left_alone() -> None:
    log_ins.open_all()
    account = Account.objects.get(username=PEOPLE[0].username)
    account.set_password("mật-khẩu-khác-2026")
    account.save()
    log_ins.open_all()
    assert authenticate(username=account.username, password="mật-khẩu-khác-2026") == account


def test_each_role_can_do_its_part_and_no_more() -> None:
    log_ins.open_all()
    can = {
        demo.username: {
            act
            for act in (
                "warnings.confirm_alarm",
                "warnings.issue_directive",
                "warnings.handle_directive",
                "hub.collect",
            )
            if access.allow(Account.objects.get(username=demo.username).person, act)
        }
        for demo in PEOPLE
    }
    assert can["vanphong"] == can["lanhdao"] == {"warnings.confirm_alarm", "warnings.issue_directive"}
    assert can["ioc"] == {"warnings.confirm_alarm", "hub.collect"}
    assert can["sotaichinh"] == can["trangbang"] == {"warnings.handle_directive"}
    assert can["kiemtoan"] == set()
