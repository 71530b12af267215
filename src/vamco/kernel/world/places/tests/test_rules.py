from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vamco.kernel.world.places import rules
from vamco.kernel.world.places.rules import Candidate, score, wanted


@pytest.mark.parametrize(
    ("text", "folded", "kinds", "within"),
    [
        ("Tân Ninh", "tan ninh", (), ()),
        ("xã Châu Thành", "chau thanh", ("commune",), ()),
        ("X. chau thanh", "chau thanh", ("commune",), ()),
        ("P.Long An", "long an", ("ward",), ()),
        ("TX. Hòa Thành", "hoa thanh", ("district",), ()),
        ("tp Tây Ninh", "tay ninh", ("city", "district"), ()),
        ("Tỉnh  Long An", "long an", ("province",), ()),
        ("Châu Thành, tỉnh Long An", "chau thanh", (), ("long an",)),
        ("H. Châu Thành - Tây Ninh", "chau thanh", ("district",), ("tay ninh",)),
    ],
)
def test_what_a_text_asks_for(text: str, folded: str, kinds: tuple, within: tuple) -> None:
    first = wanted(text)[0]
    assert (first.folded, first.kinds, first.within) == (folded, kinds, within)


def test_a_title_may_be_a_part_of_the_name() -> None:
    assert [(one.folded, one.kinds) for one in wanted("Xã Mát")] == [("mat", ("commune",)), ("xa mat", ())]
    assert [one.folded for one in wanted("Xuân")] == ["xuan"]  # no title without a dot or a blank
    assert [one.folded for one in wanted("phường ")] == ["phuong"]


@pytest.mark.parametrize("text", ["", "  ", ",", ", Long An"])
def test_no_name_asks_for_nothing(text: str) -> None:
    assert wanted(text) == []


def best(text: str, candidate: Candidate) -> tuple[bool, bool, bool] | None:
    scores = [found for one in wanted(text) if (found := score(one, candidate))]
    return max(scores) if scores else None


HOA_THANH = Candidate("Hoà Thành", "ward", ("tay ninh",), in_force=True)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hoà Thành", (True, True, True)),
        ("phường Hòa Thành", (True, True, True)),  # the tone's place does not matter
        ("P. Hoà Thành", (True, True, True)),
        ("hoa thanh", (True, False, True)),
        ("Hoá Thành", (True, False, True)),
        ("Hoà T", (True, True, False)),
        ("hoa t", (True, False, False)),
        ("Hoà Thành, Tây Ninh", (True, True, True)),
        ("Hoà Thành, Long An", None),
        ("xã Hoà Thành", None),
        ("Thành", None),
        ("Hoà Thành Một", None),
    ],
)
def test_how_well_a_unit_answers(text: str, expected: tuple | None) -> None:
    assert best(text, HOA_THANH) == expected


@given(st.text(max_size=30), st.text(max_size=20), st.sampled_from(sorted(rules.LEVELS)), st.booleans())
def test_any_text_is_answered(text: str, name: str, kind: str, in_force: bool) -> None:  # noqa: FBT001
    found = best(text, Candidate(name, kind, (), in_force))
    assert found is None or found[0] is in_force


@given(
    st.sampled_from(["Tân Ninh", "Đức Hoà", "Xuân An", "Phước Vĩnh Tây", "Tầm Vu"]),
    st.sampled_from(sorted(rules.LEVELS)),
)
def test_a_name_finds_itself_with_and_without_its_marks(name: str, kind: str) -> None:
    from vamco.lib.text import fold

    candidate = Candidate(name, kind, (), in_force=True)
    assert best(name, candidate) == (True, True, True)
    assert best(fold(name), candidate) == (True, fold(name) == name.lower(), True)
    assert best(name.upper(), candidate) == (True, True, True)
