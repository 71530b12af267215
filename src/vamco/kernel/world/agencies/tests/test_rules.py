from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vamco.kernel.world.agencies import rules

group = st.from_regex(r"[0-9]{2}", fullmatch=True)


@pytest.mark.parametrize(
    ("code", "scheme"),
    [
        ("000.00.13.H53", rules.OLD),
        ("000.21.32.H53", rules.OLD),
        ("H53", rules.NEW),
        ("H53.13", rules.NEW),
        ("H37.DN.001", rules.NEW),
        ("H53." + "A" * 31, rules.NEW),
        ("H53." + "A" * 32, None),
        ("000.00.13.53", None),
        ("00.00.13.H53", None),
        ("000.00.13.H53.", None),
        ("13.H53", None),
        ("H53..13", None),
        ("h53", None),
        ("٠٠٠.00.13.H53", None),
        ("", None),
    ],
)
def test_the_shape_tells_the_scheme(code: str, scheme: str | None) -> None:
    assert rules.scheme_of(code) == scheme


@pytest.mark.parametrize(
    ("old", "new"), [("000.00.13.H53", "H53.13"), ("000.21.32.H53", "H53.32.21"), ("000.00.00.H53", "H53")]
)
def test_the_groups_turned_round(old: str, new: str) -> None:
    assert rules.root_first(old) == new


@given(group, group, st.from_regex(r"[A-Z][0-9]{2}", fullmatch=True))
def test_what_is_proposed_has_the_shape_of_the_new_scheme(second: str, third: str, root: str) -> None:
    proposal = rules.root_first(f"000.{third}.{second}.{root}")
    assert rules.scheme_of(proposal) == rules.NEW
    assert proposal.split(".")[0] == root


@given(st.text(max_size=40))
def test_any_text_is_written_once(text: str) -> None:
    assert rules.written(rules.written(text)) == rules.written(text)


def test_blanks_and_case_do_not_matter() -> None:
    assert rules.written(" h53 .13\n") == "H53.13"
