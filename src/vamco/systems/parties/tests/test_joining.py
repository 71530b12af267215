"""An official joins two records of one person, and takes them apart a month later."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from vamco.demo import log_ins
from vamco.kernel.base.audit.models import Entry
from vamco.kernel.world.access import public as access
from vamco.kernel.world.people import public as people
from vamco.kernel.world.people.models import Joining
from vamco.systems.identity import public as identity
from vamco.systems.identity.models import Account
from vamco.systems.parties.tests.made import DIRECTOR, browser, person

pytestmark = pytest.mark.django_db
PAGE = "/desk/people/join"
FIND = {"step": "find", "kept_kind": "citizen_id", "kept": DIRECTOR, "other_kind": "passport", "other": "C1234567"}


@pytest.fixture(autouse=True)
def _today(settings: Any) -> None:
    settings.VAMCO_TODAY = dt.date(2026, 11, 20)
    log_ins.open_all()


@pytest.fixture
def two() -> tuple[people.Person, people.Person]:
    kept, other = person("Võ Thị Hai Lần", DIRECTOR), person("VO THI HAI LAN")
    people.record_number(other, "passport", "C1234567")
    return kept, other


def selves(who: people.Person) -> frozenset[int]:
    return access.selves(people.get(who.pk))


def official(username: str) -> Any:
    return browser(Account.objects.get(username=username).person)


def test_joined_and_a_month_later_taken_apart(two: tuple[people.Person, people.Person], settings: Any) -> None:
    kept, other = two
    client = official("quantri")
    shown = client.post(PAGE, FIND).content.decode()
    assert "Võ Thị Hai Lần" in shown
    assert "VO THI HAI LAN" in shown
    assert DIRECTOR not in shown.replace(f'value="{DIRECTOR}"', "")
    done = client.post(PAGE, {"step": "join", "kept": kept.pk, "other": other.pk, "basis": "Xuất trình cả hai"})
    assert done.status_code == 302
    assert selves(kept) == selves(other) == {kept.pk, other.pk}
    settings.VAMCO_TODAY = dt.date(2026, 12, 20)
    answer = official("quantri").post(done.headers["Location"], {"basis": "Hai chị em"})
    assert answer.status_code == 302
    assert (selves(kept), selves(other)) == ({kept.pk}, {other.pk})
    detail = " ".join(str(entry.detail) for entry in Entry.objects.all())
    assert DIRECTOR not in detail
    assert "C1234567" not in detail


def test_the_official_at_the_counter_who_sees_both_cards_joins_them(two: tuple[people.Person, people.Person]) -> None:
    kept, other = two
    client = official("tiepdan1")
    assert client.post(PAGE, FIND).status_code == 200
    done = client.post(PAGE, {"step": "join", "kept": kept.pk, "other": other.pk, "basis": "Xuất trình cả hai"})
    assert (done.status_code, selves(kept)) == (302, {kept.pk, other.pk})


def test_only_who_may_and_never_one_of_their_own(two: tuple[people.Person, people.Person]) -> None:
    kept, other = two
    fields = {"step": "join", "kept": kept.pk, "other": other.pk, "basis": "Tôi muốn"}
    for username in ("sotaichinh", "lanhdao", "kiemtoan"):
        assert official(username).post(PAGE, fields).status_code == 403
    me = Account.objects.get(username="quantri").person
    answer = official("quantri").post(PAGE, {**fields, "kept": me.pk})
    assert answer.status_code == 409
    answer = official("quantri").post(PAGE, {**fields, "kept": 987654})
    assert answer.status_code == 404
    assert Joining.objects.count() == 0


def test_numbers_of_nobody_and_of_one(two: tuple[people.Person, people.Person]) -> None:
    assert official("quantri").post(PAGE, {**FIND, "other": "C7654321"}).status_code == 404
    people.record_number(two[0], "passport", "B1234567")
    assert official("quantri").post(PAGE, {**FIND, "other": "B1234567"}).status_code == 409


def test_both_ways_in_lead_to_the_kept_account_while_they_are_joined(two: tuple[people.Person, people.Person]) -> None:
    kept, other = (Account.objects.get(person=each) for each in two)
    assert identity.of_same_human(other) == other
    joining = people.join(*two, basis="Một người", actor="7")
    assert identity.of_same_human(other) == kept
    assert identity.of_same_human(kept) == kept
    identity.lock(kept.username)
    assert identity.of_same_human(other) == other  # never into a locked one
    people.part(joining.pk, basis="Nhầm", actor="7")
    assert identity.of_same_human(other) == other
