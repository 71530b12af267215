from __future__ import annotations

import datetime as dt

import pytest

from vamco.kernel.base.audit.models import Entry
from vamco.kernel.world.access import public as access
from vamco.kernel.world.agencies import public as agencies
from vamco.kernel.world.people import public as people
from vamco.lib.errors import Missing

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 11, 20)


@pytest.fixture(autouse=True)
def _today(settings: pytest.FixtureRequest) -> None:
    settings.VAMCO_TODAY = TODAY  # type: ignore[attr-defined]


def may(person: people.Person, act: str = "ioc.view_board") -> bool:
    return access.allow(people.Person.objects.get(pk=person.pk), act)


def test_a_person_is_stored_in_one_spelling_and_leaves_no_name_in_the_log() -> None:
    person = people.add("Nguyê\u0303n Thi\u0323 Đa\u0300o", actor="3")
    assert (person.name, person.folded) == ("Nguyễn Thị Đào", "nguyen thi dao")
    entry = Entry.objects.get(act="people.add", mentions__person=f"person:{person.pk}")
    assert (entry.actor, entry.detail) == ("3", {})


@pytest.mark.parametrize(
    ("since", "until", "expected"), [(0, None, True), (1, None, False), (-5, 0, True), (-5, -1, False)]
)
def test_a_role_counts_from_its_first_day_to_its_last(since: int, until: int | None, expected: bool) -> None:  # noqa: FBT001
    person = people.add("Lê Văn Thử")
    assert not may(person)
    membership = people.appoint(person, agencies.get("H53"), "leader", since=TODAY + dt.timedelta(days=since))
    if until is not None:
        people.dismiss(membership, until=TODAY + dt.timedelta(days=until), actor="3")
    assert may(person) is expected


def test_appointments_are_in_the_log_of_the_agency() -> None:
    person = people.add("Lê Văn Thử")
    membership = people.appoint(person, agencies.get("H53.04"), "data_owner", since=TODAY, title="Phụ trách", actor="3")
    people.dismiss(membership, until=TODAY, actor="4")
    entries = Entry.objects.filter(chain="H53.04", mentions__person=f"person:{person.pk}").order_by("seq")
    assert [(entry.act, entry.actor, entry.detail) for entry in entries] == [
        ("people.appoint", "3", {"agency": "H53.04", "role": "data_owner", "since": "2026-11-20"}),
        ("people.dismiss", "4", {"membership": membership.pk, "until": "2026-11-20"}),
    ]


def test_who_works_for_several_agencies_is_at_home_in_the_first() -> None:
    person = people.add("Lê Văn Thử")
    with pytest.raises(Missing) as missing:
        people.home(person)
    assert (missing.value.code, missing.value.data) == ("people.no_agency", {"person": "Lê Văn Thử"})
    past = people.appoint(person, agencies.get("H53.02"), "office", since=TODAY - dt.timedelta(days=9))
    people.dismiss(past, until=TODAY - dt.timedelta(days=1))
    for days, agency in ((-2, "H53.09"), (-3, "H53.04"), (1, "H53.03")):
        people.appoint(person, agencies.get(agency), "office", since=TODAY + dt.timedelta(days=days))
    assert people.home(person) == agencies.get("H53.04")
    assert [held.agency.code for held in people.memberships(person)] == ["H53.04", "H53.09"]
