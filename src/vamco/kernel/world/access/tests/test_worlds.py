"""Random worlds in PostgreSQL: what a plain reading of the world says, `allow`, the list in SQL and `explain` agree."""

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
from vamco.kernel.world.access.models import Role
from vamco.kernel.world.agencies.models import Agency
from vamco.kernel.world.people.models import Membership, Person, Substitution
from vamco.kernel.world.places.models import Place

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 11, 20)
ACTS = ("test.see", "test.do")
STATES = ("", "new", "done")
CODES = ("W", "W1", "W10", "W1_", "W%", "WX")  # one begins like another; and what LIKE would take for a wildcard
ME, ABSENT, THIRD = 0, 1, 2


@dataclass(frozen=True)
class AgencyOf:
    above: int | None
    place: int | None
    since: int
    until: int | None


@dataclass(frozen=True)
class RoleOf:
    reach: str
    place_bound: bool
    acts: dict[str, tuple[str, ...] | None]


@dataclass(frozen=True)
class Held:
    person: int
    agency: int
    role: int
    since: int
    until: int | None


@dataclass(frozen=True)
class Acting:
    absent: int
    substitute: int
    agency: int | None
    acts: tuple[str, ...] | None
    since: int
    until: int


@dataclass(frozen=True)
class World:
    places: list[int | None]
    agencies: list[AgencyOf]
    roles: list[RoleOf]
    held: list[Held]
    acting: list[Acting]


# Drawn so that most worlds hold something that is allowed and something that is not; all else would say little.
SINCE = st.sampled_from([-2, 0, -1, -2, 0, 1])
UNTIL = st.sampled_from([None, 0, 2, None, 1, -1])


@st.composite
def worlds(draw: st.DrawFn) -> World:
    places = [draw(st.sampled_from([None, *range(n)])) for n in range(draw(st.integers(2, 4)))]
    agencies = [
        AgencyOf(
            draw(st.sampled_from([n - 1, None, *range(n)])) if n else None,
            draw(st.sampled_from([*range(len(places)), None])),
            draw(st.sampled_from([-9, -9, -9, -9, 0, 1])),
            draw(st.sampled_from([None, None, None, None, 0, -1])),
        )
        for n in range(draw(st.integers(2, len(CODES))))
    ]
    states = st.sampled_from([None, ("new",), None, ("new", "done"), ()])
    role = st.builds(
        RoleOf,
        st.sampled_from(["subtree", "agency", "all"]),
        st.booleans(),
        st.dictionaries(st.sampled_from(ACTS), states, min_size=1),
    )
    roles = draw(st.lists(role, min_size=2, max_size=3))
    agency = st.integers(0, len(agencies) - 1)
    which = st.sampled_from([0, 1, 0, 1, len(roles) - 1, len(roles)])  # the last of which there is not
    held = st.builds(Held, st.sampled_from([ME, ABSENT, ABSENT, THIRD]), agency, which, SINCE, UNTIL)
    first = [Held(draw(st.sampled_from([ME, ABSENT])), draw(agency), 0, -1, None)]
    acting = st.builds(
        Acting,
        st.sampled_from([ABSENT, THIRD, ME]),
        st.sampled_from([ME, ME, ABSENT]),
        st.none() | agency,
        st.sampled_from([None, ACTS[:1], ACTS, ()]),
        SINCE,
        st.sampled_from([0, 2, 1, -1]),
    ).filter(lambda one: one.absent != one.substitute)
    return World(places, agencies, roles, first + draw(st.lists(held, max_size=4)), draw(st.lists(acting, max_size=3)))


# What the world says, read as plainly as it can be: no path, no set of places, no SQL.


def in_force(since: int, until: int | None) -> bool:
    return since <= 0 and (until is None or until >= 0)


def above(place_or_agency: int | None, parents: list[int | None]) -> list[int]:
    """Itself and what is above it."""
    found: list[int] = []
    while place_or_agency is not None:
        found.append(place_or_agency)
        place_or_agency = parents[place_or_agency]
    return found


def gives(world: World, held: Held, act: str, thing: tuple[int | None, int | None, str]) -> bool:
    agency, place, state = thing
    if held.role == len(world.roles) or not in_force(held.since, held.until):
        return False
    home, role = world.agencies[held.agency], world.roles[held.role]
    if not in_force(home.since, home.until) or act not in role.acts:
        return False
    states = role.acts[act]
    outside = role.place_bound and (home.place is None or home.place not in above(place, world.places))
    if outside or (states is not None and state not in states):
        return False
    if role.reach == "agency":
        return agency == held.agency
    return role.reach == "all" or held.agency in above(agency, [one.above for one in world.agencies])


def may(world: World, act: str, thing: tuple[int | None, int | None, str]) -> bool:
    own = [held for held in world.held if held.person == ME]
    lent = [
        held
        for acting in world.acting
        if acting.substitute == ME and in_force(acting.since, acting.until)
        if acting.acts is None or act in acting.acts
        for held in world.held
        if held.person == acting.absent and acting.agency in {None, held.agency}
    ]
    return any(gives(world, held, act, thing) for held in [*own, *lent])


# The same world in the database.


@pytest.fixture
def thing() -> Iterator[type[models.Model]]:
    """A table of objects that belong to an agency, lie at a place and are in a state."""

    class Thing(models.Model):
        agency = models.ForeignKey(Agency, null=True, on_delete=models.DO_NOTHING, related_name="+")
        place = models.ForeignKey(Place, null=True, on_delete=models.DO_NOTHING, related_name="+")
        state = models.CharField(max_length=10)

        class Meta:
            app_label = "tests_of_access"
            db_table = "things"
            managed = False
            indexes: ClassVar = []

    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMP TABLE things (id bigserial PRIMARY KEY, agency_id bigint, place_id bigint, state text NOT NULL)"
        )
    try:
        yield Thing
    finally:
        del apps.all_models["tests_of_access"]
        apps.clear_cache()


def build(world: World) -> tuple[Person, list[Agency], list[Place]]:
    places: list[Place] = []
    for n, parent in enumerate(world.places):
        names = {"name": "x", "full_name": "x", "name_en": "x", "sort_key": "x", "folded": "x", "kind": "commune"}
        where = {"lon": 106, "lat": 11, "area_km2": 1, "valid_from": TODAY}
        places.append(
            Place.objects.create(code=f"99{n}", parent=None if parent is None else places[parent], **names, **where)
        )
    agencies: list[Agency] = []
    for code, one in zip(CODES, world.agencies, strict=False):
        parent = None if one.above is None else agencies[one.above]
        agencies.append(
            Agency.objects.create(
                code=code,
                **dict.fromkeys(("name", "name_en", "short_name", "sort_key", "kind"), "x"),
                parent=parent,
                path=(parent.path if parent else "") + code + "/",
                place=None if one.place is None else places[one.place],
                valid_from=day(one.since),
                valid_to=day(one.until),
            )
        )
    for n, role in enumerate(world.roles):
        Role.objects.create(
            code=f"role{n}", name="x", name_en="x", reach=role.reach, place_bound=role.place_bound, acts=role.acts
        )
    people = [Person.objects.create(name=f"P{n}", created_at=dt.datetime.now(dt.UTC)) for n in range(3)]
    Membership.objects.bulk_create(
        Membership(
            person=people[held.person],
            agency=agencies[held.agency],
            role=f"role{held.role}",
            valid_from=day(held.since),
            valid_to=day(held.until),
        )
        for held in world.held
    )
    Substitution.objects.bulk_create(
        Substitution(
            absent=people[one.absent],
            substitute=people[one.substitute],
            agency=None if one.agency is None else agencies[one.agency],
            acts=None if one.acts is None else list(one.acts),
            valid_from=day(one.since),
            valid_to=day(one.until),
        )
        for one in world.acting
    )
    return people[ME], agencies, places


def day(offset: int | None) -> Any:
    return None if offset is None else TODAY + dt.timedelta(days=offset)


def agree(world: World, thing: Any) -> None:
    me, agencies, places = build(world)
    every = [
        (agency, place, state)
        for agency in (None, *range(len(agencies)))
        for place in (None, *range(len(places)))
        for state in STATES
    ]
    rows = thing.objects.bulk_create(
        thing(
            agency=None if agency is None else agencies[agency],
            place=None if place is None else places[place],
            state=state,
        )
        for agency, place, state in every
    )
    for act in ACTS:
        reach = access.scope(me, act)
        fields = access.within(reach, "agency", place="place", state="state")
        listed = set(thing.objects.filter(fields).values_list("pk", flat=True))
        unlimited = set(thing.objects.filter(access.within(reach)).values_list("pk", flat=True))
        ids = access.agency_ids(reach)
        for row, one in zip(rows, every, strict=True):
            expected = may(world, act, one)
            said = access.allow(me, act, row.agency, place=row.place_id, state=row.state)
            assert (said, row.pk in listed) == (expected, expected), (act, one, reach)
            assert access.explain(me, act, row.agency, place=row.place_id, state=row.state).allowed is expected
            assert access.allow(me, act, row.agency) is (row.pk in unlimited)  # nothing said of place and state
            assert (ids is None or row.agency_id in ids) is (row.pk in unlimited)
            lent = access.on_behalf(me, act, row.agency, place=row.place_id, state=row.state)
            own = World(world.places, world.agencies, world.roles, world.held, [])
            assert bool(lent) is (expected and not may(own, act, one))
        assert unlimited <= listed
        assert access.allow(me, act) is not reach.nowhere
        assert access.allow(me, act) or not listed


@pytest.fixture(autouse=True)
def _today(settings: Any) -> None:
    """Once for each test: set in each example, thousands of settings would lie upon one another."""
    settings.VAMCO_TODAY = TODAY


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], deadline=None, max_examples=100
)
@given(world=worlds())
def test_what_the_world_says_holds_for_one_for_lists_and_for_why(world: World, thing: Any) -> None:
    with transaction.atomic():
        agree(world, thing)
        transaction.set_rollback(True)


@pytest.mark.full
@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], deadline=None, max_examples=2000
)
@given(world=worlds())
def test_in_many_worlds(world: World, thing: Any) -> None:
    with transaction.atomic():
        agree(world, thing)
        transaction.set_rollback(True)
