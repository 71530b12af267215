from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vamco.systems.identity import rules


@pytest.mark.parametrize(
    ("of_name", "of_address", "expected"),
    [(0, 0, False), (4, 49, False), (5, 0, True), (0, 50, True), (4, 50, True), (6, 51, True)],
)
def test_failures_close_the_door(of_name: int, of_address: int, expected: bool) -> None:  # noqa: FBT001
    assert rules.must_wait(of_name, of_address) is expected


@given(of_name=st.integers(0, 100), of_address=st.integers(0, 100))
def test_more_failures_never_open_it(of_name: int, of_address: int) -> None:
    if rules.must_wait(of_name, of_address):
        assert rules.must_wait(of_name + 1, of_address)
        assert rules.must_wait(of_name, of_address + 1)
