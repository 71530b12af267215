"""Following: lost and found again, crossing, gaps, scores against made-up truth and against `trackers`."""

from __future__ import annotations

import pytest

from vamco.engines.vision.contracts import Box, Detection, Kind
from vamco.engines.vision.scoring import score
from vamco.engines.vision.swapping import Crossing, Crossings, swapped
from vamco.engines.vision.tests.made_up import detections, traffic
from vamco.engines.vision.tracking import Following, Tracked, Tracker


def car(x: float, y: float = 100, *, size: float = 60, score: float = 0.8, kind: Kind = Kind.CAR) -> Detection:
    return Detection(kind, Box(x, y, x + size, y + size), score)


def follow(pictures: list[list[Detection]]) -> list[dict[int, Box]]:
    tracker = Tracker()
    return [{one.number: one.box for one in tracker.update(i, found) if one.seen} for i, found in enumerate(pictures)]


def test_one_thing_keeps_its_number_through_a_gap() -> None:
    pictures = [[car(10 * i)] if not 12 <= i < 22 else [] for i in range(40)]
    followed = follow(pictures)
    assert {number for one in followed for number in one} == {1}
    assert len(followed[39]) == 1
    assert followed[15] == {}


def test_a_number_comes_with_the_second_sighting_and_not_of_a_single_false_alarm() -> None:
    assert follow([[car(0)], []]) == [{}, {}]
    assert [list(one) for one in follow([[car(0)], [car(5)]])] == [[], [1]]


def test_a_doubtful_detection_goes_on_with_a_track_but_begins_none() -> None:
    assert follow([[car(0, score=0.3)], [car(0, score=0.3)], [car(0, score=0.3)]]) == [{}, {}, {}]
    followed = follow([[car(0)], [car(4)], *[[car(4 * i, score=0.25)] for i in range(2, 8)]])
    assert all(list(one) == [1] for one in followed[1:])


def test_two_that_cross_keep_their_numbers() -> None:
    pictures = [[car(12 * i, 100 + 2 * i), car(600 - 12 * i, 200 - 2 * i)] for i in range(50)]
    followed = follow(pictures)
    assert {number for one in followed for number in one} == {1, 2}
    left = next(number for number, box in followed[1].items() if box.x0 < 300)
    assert followed[-1][left].x0 > 400


def test_pictures_that_were_dropped_count_as_time() -> None:
    tracker = Tracker()
    for number in (0, 1, 2, 3, 4, 5, 12, 13):
        tracks = tracker.update(number, [car(20 * number)])
    assert [one.number for one in tracks] == [1]


def test_between_two_looks_the_place_is_expected() -> None:
    tracker = Tracker()
    for number in range(0, 30, 3):
        tracker.update(number, [car(6 * number)])
    (expected,) = tracker.expect(28)
    assert expected.box.x0 == pytest.approx(168, abs=3)
    assert not expected.seen


def test_the_kind_is_what_it_was_taken_for_most() -> None:
    tracker = Tracker()
    for number in range(9):
        (*_rest,) = tracker.update(number, [car(4 * number, kind=Kind.TRUCK if number == 4 else Kind.CAR)])
    assert [one.kind for one in tracker.expect(9)] == [Kind.CAR]


def test_what_is_gone_ends_once_and_false_alarms_never_end() -> None:
    tracker = Tracker(Following(patience=5))
    tracker.update(0, [car(0), car(500)])
    tracker.update(1, [car(5)])
    assert tracker.ended() == []
    tracker.update(7, [])
    assert tracker.ended() == [1]
    assert tracker.end() == []


def test_perfect_tracks_score_one_and_swapped_ones_less() -> None:
    truth = [{1: Box(i, 0, i + 10, 10), 2: Box(i, 50, i + 10, 60)} for i in range(20)]
    assert score(truth, truth).hota == pytest.approx(1)
    assert score(truth, truth).idf1 == 1
    swap = [{1: one[1], 2: one[2]} if i < 10 else {1: one[2], 2: one[1]} for i, one in enumerate(truth)]
    scores = score(truth, swap)
    assert scores.found == pytest.approx(1)
    assert scores.followed == pytest.approx(1 / 3)  # each pair shares 10 of 30
    assert scores.idf1 == pytest.approx(0.5)
    half = score(truth, [{1: one[1]} for one in truth])
    assert half.found == pytest.approx(0.5)
    assert half.idf1 == pytest.approx(2 / 3)


@pytest.fixture(scope="module")
def busy() -> tuple[list[dict[int, Box]], list[list[Detection]]]:
    truth, kinds = traffic(21, 150, 24)
    return truth, detections(truth, kinds, 21)


def test_busy_traffic_is_followed_as_well_as_it_was(busy: tuple[list[dict[int, Box]], list[list[Detection]]]) -> None:
    truth, found = busy
    scores = score(truth, follow(found))
    assert scores.hota > 0.75
    assert scores.idf1 > 0.85


def test_trackers_bytetrack_is_not_better(busy: tuple[list[dict[int, Box]], list[list[Detection]]]) -> None:
    pytest.importorskip("trackers", reason="trackers belongs to the group bench")
    from vamco.engines.vision.tests.oracle import bytetrack

    truth, found = busy
    ours, theirs = score(truth, follow(found)), score(truth, bytetrack(found))
    assert ours.hota >= theirs.hota
    assert ours.idf1 >= theirs.idf1


def tracked(number: int, *box: float) -> Tracked:
    return Tracked(number, Kind.CAR, Box(*box), 0.8, seen=True)


def test_tracks_that_overlap_long_enough_have_crossed() -> None:
    crossings, parted = Crossings(), []
    for picture in range(20):
        near = 5 <= picture < 13
        crossings.note(
            picture, [tracked(11, 0, 0, 100, 100), tracked(12, 20 if near else 300, 0, 120 if near else 400, 100)]
        )
        parted += [(picture, number) for number in sorted(crossings.parted(picture))]
    assert parted == [(14, 11), (14, 12)]
    assert crossings.of(11) == crossings.of(12) == [Crossing(11, 12, 5, 12)]
    assert crossings.of(13) == []
    crossings.forget([11])
    assert crossings.of(12) == [Crossing(11, 12, 5, 12)], "the other one is still there"
    crossings.forget([11, 12])
    assert crossings.of(12) == []


def test_a_plate_on_the_other_track_after_the_crossing_is_a_swap() -> None:
    crossing = Crossing(11, 12, 50, 57)  # TC-04: 8 frames
    assert swapped(crossing, [(20, "70A33333")], [(80, "70A33333")])
    assert swapped(crossing, [(20, "70A33333"), (80, "62C11111")], [])
    assert not swapped(crossing, [(20, "70A33333"), (80, "70A33333")], [(20, "62C11111"), (80, "62C11111")])
    assert not swapped(crossing, [(20, "70A33333"), (80, "70A33338")], []), "one character may be misread"
    assert not swapped(crossing, [(20, "70A33333")], [])
