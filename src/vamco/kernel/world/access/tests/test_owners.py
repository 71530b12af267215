"""Own objects in random worlds: a plain reading of who owns what, `owns` for one, and the list in SQL agree."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import pytest
from django.apps import apps
from django.db import connection, models, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from vamco.kernel.world.access import public as access
from vamco.kernel.world.people import public as people
from vamco.kernel.world.people.models import Mandate, Organisation, Person, Substitution
from vamco.lib.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 11, 20)
ACTS = ("test.see", "test.do")
MATTERS = ("", "tax", "land")
PEOPLE, FIRMS = 3, 2
ME = 0


@dataclass(frozen=True)
class Given:
    """A mandate: of a person or a firm, for an agent."""

    firm: bool
    principal: int
    agent: int
    acts: tuple[str, ...] | None
    matters: tuple[str, ...] | None
    since: int
    until: int | None


def mandates() -> st.SearchStrategy[list[Given]]:
    one = st.builds(
        Given,
        st.booleans(),
        st.integers(0, 2),
        st.sampled_from([ME, ME, 1, 2]),
        st.sampled_from([None, ACTS[:1], ACTS, ACTS[1:]]),
        st.sampled_from([None, None, ("tax",), ("tax", "land"), ()]),
        st.sampled_from([-2, 0, -1, 1]),
        st.sampled_from([None, 0, 2, -1]),
    )
    return st.lists(one.filter(lambda m: m.principal < FIRMS if m.firm else m.principal != m.agent), max_size=5)


def may(world: list[Given], act: str, thing: tuple[int | None, int | None, str]) -> bool:
    """What the law says, read plainly."""
    person, firm, matter = thing
    if person == ME:
        return True
    return any(
        m.agent == ME
        and m.since <= 0
        and (m.until is None or m.until >= 0)
        and (m.acts is None or act in m.acts)
        and (m.matters is None or matter in m.matters)
        and m.principal == (firm if m.firm else person)
        for m in world
    )


@pytest.fixture
def thing() -> Iterator[type[models.Model]]:
    """A table of objects that a person or an organisation owns, in some matter."""

    class Owned(models.Model):
        applicant = models.ForeignKey(Person, null=True, on_delete=models.DO_NOTHING, related_name="+")
        applicant_organisation = models.ForeignKey(
            Organisation, null=True, on_delete=models.DO_NOTHING, related_name="+"
        )
        matter = models.CharField(max_length=10)

        class Meta:
            app_label = "tests_of_owners"
            db_table = "owned_things"
            managed = False
            indexes: ClassVar = []

    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMP TABLE owned_things (id bigserial PRIMARY KEY, applicant_id bigint, applicant_organisation_id bigint,"
            " matter text NOT NULL)"
        )
    try:
        yield Owned
    finally:
        del apps.all_models["tests_of_owners"]
        apps.clear_cache()


def day(offset: int | None) -> Any:
    return None if offset is None else TODAY + dt.timedelta(days=offset)


def agree(world: list[Given], thing: Any) -> None:
    now = dt.datetime.now(dt.UTC)
    persons = [Person.objects.create(name=f"P{n}", created_at=now) for n in range(PEOPLE)]
    firms = [Organisation.objects.create(name=f"F{n}", kind="enterprise", created_at=now) for n in range(FIRMS)]
    Mandate.objects.bulk_create(
        Mandate(
            person=None if m.firm else persons[m.principal],
            organisation=firms[m.principal] if m.firm else None,
            agent=persons[m.agent],
            acts=None if m.acts is None else list(m.acts),
            matters=None if m.matters is None else list(m.matters),
            valid_from=day(m.since),
            valid_to=day(m.until),
        )
        for m in world
    )
    # Who stands in for an official stands in for what they do at work, never for what is their own.
    Substitution.objects.create(absent=persons[2], substitute=persons[ME], valid_from=TODAY, valid_to=TODAY)
    owners = [(None, None), *((n, None) for n in range(PEOPLE)), *((None, n) for n in range(FIRMS))]
    every = [(*owner, matter) for owner in owners for matter in MATTERS]
    rows = thing.objects.bulk_create(
        thing(
            applicant=None if person is None else persons[person],
            applicant_organisation=None if firm is None else firms[firm],
            matter=matter,
        )
        for person, firm, matter in every
    )
    me = persons[ME]
    for act in ACTS:
        reach = access.ownership(me, act)
        listed = set(thing.objects.filter(access.owned(reach, matter="matter")).values_list("pk", flat=True))
        unlimited = set(thing.objects.filter(access.owned(reach)).values_list("pk", flat=True))
        for row, one in zip(rows, every, strict=True):
            owner = access.Owner(row.applicant_id, row.applicant_organisation_id)
            expected = may(world, act, one)
            assert (access.owns(me, act, owner, row.matter), row.pk in listed) == (expected, expected), (act, one)
            assert not expected or access.concerned(me, owner)
        assert unlimited <= listed
        assert not access.owns(None, act, access.Owner(me.pk))


@pytest.fixture(autouse=True)
def _today(settings: Any) -> None:
    settings.VAMCO_TODAY = TODAY


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=100)
@given(world=mandates())
def test_what_is_ones_own_is_so_for_one_object_and_for_lists(world: list[Given], thing: Any) -> None:
    with transaction.atomic():
        agree(world, thing)
        transaction.set_rollback(True)


@pytest.mark.full
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=2000)
@given(world=mandates())
def test_in_many_worlds(world: list[Given], thing: Any) -> None:
    with transaction.atomic():
        agree(world, thing)
        transaction.set_rollback(True)


def test_a_mandate_ends_and_is_not_taken_up_again() -> None:
    director, accountant = people.add("Lê Giám Đốc"), people.add("Trần Kế Toán")
    firm = people.add_organisation("Công ty Sông Vàm", "enterprise")
    people.give_mandate(firm, director, since=TODAY, basis="ERC", actor="system")
    mandate = people.give_mandate(firm, accountant, since=TODAY, until=day(365), matters={"tax"}, actor=director.actor)
    owner = access.Owner(organisation=firm.pk)
    assert access.owns(accountant, "cases.assign", owner, "tax")
    assert not access.owns(accountant, "cases.assign", owner, "land")
    assert access.owns(director, "cases.assign", owner, "land")
    people.end_mandate(mandate, until=day(-1), actor=director.actor)
    again = Person.objects.get(pk=accountant.pk)
    assert not access.owns(again, "cases.assign", owner, "tax")
    with pytest.raises(Refused, match="shortened"):
        people.end_mandate(mandate, until=day(3), actor=director.actor)
    assert [m.agent_id for m in people.mandates_given(firm)] == [accountant.pk, director.pk]
    assert not people.mandates_held(accountant).exists()


def test_a_mandate_is_refused_for_oneself_for_nothing_and_for_unknown_acts() -> None:
    mother, daughter = people.add("Nguyễn Mẹ"), people.add("Nguyễn Con")
    for wrong in (
        {"agent": mother},
        {"agent": daughter, "acts": ()},
        {"agent": daughter, "matters": ()},
        {"agent": daughter, "acts": ("no.such",)},
        {"agent": daughter, "until": day(-1)},
    ):
        with pytest.raises(Refused, match=r"representative|something|exist|before"):
            people.give_mandate(mother, since=TODAY, actor="system", **wrong)
    assert not Mandate.objects.exists()
