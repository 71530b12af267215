from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from vamco.kernel.world.access.rules import NOWHERE, Area, Grant, Scope, acting_for, judge, scope

PATHS = st.lists(st.sampled_from(["A", "B", "A1", "AB"]), min_size=1, max_size=4).map(
    lambda codes: "/".join(codes) + "/"
)
STATES = st.frozensets(st.sampled_from(["new", "done"]))
GRANTS = st.builds(
    Grant,
    acts=st.frozensets(st.sampled_from(["see", "do"])),
    reach=st.sampled_from(["all", "subtree", "agency", "nonsense"]),
    path=PATHS | st.just(""),
    limited=st.dictionaries(st.sampled_from(["see", "do"]), STATES, max_size=2),
    places=st.none() | st.frozensets(st.integers(1, 3)),
    acting_for=st.none() | st.integers(7, 9),
)
OBJECTS = st.tuples(
    st.none() | PATHS | st.just(""), st.none() | st.integers(1, 4), st.sampled_from(["", "new", "done"])
)


def free(reach: str, path: str, *acts: str) -> Grant:
    return Grant(frozenset(acts), reach, path)


def test_no_grant_reaches_nothing() -> None:
    assert scope([], "see") == NOWHERE
    assert scope([free("all", "A/", "do")], "see").nowhere
    assert not NOWHERE.covers("A/")
    assert not NOWHERE.covers(None)
    assert not NOWHERE.touches()


def test_all_reaches_everything() -> None:
    reach = scope([free("all", "A/", "see")], "see")
    assert reach == Scope(everywhere=True)
    assert reach.covers("B/")
    assert reach.covers(None, 3, "new")
    assert reach.touches(3, "new")
    assert not reach.nowhere


def test_a_subtree_is_the_agency_and_what_is_below_it_but_no_namesake() -> None:
    reach = scope([free("subtree", "A/B/", "see")], "see")
    assert [path for path in ("A/", "A/B/", "A/B/C/", "A/BC/", "B/", "X/A/B/", "", None) if reach.covers(path)] == [
        "A/B/",
        "A/B/C/",
    ]


def test_an_agency_is_itself_only() -> None:
    reach = scope([free("agency", "A/B/", "see")], "see")
    assert [path for path in ("A/", "A/B/", "A/B/C/", None) if reach.covers(path)] == ["A/B/"]


def test_an_agency_without_a_path_is_no_way_to_everything() -> None:
    for reach in ("subtree", "agency", "nonsense"):
        assert scope([free(reach, "", "see")], "see") == NOWHERE
        assert judge(free(reach, "", "see"), "see", "A/") == "other_agency"
    assert scope([free("nonsense", "A/", "see")], "see") == NOWHERE


def test_an_area_names_its_agencies_whatever_else_limits_it() -> None:
    places, states = frozenset({1}), frozenset({"new"})
    assert Area("all", "A/", places, states).agencies == Scope(everywhere=True)
    assert Area("subtree", "A/", places).agencies == Scope(below=frozenset({"A/"}))
    assert Area("agency", "A/", None, states).agencies == Scope(exactly=frozenset({"A/"}))
    assert Area("nonsense", "A/").agencies == NOWHERE


def test_a_limit_lets_only_what_is_said_pass() -> None:
    grant = Grant(frozenset(), "subtree", "A/", {"see": frozenset({"new"})}, frozenset({1, 2}))
    reach = scope([grant], "see")
    assert reach.limited == {Area("subtree", "A/", frozenset({1, 2}), frozenset({"new"}))}
    assert reach.covers("A/B/", 2, "new")
    assert [
        reach.covers(*one) for one in [("A/B/", 3, "new"), ("A/B/", None, "new"), ("A/B/", 2), ("B/", 2, "new")]
    ] == ([False] * 4)
    assert [
        judge(grant, "see", *one) for one in [("A/", 1, "new"), ("A/", 1, ""), ("A/", None, "new"), ("B/", 1, "new")]
    ] == [
        "gives",
        "other_state",
        "other_place",
        "other_agency",
    ]
    assert judge(grant, "do", "A/", 1, "new") == "other_act"
    assert [reach.touches(*one) for one in [(), (1,), (3,), (None, "new"), (None, "done")]] == [
        True, True, False, True, False,
    ]  # fmt: skip


def test_a_limit_to_nothing_is_nowhere() -> None:
    nothing: frozenset[int] = frozenset()
    assert scope([Grant(frozenset({"see"}), "all", "A/", {}, nothing)], "see") == NOWHERE
    assert scope([Grant(frozenset(), "all", "A/", {"see": frozenset()})], "see") == NOWHERE


def test_who_has_the_right_acts_for_nobody() -> None:
    own, lent, other = (
        free("agency", "A/", "see"),
        *(Grant(frozenset({"see"}), "all", "A/", acting_for=absent) for absent in (9, 8)),
    )
    assert acting_for([own, lent], "see", "A/") is None
    assert acting_for([own, lent, other], "see", "B/") == 8
    assert acting_for([own, lent], "do", "B/") is None


@given(grants=st.lists(GRANTS, max_size=5), thing=OBJECTS)
def test_a_scope_covers_exactly_what_one_of_its_grants_gives(
    grants: list[Grant], thing: tuple[str | None, int | None, str]
) -> None:
    path, place, state = thing

    def reaches(grant: Grant) -> bool:
        below = bool(path and grant.path) and str(path).startswith(grant.path)
        where = {"all": True, "subtree": below, "agency": below and path == grant.path, "nonsense": False}[grant.reach]
        when = "see" in grant.acts or state in grant.limited.get("see", frozenset())
        return where and when and (grant.places is None or place in grant.places)

    reach = scope(grants, "see")
    assert reach.covers(*thing) is any(map(reaches, grants))
    assert [judge(grant, "see", *thing) == "gives" for grant in grants] == [reaches(grant) for grant in grants]
    if reach.covers(*thing):
        assert reach.touches(place, state)
        assert not reach.nowhere
    absent = acting_for(grants, "see", *thing)
    givers = {grant.acting_for for grant in grants if reaches(grant)}
    assert absent in givers if absent is not None else (not givers or None in givers)


@given(grants=st.lists(GRANTS, max_size=5), more=GRANTS, thing=OBJECTS)
def test_another_grant_takes_nothing_away(
    grants: list[Grant], more: Grant, thing: tuple[str | None, int | None, str]
) -> None:
    if scope(grants, "see").covers(*thing):
        assert scope([*grants, more], "see").covers(*thing)


@given(grants=st.lists(GRANTS, max_size=5), thing=OBJECTS)
def test_nothing_is_inside_of_nowhere(grants: list[Grant], thing: tuple[str | None, int | None, str]) -> None:
    reach = scope(grants, "see")
    assert reach.nowhere is (not reach.touches())
    if reach.nowhere:
        assert not reach.covers(*thing)
