"""One human under two records: what is theirs is of both while they are joined, and as it was after they are taken apart."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from vamco.kernel.base.audit.models import Entry
from vamco.kernel.work.notices import public as notices
from vamco.kernel.world.access import public as access
from vamco.kernel.world.agencies import public as agencies
from vamco.kernel.world.people import public as people
from vamco.kernel.world.people.models import Joining
from vamco.lib.errors import Refused

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 11, 20)


@pytest.fixture(autouse=True)
def _today(settings: Any) -> None:
    settings.VAMCO_TODAY = TODAY


def fresh(person: people.Person) -> people.Person:
    return people.Person.objects.get(pk=person.pk)


def selves(person: people.Person) -> frozenset[int]:
    return access.selves(fresh(person))


def test_joined_records_are_one_and_parted_ones_are_two_again() -> None:
    kept, other, third, stranger = (people.add(f"Lê Văn Thử {n}") for n in range(4))
    first = people.join(kept, other, basis="Hộ chiếu và căn cước của một người", actor="7")
    people.join(other, third, basis="Thẻ cũ", actor="7")
    everybody = {kept.pk, other.pk, third.pk}
    assert all(selves(each) == everybody for each in (kept, other, third))
    assert selves(stranger) == {stranger.pk}
    assert people.kept(third) == kept
    people.part(first.pk, basis="Nhầm người", actor="8")
    assert (selves(kept), selves(other)) == ({kept.pk}, {other.pk, third.pk})
    assert people.kept(third) == other
    row = Joining.objects.get(pk=first.pk)
    assert (row.joined_by, row.ended_by, row.ended_basis) == ("7", "8", "Nhầm người")
    told = Entry.objects.filter(act__in=("people.join", "people.part"), mentions__person=f"person:{other.pk}")
    assert [(entry.act, entry.actor) for entry in told.order_by("seq")] == [
        ("people.join", "7"),
        ("people.join", "7"),
        ("people.part", "8"),
    ]


def test_mandates_and_notices_of_a_joined_record_are_had_while_it_is_joined() -> None:
    kept, other, mother = people.add("Trần Thị Con"), people.add("TRẦN THỊ CON"), people.add("Lê Thị Mẹ")
    people.give_mandate(mother, other, since=TODAY, actor=mother.actor)
    owner = access.Owner(mother.pk)
    assert not access.concerned(fresh(kept), owner)
    joining = people.join(kept, other, basis="Một người", actor="7")
    assert access.concerned(fresh(kept), owner)
    assert access.owns(fresh(kept), "any.act", access.Owner(other.pk))
    assert notices.unread(fresh(kept)) == notices.unread(fresh(other))
    people.part(joining.pk, basis="Nhầm", actor="7")
    assert not access.concerned(fresh(kept), owner)
    assert not access.owns(fresh(kept), "any.act", access.Owner(other.pk))


def test_two_persons_are_never_made_one() -> None:
    kept, other = people.add("Lê Văn Một"), people.add("Lê Văn Hai")
    people.record_number(kept, "citizen_id", "072190000111")
    people.record_number(other, "citizen_id", "072190000222")
    with pytest.raises(Refused) as refused:
        people.join(kept, other, basis="Cùng tên", actor="7")
    assert refused.value.code == "people.two_numbers"
    assert selves(kept) == {kept.pk}


def test_a_number_that_came_by_another_joining_counts() -> None:
    kept, other, third = (people.add(f"Lê Văn {n}") for n in ("Một", "Hai", "Ba"))
    people.record_number(kept, "citizen_id", "072190000111")
    people.record_number(third, "citizen_id", "072190000222")
    people.join(other, third, basis="Một người", actor="7")
    with pytest.raises(Refused) as refused:
        people.join(kept, other, basis="Một người", actor="7")
    assert refused.value.code == "people.two_numbers"


@pytest.mark.parametrize(
    ("case", "code"),
    [
        ("post", "people.holds_post"),
        ("again", "people.joined_already"),
        ("ring", "people.joined_already"),
        ("elsewhere", "people.joined_elsewhere"),
        ("self", "people.joined_already"),
        ("silent", "people.no_basis"),
    ],
)
def test_what_is_refused(case: str, code: str) -> None:
    kept, other, third = (people.add(f"Lê Văn {n}") for n in ("Một", "Hai", "Ba"))
    if case == "post":
        people.appoint(other, agencies.get("H53"), "leader", since=TODAY)
    if case in {"again", "ring", "elsewhere"}:
        people.join(kept, other, basis="Một người", actor="7")
    pair = {"ring": (other, kept), "elsewhere": (third, other), "self": (kept, kept)}.get(case, (kept, other))
    with pytest.raises(Refused) as refused:
        people.join(*pair, basis=" " if case == "silent" else "Một người", actor="7")
    assert refused.value.code == code
    assert Joining.objects.count() == (1 if case in {"again", "ring", "elsewhere"} else 0)


def test_what_was_parted_is_not_parted_again_but_may_be_joined_again() -> None:
    kept, other = people.add("Lê Văn Một"), people.add("Lê Văn Hai")
    joining = people.join(kept, other, basis="Một người", actor="7")
    people.part(joining.pk, basis="Nhầm", actor="7")
    with pytest.raises(Refused, match="taken apart"):
        people.part(joining.pk, basis="Nhầm", actor="7")
    people.join(kept, other, basis="Vẫn là một người", actor="7")
    assert selves(kept) == {kept.pk, other.pk}
