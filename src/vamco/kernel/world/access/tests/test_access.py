from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from vamco.kernel.base.packs import public as packs
from vamco.kernel.base.packs.contracts import Raw
from vamco.kernel.record.files.models import Content, File
from vamco.kernel.world.access import public as access
from vamco.kernel.world.access.declaration import RoleItem
from vamco.kernel.world.access.models import Role
from vamco.kernel.world.access.pack import ROLES, check
from vamco.kernel.world.access.services import granting
from vamco.kernel.world.agencies import public as agencies
from vamco.kernel.world.agencies.models import Agency
from vamco.kernel.world.people import public as people
from vamco.lib.errors import Forbidden

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.django_db
ACT, OTHER = "test.see", "test.do"
TODAY = dt.date(2026, 11, 20)
FOREVER = dt.timedelta(days=400)
TREE = {"Y": "", "Y1": "Y", "Y10": "Y", "Y1A": "Y1", "Y1B": "Y1", "Y1AA": "Y1A", "X": ""}


@pytest.fixture(autouse=True)
def _world(settings: Any) -> None:
    settings.VAMCO_TODAY = TODAY
    paths: dict[str, str] = {}
    for code, above in TREE.items():
        paths[code] = paths.get(above, "") + code + "/"
        Agency.objects.create(
            code=code,
            name=code,
            name_en=code,
            short_name=code,
            sort_key=code,
            kind="x",
            path=paths[code],
            valid_from=TODAY,
        )
    for reach in ("all", "subtree", "agency"):
        ROLES.put([role(f"see_{reach}", reach, ACT), role(f"do_{reach}", reach, OTHER)])
    content = Content.objects.create(sha256="0" * 64, size=0)
    for code in (*TREE, None):
        File.objects.create(
            content=content,
            size=0,
            name=code or "none",
            media_type="x",
            agency=Agency.objects.get(code=code) if code else None,
            stored_by="7",
            stored_at=dt.datetime.now(dt.UTC),
        )


def role(code: str, reach: str, *acts: str) -> RoleItem:
    return RoleItem.model_validate({"code": code, "name": code, "name_en": code, "reach": reach, "acts": acts})


def person_with(*memberships: tuple[str, str, int, int | None]) -> people.Person:
    person = people.add("Người thử")
    for code, agency, since, until in memberships:
        held = people.appoint(person, Agency.objects.get(code=agency), code, since=TODAY + dt.timedelta(days=since))
        if until is not None:
            people.dismiss(held, until=TODAY + dt.timedelta(days=until))
    return person


MEMBERSHIPS = st.tuples(
    st.sampled_from(["see_all", "see_subtree", "see_agency", "do_all", "do_subtree", "no_such_role"]),
    st.sampled_from(sorted(TREE)),
    st.integers(-3, 2),
    st.none() | st.integers(-2, 3),
)


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], deadline=None, max_examples=80
)
@given(memberships=st.lists(MEMBERSHIPS, max_size=4))
def test_yes_or_no_for_one_and_the_scope_of_a_list_agree(memberships: list[tuple[str, str, int, int | None]]) -> None:
    person = person_with(*memberships)
    for act in (ACT, OTHER, "test.never"):
        reach = access.scope(person, act)
        mine = File.objects.filter(stored_by="7")
        listed = set(mine.filter(access.within(reach)).values_list("name", flat=True))
        allowed = {file.name for file in mine.select_related("agency") if access.allow(person, act, file.agency)}
        assert listed == allowed
        assert listed <= {*TREE, "none"}
        agencies_listed = set(Agency.objects.filter(code__in=listed).values_list("code", flat=True))
        assert all(reach.covers(Agency.objects.get(code=code).path) for code in agencies_listed)
        assert access.allow(person, act) is (not reach.nowhere)


def in_agencies(person: people.Person | None, act: str = ACT) -> list[str]:
    return [code for code in TREE if access.allow(person, act, Agency.objects.get(code=code))]


def test_a_stranger_may_nothing() -> None:
    assert in_agencies(None) == []
    assert not access.allow(None, ACT)
    assert not access.allow(None, ACT, None)
    assert access.scope(None, ACT) == access.NOWHERE


@pytest.mark.parametrize(
    ("held", "agency", "expected"),
    [
        ("see_all", "X", list(TREE)),
        ("see_subtree", "Y1", ["Y1", "Y1A", "Y1B", "Y1AA"]),
        ("see_agency", "Y1", ["Y1"]),
        ("do_all", "Y1", []),
        ("no_such_role", "Y1", []),
    ],
)
def test_a_role_reaches_as_far_as_it_says(held: str, agency: str, expected: list[str]) -> None:
    assert in_agencies(person_with((held, agency, 0, None))) == expected


def test_what_belongs_to_no_agency_is_for_those_who_reach_all() -> None:
    assert access.allow(person_with(("see_all", "X", 0, None)), ACT, None)
    assert not access.allow(person_with(("see_subtree", "Y", 0, None)), ACT, None)


def test_demand_lets_pass_or_raises() -> None:
    person = person_with(("see_agency", "Y1", 0, None))
    access.demand(person, ACT)
    access.demand(person, ACT, Agency.objects.get(code="Y1"))
    for agency in (Agency.objects.get(code="Y1A"), None):
        with pytest.raises(Forbidden) as forbidden:
            access.demand(person, ACT, agency)
        assert (forbidden.value.code, forbidden.value.data) == ("access.not_allowed", {"act": ACT})
    with pytest.raises(Forbidden):
        access.demand(None, ACT)


def test_grants_are_asked_once_for_each_person_object(django_assert_num_queries: Callable[[int], Any]) -> None:
    person = person_with(("see_agency", "Y1", 0, None))
    with django_assert_num_queries(1):
        access.allow(person, ACT)
        access.scope(person, OTHER)
    with django_assert_num_queries(0):
        access.allow(None, ACT)


def test_declared_acts_are_known_and_cannot_be_changed_from_outside() -> None:
    with granting._acts.restored(empty=True):
        assert access.declare("test.see", "See") == "test.see"
        access.acts().clear()
        assert access.acts() == {"test.see": access.Act("test.see", "See")}
        with pytest.raises(TypeError, match=r"the act of access 'test\.see' is registered already"):
            access.declare("test.see", "View")


def test_the_pack_gives_every_role_its_acts() -> None:
    leader = Role.objects.get(code="leader")
    assert leader.reach == "all"
    assert "warnings.issue_directive" in leader.acts
    assert {
        act for acts in Role.objects.exclude(acts__contains=ACT).values_list("acts", flat=True) for act in acts
    } <= {
        *access.acts(),
        ACT,
        OTHER,
    }
    assert agencies.get("H53").path == "H53/"


def test_a_role_with_an_act_that_nobody_declared_is_a_fault_of_the_pack() -> None:
    limited = {"act": "ioc.fly", "states": ["new"]}
    item = RoleItem.model_validate(
        {"code": "x", "name": "x", "name_en": "x", "reach": "all", "acts": ["ioc.view_board", limited]}
    )
    (fault,) = check([packs.Located(item, Raw({}, "roles.yaml", 3))], {})
    assert str(fault).startswith("roles.yaml:3: acts: an act such as ")
    assert "found 'ioc.fly'" in fault.expected
