"""Acting for an absent person; moving to another agency; and why."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest
from django.db import IntegrityError, transaction

from vamco.kernel.base.audit.models import Entry
from vamco.kernel.world.access import public as access
from vamco.kernel.world.access import queries
from vamco.kernel.world.access.contracts import NOBODY, WHY, Verdict
from vamco.kernel.world.access.declaration import RoleItem
from vamco.kernel.world.access.pack import ROLES
from vamco.kernel.world.agencies import public as agencies
from vamco.kernel.world.people import public as people
from vamco.lib.errors import N_, Missing, Refused

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 11, 20)
CONFIRM, VIEW, HANDLE = "warnings.confirm_alarm", "warnings.view", "warnings.handle_directive"


@pytest.fixture(autouse=True)
def _today(settings: Any) -> None:
    settings.VAMCO_TODAY = TODAY


def day(offset: int) -> dt.date:
    return TODAY + dt.timedelta(days=offset)


def person(role: str = "", agency: str = "H53.04", name: str = "Lê Văn Thử") -> people.Person:
    found = people.add(name)
    if role:
        people.appoint(found, agencies.get(agency), role, since=day(-100))
    return found


def again(one: people.Person) -> people.Person:
    """The person as the next request loads them."""
    return people.Person.objects.get(pk=one.pk)


def may(one: people.Person, act: str, agency: str = "H53.04") -> bool:
    return access.allow(again(one), act, agencies.get(agency))


@pytest.mark.parametrize(("since", "until", "expected"), [(0, 0, True), (-3, 3, True), (1, 3, False), (-3, -1, False)])
def test_a_substitute_acts_from_the_first_day_to_the_last(since: int, until: int, expected: bool) -> None:  # noqa: FBT001
    absent, other = person("data_owner"), person("auditor", "H53.14")
    row = people.substitute(absent, other, since=day(since), until=day(until), actor="3")
    assert may(other, HANDLE) is expected
    assert not may(other, HANDLE, "H53.09")
    assert access.on_behalf(again(other), HANDLE, agencies.get("H53.04")) == (
        {"acting_for": absent.pk} if expected else {}
    )
    assert access.on_behalf(again(other), VIEW, agencies.get("H53.04")) == {}  # an auditor sees that anyway
    assert [one.absent for one in people.acting_for(other)] == ([absent] if expected else [])
    assert [one.substitute for one in people.substitutes(absent, day(since))] == [other]
    entry = Entry.objects.get(act="people.substitute")
    assert (entry.actor, entry.chain_id) == ("3", "H53.04")
    concerned = [mention.person for mention in entry.mentions.order_by("place")]
    assert concerned == [f"person:{absent.pk}", f"person:{other.pk}"]
    assert entry.detail == {
        "substitution": row.pk,
        "substitute": other.pk,
        "since": day(since).isoformat(),
        "until": day(until).isoformat(),
        "acts": "all",
    }


def test_a_substitute_may_be_given_only_some_acts_or_one_agency() -> None:
    absent, other = person("data_owner"), person()
    people.appoint(absent, agencies.get("H53.09"), "data_owner", since=day(-9))
    people.substitute(absent, other, since=TODAY, until=TODAY, acts=[HANDLE], agency=agencies.get("H53.09"))
    assert [may(other, act, agency) for act in (HANDLE, VIEW) for agency in ("H53.09", "H53.04")] == [
        True, False, False, False,
    ]  # fmt: skip


def test_acting_for_somebody_is_not_passed_on_and_ends_with_what_they_hold() -> None:
    absent, second, third = person("data_owner"), person(), person()
    people.substitute(absent, second, since=TODAY, until=day(9))
    people.substitute(second, third, since=TODAY, until=day(9))
    assert [may(one, HANDLE) for one in (absent, second, third)] == [True, True, False]
    people.dismiss(people.memberships(absent)[0], until=day(-1))
    assert [may(one, HANDLE) for one in (absent, second, third)] == [False, False, False]


def test_a_substitution_is_shortened_or_called_off_but_never_grows() -> None:
    absent, other = person("data_owner"), person()
    row = people.substitute(absent, other, since=day(-2), until=day(5))
    with pytest.raises(Refused) as refused:
        people.end_substitution(row, until=day(6))
    assert refused.value.code == "people.substitution_grows"
    people.end_substitution(row, until=day(0), actor="3")
    assert may(other, HANDLE)
    people.end_substitution(row, until=day(-1), actor="3")
    assert not may(other, HANDLE)
    assert Entry.objects.filter(act="people.end_substitution", actor="3").count() == 2


def test_a_substitution_that_makes_no_sense_is_refused() -> None:
    absent, other = person("data_owner"), person()
    wrong: list[tuple[str, dict[str, Any]]] = [
        ("people.own_substitute", {"by": absent, "since": TODAY, "until": TODAY}),
        ("people.substitution_ends_first", {"by": other, "since": TODAY, "until": day(-1)}),
        ("people.unknown_acts", {"by": other, "since": TODAY, "until": TODAY, "acts": []}),
        ("people.unknown_acts", {"by": other, "since": TODAY, "until": TODAY, "acts": [VIEW, "no.act"]}),
    ]
    for code, asked in wrong:
        with pytest.raises(Refused) as refused:
            people.substitute(absent, **asked)
        assert refused.value.code == code
    assert not people.Substitution.objects.exists()
    with pytest.raises(IntegrityError), transaction.atomic():
        people.Substitution.objects.create(absent=absent, substitute=absent, valid_from=TODAY, valid_to=TODAY)


def test_who_has_no_agency_can_be_acted_for_too() -> None:
    people.substitute(person(), person(), since=TODAY, until=TODAY)
    assert Entry.objects.get(act="people.substitute").chain_id == "people"


# Moving.


def test_who_moves_has_lost_the_old_agency_the_same_day_and_has_the_new_one() -> None:
    clerk = person("data_owner")
    before = people.memberships(clerk).get()
    after = people.move(before, agencies.get("H53.09"), on=TODAY, position="specialist", actor="3")
    assert [may(clerk, HANDLE, agency) for agency in ("H53.04", "H53.09")] == [False, True]
    assert (after.role, after.position and after.position.rank) == ("data_owner", 10)
    assert people.home(clerk).code == "H53.09"
    assert people.home(clerk, day(-1)).code == "H53.04"
    assert [held.person for held in people.staff(agencies.get("H53.09"))] == [clerk]
    assert list(people.staff(agencies.get("H53.04"))) == []
    assert [entry.act for entry in Entry.objects.filter(actor="3").order_by("pk")] == [
        "people.dismiss",
        "people.appoint",
    ]


def test_who_is_moved_on_the_first_day_was_never_there() -> None:
    clerk = people.add("Lê Văn Thử")
    held = people.appoint(clerk, agencies.get("H53.04"), "data_owner", since=TODAY)
    people.move(held, agencies.get("H53.09"), on=TODAY, role="department_official")
    assert [may(clerk, HANDLE, agency) for agency in ("H53.04", "H53.09")] == [False, True]
    said = access.explain(again(clerk), HANDLE, agencies.get("H53.04"))
    assert sorted(verdict.because for verdict in said.verdicts) == ["no_longer", "other_agency"]


def test_a_person_object_that_lives_long_does_not_keep_what_was_lost(
    monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Callable[[int], Any]
) -> None:
    clerk = person("data_owner")
    assert access.allow(clerk, HANDLE, agencies.get("H53.04"))
    people.move(people.memberships(clerk).get(), agencies.get("H53.09"), on=TODAY)
    finance = agencies.get("H53.04")
    with django_assert_num_queries(0):
        assert access.allow(clerk, HANDLE, finance)  # the same request goes on as it began
    later = queries.time.monotonic() + queries.LONGEST_S + 1
    monkeypatch.setattr(queries.time, "monotonic", lambda: later)
    with django_assert_num_queries(1):
        assert not access.allow(clerk, HANDLE, finance)


def test_what_was_held_on_another_day_can_be_asked() -> None:
    clerk = person("data_owner")
    people.move(people.memberships(clerk).get(), agencies.get("H53.09"), on=TODAY)
    assert [grant.path for grant in access.grants(clerk, day(-1))] == ["H53/H53.04/"]
    assert [grant.path for grant in access.grants(clerk, TODAY)] == ["H53/H53.09/"]
    assert access.grants(clerk, day(-101)) == ()
    assert access.grants(None, TODAY) == ()


def test_staff_are_listed_by_post_then_name() -> None:
    agency = agencies.get("H53.09")
    for name, position in (("Ân", "specialist"), ("Bình", "director"), ("An", "specialist"), ("Chi", "")):
        people.appoint(people.add(name), agency, "data_owner", since=TODAY, position=position)
    assert [held.person.name for held in people.staff(agency)] == ["Bình", "An", "Ân", "Chi"]
    with pytest.raises(Missing) as missing:
        people.appoint(people.add("Dũng"), agency, "data_owner", since=TODAY, position="emperor")
    assert missing.value.code == "people.no_position"


# Why.


def because(one: people.Person | None, act: str, agency: str | None = "H53.04", **where: Any) -> list[str]:
    said = access.explain(one and again(one), act, agencies.get(agency) if agency else None, **where)
    assert said.allowed is access.allow(one and again(one), act, agencies.get(agency) if agency else None, **where)
    return [verdict.because for verdict in said.verdicts]


def test_every_role_says_why_it_does_not_give() -> None:
    commune = agencies.get("H53.25708")
    ROLES.put(
        [
            RoleItem(code="only_new", name="Chỉ mới", name_en="Only new", reach="agency",
                     acts=({"act": HANDLE, "states": ["new"]}, {"act": HANDLE, "states": ["open"]})),  # type: ignore[arg-type]
            RoleItem(code="only_here", name="Chỉ ở đây", name_en="Only here", reach="all", place_bound=True, acts=(VIEW,)),
        ]
    )  # fmt: skip
    one = person("auditor", "H53.14")
    assert because(one, HANDLE) == ["other_act"]
    assert because(one, VIEW) == ["gives"]
    assert because(None, VIEW) == []
    assert because(person(), VIEW) == []
    assert because(person("commune_official", "H53.25708"), HANDLE) == ["other_agency"]
    assert because(person("commune_official", "H53.25708"), HANDLE, None) == ["other_agency"]
    stated = person("only_new")
    assert [because(stated, HANDLE, state=state) for state in ("", "new", "open", "done")] == [
        ["other_state"], ["gives"], ["gives"], ["other_state"],
    ]  # fmt: skip
    bound = person("only_here", "H53.25708")
    assert because(bound, VIEW) == ["other_place"]
    assert because(bound, VIEW, place=commune.place_id) == ["gives"]
    assert because(person("no_such_role"), VIEW) == ["no_role"]


def test_it_says_what_is_over_what_comes_and_for_whom() -> None:
    one, absent = people.add("Lê Văn Thử"), person("data_owner", name="Bà Sáu")
    held = people.appoint(one, agencies.get("H53.04"), "data_owner", since=day(-9))
    people.dismiss(held, until=day(-1))
    people.appoint(one, agencies.get("H53.04"), "department_official", since=day(1))
    people.substitute(absent, one, since=TODAY, until=TODAY, acts=[VIEW])
    assert because(one, HANDLE) == ["no_longer", "not_yet", "substitution"]
    assert because(one, VIEW) == ["gives", "no_longer", "not_yet"]
    said = access.explain(again(one), VIEW, agencies.get("H53.04"))
    assert [verdict.text(N_, english=True) for verdict in said.verdicts] == [
        "Data owner, Department of Finance: allows it (acting for Bà Sáu)",
        "Data owner, Department of Finance: ended on 19/11/2026",
        "Department official, Department of Finance: begins on 21/11/2026",
    ]
    assert access.explain(again(one), HANDLE, agencies.get("H53.04")).verdicts[-1].text(N_) == (
        "acting for Bà Sáu: does not include this act"
    )
    agency = agencies.get("H53.04")
    agency.valid_to = day(-1)
    agency.save()
    assert because(person("data_owner"), VIEW) == ["abolished"]


def test_every_reason_has_words() -> None:
    for why in WHY:
        verdict = Verdict(why, "Vai", "Role", "Sở", "Department", TODAY, None, "Bà Sáu")
        assert "%(" not in verdict.text(N_)
    assert NOBODY


def test_who_is_moved_acts_no_longer_for_colleagues_of_the_old_agency() -> None:
    absent, other, clerk = person("data_owner"), person("data_owner", "H53.09"), person("data_owner")
    for one, where in ((absent, None), (absent, agencies.get("H53.04")), (other, None)):
        people.substitute(one, clerk, since=day(-3), until=day(20), agency=where)
    (held,) = people.memberships(clerk)
    people.move(held, agencies.get("H53.09"), on=TODAY)
    assert not may(clerk, HANDLE)
    assert may(clerk, HANDLE, "H53.09")
    assert [row.absent for row in people.acting_for(clerk)] == [other], "who is away where they do work now"
    assert Entry.objects.filter(act="people.end_substitution").count() == 2


def test_who_leaves_altogether_acts_for_nobody() -> None:
    absent, clerk = person("data_owner", "H53.09"), person("data_owner")
    people.substitute(absent, clerk, since=day(-3), until=day(20))
    (held,) = people.memberships(clerk)
    people.dismiss(held, until=day(-1))
    assert not may(clerk, HANDLE, "H53.09")
    assert people.acting_for(clerk).count() == 0


def test_what_has_ended_is_not_taken_up_again_by_a_second_click() -> None:
    clerk = person("data_owner")
    (held,) = people.memberships(clerk)
    people.dismiss(held, until=day(-30))
    for again_later in (
        lambda: people.dismiss(held, until=day(9)),
        lambda: people.move(held, agencies.get("H53.09"), on=day(10)),
    ):
        with pytest.raises(Refused):
            again_later()
    assert not may(clerk, HANDLE)
    people.dismiss(held, until=day(-31))  # earlier it may be

    mover = person("data_owner")
    (held,) = people.memberships(mover)
    people.move(held, agencies.get("H53.09"), on=TODAY)
    with pytest.raises(Refused) as refused:
        people.move(held, agencies.get("H53.14"), on=TODAY)
    assert refused.value.code == "people.has_left"
    assert [one.agency.code for one in people.memberships(mover)] == ["H53.09"]


def test_nobody_is_at_home_in_an_agency_that_has_ended() -> None:
    clerk = person("data_owner")
    people.appoint(clerk, agencies.get("H53.09"), "data_owner", since=day(-2))
    ended = agencies.get("H53.04")
    ended.valid_to = day(-1)
    ended.save()
    assert people.home(clerk).code == "H53.09"
    assert people.home(clerk, day(-1)).code == "H53.04"
    assert not people.staff(agencies.get("H53.04")).filter(person=clerk).exists()


def test_a_role_that_the_pack_no_longer_has_allows_nothing() -> None:
    clerk = person("data_owner")
    assert may(clerk, HANDLE)
    ROLES.withdraw(["data_owner"])
    assert not may(clerk, HANDLE)
    assert people.memberships(clerk).count() == 1, "what they were stays known"
