from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vamco.systems.identity.contracts import Device
from vamco.systems.identity.rules import waiting as rules
from vamco.systems.identity.rules.waiting import Failures, Wait

COUNTS = st.integers(0, 2000)
FAILURES = st.builds(
    Failures,
    name_here=COUNTS,
    name=COUNTS,
    network=COUNTS,
    everywhere=COUNTS,
    network_just_now=COUNTS,
    everywhere_just_now=COUNTS,
)


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (Failures(), Wait.NOT),
        (Failures(name_here=4, name=4), Wait.NOT),
        (Failures(name_here=5, name=5), Wait.WINDOW),
        (Failures(name_here=0, name=20), Wait.NOT),
        (Failures(name_here=1, name=20), Wait.WINDOW),
        (Failures(name_here=0, name=100), Wait.WINDOW),
        (Failures(network=99, network_just_now=9), Wait.NOT),
        (Failures(network=100, network_just_now=1), Wait.MOMENT),
        (Failures(network=100, network_just_now=0), Wait.NOT),
        (Failures(everywhere=1000, everywhere_just_now=9), Wait.NOT),
        (Failures(everywhere=1000, everywhere_just_now=10), Wait.MOMENT),
        (Failures(name_here=5, network=100, network_just_now=1), Wait.WINDOW),
    ],
)
def test_failures_close_the_door_to_strangers(found: Failures, expected: Wait) -> None:
    assert rules.stranger_waits(found) is expected


@given(found=FAILURES, more=st.sampled_from(["name_here", "name", "network", "everywhere"]))
def test_more_failures_never_open_it(found: Failures, more: str) -> None:
    worse = replace(found, **{more: getattr(found, more) + 1})
    if rules.stranger_waits(found) is not Wait.NOT:
        assert rules.stranger_waits(worse) is not Wait.NOT


@given(found=FAILURES)
def test_other_names_never_close_it_for_longer_than_a_moment(found: Failures) -> None:
    alone = replace(found, name_here=0, name=0)
    assert rules.stranger_waits(alone) is not Wait.WINDOW


@pytest.mark.parametrize(("failures", "expected"), [(0, Wait.NOT), (9, Wait.NOT), (10, Wait.WINDOW)])
def test_a_known_device_counts_for_itself(failures: int, expected: Wait) -> None:
    assert rules.known_device_waits(failures) is expected


def test_a_device_knows_the_last_ten_names() -> None:
    device = Device()
    for n in range(11):
        device = device.with_name(f"n{n}")
    device = device.with_name("n1")
    assert [n for n in range(11) if device.knows(f"n{n}")] == list(range(1, 11))
    assert len(device.marks) == 10
    assert not Device(code="khac", marks=device.marks).knows("n1")
