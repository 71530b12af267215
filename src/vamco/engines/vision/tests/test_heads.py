"""Decoding: distances from distributions, overlaps, which boxes stay; riders and loads."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vamco.engines.vision import heads
from vamco.engines.vision.belonging import vehicles, with_riders, without_carried
from vamco.engines.vision.contracts import Box, Detection, Kind
from vamco.engines.vision.detectors import NANODET, Description, OnnxDetector, parts


def found(kind: Kind, *box: float, score: float = 0.7) -> Detection:
    return Detection(kind, Box(*box), score)


def test_a_distance_is_the_mean_of_its_distribution() -> None:
    logits = np.full((1, 44), -30.0, np.float32)
    for side, distance in enumerate((2, 3, 4, 5)):
        logits[0, side * 11 + distance] = 10
    logits[0, 2] = logits[0, 3] = 10  # left: half 2, half 3
    assert heads.distances(logits, 8)[0] == pytest.approx([20, 24, 32, 40], abs=1e-3)
    assert heads.distances(np.zeros((0, 44), np.float32), 8).shape == (0, 4)


def test_cells_are_looked_at_in_their_middle_row_by_row() -> None:
    assert heads.centres(16, 24, 8).tolist() == [[4, 4], [12, 4], [20, 4], [4, 12], [12, 12], [20, 12]]


def test_only_the_best_of_overlapping_boxes_of_a_group_stays() -> None:
    boxes = np.array([[0, 0, 10, 10], [1, 0, 11, 10], [0, 0, 10, 10], [40, 0, 50, 10]], np.float32)
    scores = np.array([0.6, 0.9, 0.5, 0.4], np.float32)
    assert heads.best(boxes, scores, np.array([0, 0, 1, 0]), 0.6).tolist() == [1, 2, 3]


def test_a_box_cut_by_a_tile_goes_with_the_whole_one() -> None:
    boxes = np.array([[0, 0, 100, 100], [0, 60, 100, 100]], np.float32)
    scores, groups = np.array([0.9, 0.8], np.float32), np.array([0, 0])
    assert heads.best(boxes, scores, groups, 0.6).tolist() == [0, 1]
    assert heads.best(boxes, scores, groups, 0.6, inside=0.75).tolist() == [0]


@given(st.lists(st.tuples(*[st.floats(0, 500)] * 2, *[st.floats(1, 200)] * 2, st.floats(0.1, 1)), max_size=12))
def test_what_stays_does_not_overlap_and_nothing_free_is_lost(raw: list[tuple[float, ...]]) -> None:
    boxes = np.array([[x, y, x + w, y + h] for x, y, w, h, _ in raw], np.float64).reshape(-1, 4)
    scores, groups = np.array([one[4] for one in raw]), np.zeros(len(raw), np.intp)
    kept = heads.best(boxes, scores, groups, 0.5)
    overlap = heads.overlaps(boxes, boxes)
    for place, one in enumerate(kept):
        assert all(overlap[one, other] <= 0.5 for other in kept[:place])
    for gone in set(range(len(raw))) - set(kept.tolist()):
        assert any(overlap[gone, one] > 0.5 and scores[one] >= scores[gone] for one in kept)


def test_riders_belong_to_their_motorbike_and_walkers_do_not() -> None:
    bike = found(Kind.MOTORBIKE, 100, 150, 160, 250, score=0.4)
    rider, pillion = found(Kind.PERSON, 105, 90, 155, 220), found(Kind.PERSON, 110, 100, 158, 210)
    walker, beside = found(Kind.PERSON, 300, 90, 340, 240), found(Kind.PERSON, 165, 100, 205, 260)
    joined = with_riders([bike, rider, pillion, walker, beside])
    assert joined == [Detection(Kind.MOTORBIKE, Box(100, 90, 160, 250), 0.7), walker, beside]


def test_who_walks_in_front_of_a_bicycle_is_no_rider() -> None:
    both = [found(Kind.BICYCLE, 100, 150, 180, 250), found(Kind.PERSON, 110, 130, 170, 290)]
    assert with_riders(both) == both


def test_a_motorbike_on_a_lorry_is_no_vehicle_and_one_before_it_is() -> None:
    lorry = found(Kind.TRUCK, 0, 0, 200, 200)
    load, ahead = found(Kind.MOTORBIKE, 80, 60, 120, 120), found(Kind.MOTORBIKE, 80, 100, 120, 195)
    assert without_carried([lorry, load]) == [lorry]
    assert without_carried([lorry, ahead]) == [lorry, ahead]


def test_a_faint_motorbike_counts_only_with_its_rider() -> None:
    faint = found(Kind.MOTORBIKE, 100, 150, 160, 250, score=0.2)
    assert vehicles([faint], 0.3) == []
    (ridden,) = vehicles([faint, found(Kind.PERSON, 105, 90, 155, 220)], 0.3)
    assert (ridden.kind, ridden.score) == (Kind.MOTORBIKE, 0.7)


def test_a_motorbike_seen_with_and_without_its_rider_is_one() -> None:
    whole, lower = found(Kind.MOTORBIKE, 100, 50, 160, 250), found(Kind.MOTORBIKE, 102, 150, 158, 262, score=0.5)
    assert vehicles([whole, lower]) == [Detection(Kind.MOTORBIKE, Box(100, 50, 160, 262), 0.7)]


def test_tiles_overlap_and_cover_the_picture() -> None:
    assert parts(1600, 1200, (1, 1)) == [(0, 0, 1600, 1200)]
    whole, *tiles = parts(1600, 1200, (2, 2))
    assert whole == (0, 0, 1600, 1200)
    assert tiles == [(0, 0, 851, 638), (749, 0, 1600, 638), (0, 562, 851, 1200), (749, 562, 1600, 1200)]


def test_the_description_says_what_the_network_needs() -> None:
    nanodet = Description.read(NANODET)
    assert nanodet.kinds[3] is Kind.MOTORBIKE
    assert [head.stride for head in nanodet.heads] == [8, 16, 32]
    assert nanodet.least[Kind.MOTORBIKE] < nanodet.unridden


def outputs(*seen: tuple[int, int, float]) -> dict[str, heads.Floats]:
    """Heads of stride 8 with boxes of 64 × 64 pixels at cells, of a class and score."""
    made = {"Identity": np.zeros((1, 2704, 80), np.float32), "Identity_3": np.full((1, 2704, 44), -20, np.float32)}
    for number, cells in ((1, 676), (2, 169)):
        made[f"Identity_{number}"] = np.zeros((1, cells, 80), np.float32)
        made[f"Identity_{number + 3}"] = np.zeros((1, cells, 44), np.float32)
    for cell, kind, score in seen:
        made["Identity"][0, cell, kind] = score
        made["Identity_3"][0, cell].reshape(4, 11)[:, 4] = 20
    return made


def test_boxes_come_back_in_pixels_of_the_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[heads.Floats] = []
    made = outputs((52 * 10 + 10, 2, 0.9), (52 * 10 + 11, 2, 0.7), (0, 7, 0.1))

    def run(prepared: heads.Floats) -> dict[str, heads.Floats]:
        given.append(prepared)
        return made

    monkeypatch.setattr("vamco.engines.vision.detectors.runner", lambda *_: run)
    detector = OnnxDetector(NANODET, Description.read(NANODET))
    (car,) = detector.detect(np.full((624, 832, 3), (103, 116, 124), np.uint8))
    assert car.kind is Kind.CAR
    assert car.score == pytest.approx(0.9)
    assert list(car.box) == pytest.approx([104, 104, 232, 232], abs=0.1)  # twice the network's 52 … 116
    assert given[0].shape == (1, 3, 416, 416)
    assert np.abs(given[0]).max() < 0.02, "the mean colour is nothing, below the picture, too"


def test_a_size_that_the_network_cannot_take_is_refused() -> None:
    with pytest.raises(ValueError, match="multiple of 32"):
        OnnxDetector(NANODET, Description.read(NANODET), size=(400, 300))


def test_a_car_higher_than_wide_is_a_motorbike_unless_the_edge_cuts_it() -> None:
    (narrow,) = vehicles([found(Kind.CAR, 100, 100, 140, 180)], width=1000)
    assert narrow.kind is Kind.MOTORBIKE
    (cut,) = vehicles([found(Kind.CAR, 0, 100, 40, 180)], width=1000)
    (other,) = vehicles([found(Kind.CAR, 960, 100, 1000, 180)], width=1000)
    assert cut.kind is other.kind is Kind.CAR


def test_a_car_and_a_motorbike_in_one_place_are_the_surer_one() -> None:
    car, bike = found(Kind.CAR, 0, 0, 100, 100), found(Kind.MOTORBIKE, 2, 0, 100, 100, score=0.5)
    assert vehicles([car, bike]) == [car]
    ridden, lower = found(Kind.MOTORBIKE, 0, 0, 60, 150), found(Kind.CAR, 0, 90, 60, 150, score=0.9)
    assert vehicles([ridden, lower]) == [ridden]
