from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from vamco.kernel.world.access.rules import NOWHERE, Grant, Scope, scope

PATHS = st.lists(st.sampled_from(["A", "B", "A1", "AB"]), min_size=1, max_size=4).map(
    lambda codes: "/".join(codes) + "/"
)
GRANTS = st.builds(
    Grant,
    acts=st.frozensets(st.sampled_from(["see", "do"])),
    reach=st.sampled_from(["all", "subtree", "agency"]),
    path=PATHS,
)


def test_no_grant_reaches_nothing() -> None:
    assert scope([], "see") == NOWHERE
    assert scope([Grant(frozenset({"do"}), "all", "A/")], "see").nowhere
    assert not NOWHERE.covers("A/")


def test_all_reaches_everything() -> None:
    reach = scope([Grant(frozenset({"see"}), "all", "A/")], "see")
    assert reach == Scope(everywhere=True)
    assert reach.covers("B/")
    assert not reach.nowhere


def test_a_subtree_is_the_agency_and_what_is_below_it_but_no_namesake() -> None:
    reach = scope([Grant(frozenset({"see"}), "subtree", "A/B/")], "see")
    assert [path for path in ("A/", "A/B/", "A/B/C/", "A/BC/", "B/", "X/A/B/") if reach.covers(path)] == [
        "A/B/",
        "A/B/C/",
    ]


def test_an_agency_is_itself_only() -> None:
    reach = scope([Grant(frozenset({"see"}), "agency", "A/B/")], "see")
    assert [path for path in ("A/", "A/B/", "A/B/C/") if reach.covers(path)] == ["A/B/"]


@given(grants=st.lists(GRANTS, max_size=5), path=PATHS)
def test_a_scope_covers_exactly_what_one_of_its_grants_reaches(grants: list[Grant], path: str) -> None:
    def reaches(grant: Grant) -> bool:
        below = path == grant.path or path.startswith(grant.path)
        return "see" in grant.acts and {"all": True, "subtree": below, "agency": path == grant.path}[grant.reach]

    assert scope(grants, "see").covers(path) is any(map(reaches, grants))


@given(grants=st.lists(GRANTS, max_size=5), more=GRANTS, path=PATHS)
def test_another_grant_takes_nothing_away(grants: list[Grant], more: Grant, path: str) -> None:
    if scope(grants, "see").covers(path):
        assert scope([*grants, more], "see").covers(path)
