"""Perfect tracks give perfect findings, and what must not be one is none."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vamco.engines.vision import contracts as vision
from vamco.systems.traffic.contracts import ActCode, SignChange
from vamco.systems.traffic.rules import speeds
from vamco.systems.traffic.rules.judging import findings
from vamco.systems.traffic.tests import made, roads

if TYPE_CHECKING:
    from vamco.systems.traffic.contracts import Finding

CAR, BIKE, TRUCK = vision.Kind.CAR, vision.Kind.MOTORBIKE, vision.Kind.TRUCK


def acts(found: tuple[Finding, ...]) -> list[tuple[str, str]]:
    return [(each.act.value, each.outcome) for each in found]


# ── light and line ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_who_goes_over_the_line_at_red_and_on_is_found_at_the_moment_of_the_line() -> None:
    (found,) = findings(roads.track(roads.up(), 7), roads.scene((-20, "green"), (1, "yellow"), (2, "red")))
    assert (found.act, found.outcome, found.held) == (ActCode.RED_LIGHT, "propose", ())
    assert abs((found.at - roads.START).total_seconds() - 4.0) < 0.01
    assert found.measured["red_for_s"] == 2.0
    assert found.frames[0] < found.frames[1] <= 41


@given(crossed=st.floats(1.0, 7.0), red=st.floats(-3.0, 12.0), speed=st.floats(60.0, 300.0))
def test_red_is_found_exactly_when_the_line_was_crossed_after_the_grace(
    crossed: float, red: float, speed: float
) -> None:
    went = roads.track(roads.up(begin=500 + speed * crossed, speed=speed), crossed + 2)
    found = findings(went, roads.scene((-30, "green"), (red - 3, "yellow"), (red, "red")))
    into = crossed - red
    if abs(into - 1.0) < 0.01 or abs(into) < 0.01:
        return  # at the moment itself a rounding decides
    assert acts(found) == ([("red_light", "propose")] if into >= 1.0 else [])


def test_whoever_was_past_the_line_when_it_turned_may_go_on() -> None:
    assert findings(roads.track(roads.up(begin=480), 6), roads.scene((-30, "yellow"), (0.5, "red"))) == ()


def test_at_yellow_at_green_and_where_nobody_knows_the_light_nothing_is_found() -> None:
    went = roads.track(roads.up(), 7)
    for changes in ([(-9, "yellow")], [(-9, "green")], [(-9, "unknown")], [], [(-9, "red"), (3, "unknown")]):
        assert findings(went, roads.scene(*changes)) == ()


def test_who_stops_on_the_line_crossed_the_line_only_and_who_stops_before_it_did_nothing() -> None:
    red = roads.scene((-9, "red"))
    assert acts(findings(roads.track(roads.up(end=470), 7), red)) == [("stop_line", "propose")]
    assert findings(roads.track(roads.up(end=505), 7), red) == ()
    assert findings(roads.track(roads.up(end=498), 7), red) == ()  # within the tolerance of four pixels


def stands(until: float, at: float = 470.0) -> roads.Way:
    """Up over the line, standing beyond it until a moment, then on."""
    return lambda t: (400.0, max(at, 900 - 100 * t) if t <= until else at - 100 * (t - until))


def test_who_stands_over_the_line_at_red_and_goes_on_at_green_crossed_the_line_only() -> None:
    lights = ((-9, "red"), (7.5, "green"))
    (found,) = findings(roads.track(stands(8.0), 12), roads.scene(*lights))
    assert (found.act, found.outcome, found.measured["beyond_px"]) == (ActCode.STOP_LINE, "propose", 30.0)
    assert max(found.frames) <= 75  # the pictures are those of red
    assert findings(roads.track(stands(8.0, 498.0), 12), roads.scene(*lights)) == ()


@given(waits=st.floats(4.5, 9.0), green=st.floats(4.6, 14.0))
def test_red_light_is_who_is_in_the_junction_before_the_light_changes(waits: float, green: float) -> None:
    entered = waits + 0.3  # 30 pixels beyond the line where it stood, 60 (its own size) are the junction
    if abs(green - entered) < 0.15:
        return  # between two sightings
    found = findings(roads.track(stands(waits), 15), roads.scene((-9, "red"), (green, "green"), (green + 3, "yellow")))
    assert acts(found) == [("red_light" if entered < green else "stop_line", "propose")]


def test_another_signals_green_does_not_end_this_red() -> None:
    red = roads.scene((-9, "red"))
    other = vision.LightChange("D2", roads.START + dt.timedelta(seconds=5), vision.Light.GREEN)
    found = findings(roads.track(stands(6.0), 9), replace(red, lights=(*red.lights, other)))
    assert acts(found) == [("red_light", "propose")]


def test_another_lines_end_or_another_signal_is_not_this_one() -> None:
    beside = roads.track(roads.up(x=715.0), 7)
    assert findings(beside, roads.scene((-9, "red"))) == ()
    other = roads.scene()
    other = replace(other, lights=(vision.LightChange("D2", roads.START, vision.Light.RED),))
    assert findings(roads.track(roads.up(), 7), other) == ()


def test_a_gap_at_the_line_is_for_a_person() -> None:
    went = roads.track(roads.up(), 7)
    path = tuple(step for step in went.path if not 3.5 < (step.at - roads.START).total_seconds() < 4.5)
    (found,) = findings(replace(went, path=path), roads.scene((-9, "red")))
    assert (found.outcome, found.held) == ("person", ("gap",))


# ── lanes and zones ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_against_the_way_and_in_a_lane_of_others() -> None:
    down = roads.track(lambda t: (400.0, 100 + 100 * t), 5, BIKE)
    assert acts(findings(down, roads.scene())) == [("wrong_way", "propose")]
    assert acts(findings(roads.track(roads.up(x=600.0), 5), roads.scene())) == [("wrong_lane", "propose")]
    assert findings(roads.track(roads.up(x=600.0), 5, BIKE), roads.scene()) == ()
    assert findings(roads.track(roads.up(), 5), roads.scene()) == ()


def test_a_short_swerve_into_the_other_lane_is_nothing() -> None:
    swerve = roads.track(lambda t: (520.0 if 2 < t < 2.6 else 480.0, 900 - 100 * t), 5)
    assert findings(swerve, roads.scene()) == ()


def test_zones_find_whom_they_are_for() -> None:
    assert acts(findings(roads.track(roads.up(x=100.0), 3, BIKE), roads.scene())) == [("pavement", "propose")]
    assert acts(findings(roads.track(roads.up(x=250.0), 3, TRUCK), roads.scene())) == [("forbidden_vehicle", "propose")]
    assert findings(roads.track(roads.up(x=250.0), 3, CAR), roads.scene()) == ()


@pytest.mark.parametrize(("stands", "found"), [(59.0, []), (61.0, [("illegal_stop", "propose")])])
def test_a_stop_counts_from_a_minute_on(stands: float, found: list[tuple[str, str]]) -> None:
    def where(t: float) -> tuple[float, float]:
        return 850.0, 900 - 100 * t if t < 3 else 600 if t < 3 + stands - 0.65 else 600 - 100 * (t - 3 - stands + 0.65)

    assert acts(findings(roads.track(where, stands + 6), roads.scene())) == found


# ── speed ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def fast(kmh: float, within: float = 2.0, second: float | None = None, at: float = 0.0) -> vision.Passage:
    went = roads.track(roads.up(), 5)
    moved = dt.timedelta(seconds=at)
    path = tuple(
        replace(step, at=step.at + moved, ground=(0.0, (second or kmh) / 3.6 * (step.at - roads.START).total_seconds()))
        for step in went.path
    )
    return replace(went, path=path, first_at=path[0].at, speed=vision.Speed(kmh, within))


@pytest.mark.parametrize(
    ("kmh", "act"),
    [
        (66.9, None),
        (67.0, "speed_5"),
        (71.9, "speed_5"),
        (72.0, "speed_10"),
        (82.0, "speed_10"),
        (82.1, "speed_20"),
        (97.0, "speed_20"),
        (97.1, "speed_35"),
    ],
)
def test_the_lower_end_of_the_interval_decides_the_band(kmh: float, act: str | None) -> None:
    assert acts(findings(fast(kmh), roads.scene())) == ([(act, "propose")] if act else [])


@given(kmh=st.floats(20, 160), within=st.floats(0, 30))
def test_no_speed_is_found_whose_lower_end_is_less_than_five_above_the_limit(kmh: float, within: float) -> None:
    found = findings(fast(kmh, within), roads.scene())
    assert bool(found) == (kmh - within - 60 >= 5)


def test_a_second_measure_that_disagrees_makes_no_case_but_a_fault() -> None:
    (found,) = findings(fast(86.0, second=42.0), roads.scene())
    assert (found.outcome, "speed_disagrees" in found.held) == ("none", True)
    radar = roads.scene(second=vision.Speed(42.0, 1.0))
    assert acts(findings(fast(86.0), radar)) == [("speed_20", "none")]
    without = replace(fast(86.0), path=roads.track(roads.up(), 5).path)
    assert [each.outcome for each in findings(without, roads.scene())] == ["none"]
    assert [each.outcome for each in findings(fast(86.0), roads.scene(speed_fault=True))] == ["none"]


def test_after_a_sign_changed_the_higher_limit_counts_for_the_grace() -> None:
    signs = (SignChange(roads.START - dt.timedelta(hours=1), 80), SignChange(roads.START, 60))
    assert findings(fast(77.0, at=6), roads.scene(signs=signs)) == ()
    (found,) = findings(fast(77.0, at=20), roads.scene(signs=signs))
    assert (found.act, found.measured["limit"]) == (ActCode.SPEED_10, 60)


@given(st.lists(st.tuples(st.floats(-60, 0), st.sampled_from([50, 60, 80])), max_size=6))
def test_the_limit_is_never_below_what_any_sign_showed_within_the_grace(changes: list[tuple[float, int]]) -> None:
    signs = [SignChange(roads.START + dt.timedelta(seconds=after), limit) for after, limit in changes]
    found = speeds.limit_at(roads.START, 50, signs, 15)
    assert found is not None
    assert all(found >= limit for after, limit in changes if after > -15)


# ── doubts ───────────────────────────────────────────────────────────────────────────────────────────────────────────

RED = roads.scene((-9, "red"))


@pytest.mark.parametrize(
    ("more", "held"),
    [
        ({"doubt": frozenset({"swapped"})}, "swapped"),  # TC-04
        ({"doubt": frozenset({"clock"})}, "clock"),  # TC-02
        ({"doubt": frozenset({"shed"})}, "shed"),
        ({"doubt": frozenset({"priority"})}, "priority"),  # an ambulance, a fire engine: a person decides
        ({"doubt": frozenset({"carried"})}, "carried"),  # a motorbike on a lorry
        ({"plate": None}, "no_plate"),
        ({"plate": made.plate("12345", complete=False)}, "incomplete"),  # TC-06
        ({"plate": made.plate(weakest=0.41)}, "weak_character"),  # TC-08
        ({"second": made.plate("70A12346")}, "readers_disagree"),
    ],
)
def test_a_doubt_sends_it_to_a_person_with_its_reason(more: dict[str, object], held: str) -> None:
    (found,) = findings(roads.track(roads.up(), 7, **more), RED)
    assert (found.outcome, found.held) == ("person", (held,))


def test_a_camera_in_doubt_finds_nothing() -> None:
    assert findings(roads.track(roads.up(), 7), replace(RED, in_doubt=True)) == ()


def test_walkers_and_bicycles_are_no_motor_vehicles() -> None:
    for kind in (vision.Kind.PERSON, vision.Kind.BICYCLE):
        assert findings(roads.track(roads.up(), 7, kind), RED) == ()


def test_a_missing_helmet_is_a_remark_and_never_a_case() -> None:
    bare = frozenset({"no_helmet_seen"})
    assert acts(findings(roads.track(roads.up(), 5, BIKE, doubt=bare), roads.scene())) == [("no_helmet", "none")]
    found = findings(roads.track(roads.up(), 7, BIKE, doubt=bare), RED)
    assert sorted(acts(found)) == [("no_helmet", "none"), ("red_light", "propose")]
    assert all(each.measured["no_helmet_seen"] for each in found)


def test_what_no_rule_of_the_day_covers_is_not_found() -> None:
    rules = {code: rule for code, rule in roads.RULES.items() if code is not ActCode.RED_LIGHT}
    assert findings(roads.track(roads.up(), 7), replace(RED, rules=rules)) == ()
