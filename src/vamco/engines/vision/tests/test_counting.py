"""Counts through lanes and in a hall, made up; nothing where the camera was in doubt."""

from __future__ import annotations

import datetime as dt

from vamco.engines.vision.contracts import Box, Kind, Lane, Zone
from vamco.engines.vision.counting import HallCounter, LaneCounter
from vamco.engines.vision.tracking import Tracked

START = dt.datetime(2026, 11, 30, tzinfo=dt.UTC)
LANE = Lane("L1", ((0, 0), (100, 0), (100, 400), (0, 400)), ((50, 0), (50, 400)))


def at(seconds: float) -> dt.datetime:
    return START + dt.timedelta(seconds=seconds)


def stand(number: int, x: float, foot: float, kind: Kind = Kind.CAR, *, seen: bool = True) -> Tracked:
    return Tracked(number, kind, Box(x - 20, foot - 40, x + 20, foot), 0.8, seen)


def test_vehicles_are_counted_once_in_their_direction() -> None:
    counter = LaneCounter([LANE])
    for i in range(11):
        tracks = [
            stand(1, 50, 40 * i),
            stand(2, 60, 400 - 40 * i, Kind.MOTORBIKE),
            stand(3, 250, 40 * i),  # beside the lane
            stand(4, 40, 40 * i, Kind.PERSON),
        ]
        counter.take(at(i), tracks)
    (count,) = counter.counts(at(60))
    assert count.passed == {Kind.CAR: 1}
    assert count.against == {Kind.MOTORBIKE: 1}
    assert count.looks == 11
    assert count.occupied is not None
    assert 0 < count.occupied < 0.5
    assert count.queue == 0
    (empty,) = counter.counts(at(120))
    assert (empty.passed, empty.looks) == (None, 0), "nobody looked: that is not 0"


def test_who_stands_on_the_middle_is_counted_when_it_goes_on_not_before() -> None:
    counter = LaneCounter([LANE])
    for i in range(20):
        counter.take(at(i), [stand(1, 50, 195 + (i % 2), Kind.CAR), stand(2, 50, 150, Kind.CAR)])
    assert counter.standing == {"L1": 2}
    (count,) = counter.counts(at(20))
    assert count.passed == {}
    assert count.queue == 2


def test_an_expected_vehicle_is_not_counted() -> None:
    counter = LaneCounter([LANE])
    for i in range(11):
        counter.take(at(i), [stand(1, 50, 40 * i, seen=False)])
    assert counter.counts(at(60))[0].passed == {}


def test_a_camera_in_doubt_has_no_numbers() -> None:
    counter = LaneCounter([LANE])
    for i in range(11):
        counter.take(at(i), [stand(1, 50, 40 * i)])
    (count,) = counter.counts(at(60), believed=False)
    assert (count.passed, count.occupied, count.queue) == (None, None, None)


HALL = [
    Zone("W", ((0, 0), (100, 0), (100, 100), (0, 100)), "waiting"),
    Zone("C1", ((200, 0), (240, 0), (240, 100), (200, 100)), "counter"),
    Zone("S1", ((200, 200), (240, 200), (240, 300), (200, 300)), "staff"),
    Zone("S2", ((300, 200), (340, 200), (340, 300), (300, 300)), "staff"),
]


def test_a_hall_is_counted_by_its_zones() -> None:
    counter = HallCounter(HALL)
    for second in range(60):
        people = [stand(9, 220, 270, Kind.PERSON)]  # the clerk
        if second < 30:
            people += [stand(1, 50, 50, Kind.PERSON), stand(2, 70, 60, Kind.PERSON)]
        elif second < 40:
            people.append(stand(1, 220, 60, Kind.PERSON))
        if second % 4 == 0:
            people.append(stand(8, 320, 270, Kind.PERSON))  # somebody passes the second counter
        people.append(stand(5, 50, 50, Kind.CAR))
        counter.take(at(second), people)
    count = counter.counts(at(60))
    assert (count.waiting, count.most_waiting) == (1.0, 2)
    assert count.staffed == 1
    assert count.served == 1
    assert count.waited_s == 29
    assert counter.counts(at(120)).waiting is None
