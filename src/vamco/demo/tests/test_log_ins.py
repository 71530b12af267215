"""The demonstration's accounts."""

from __future__ import annotations

import pytest
from django.contrib.auth import authenticate

from vamco.demo import log_ins
from vamco.demo.people import PASSWORD
from vamco.kernel.base.audit import public as audit
from vamco.kernel.world.access import public as access
from vamco.kernel.world.people import public as people
from vamco.kernel.world.people.models import Membership, Person
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
