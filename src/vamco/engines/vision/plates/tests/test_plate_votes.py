"""One plate for a track, gates, measures, lines: everything that needs no network."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vamco.engines.vision.contracts import Box, Colour, Detection, Kind, PlateRead
from vamco.engines.vision.plates.detector import PlateSight, cut, peaks
from vamco.engines.vision.plates.measuring import Judged, corrected, exact_share, kept_share
from vamco.engines.vision.plates.vote import Gates, agreeing_reads, passes, vote

W = Colour.WHITE


def read(text="70A12345", sure=0.95, *, width=90.0, complete=True, lines=1, colour=W, chars=None):
    return PlateRead(text, lines, tuple(chars or [sure] * len(text)), colour, complete, width)


def test_the_weakest_character_decides():  # TC-08
    covered = read(chars=(0.99, 0.99, 0.98, 0.99, 0.41, 0.99, 0.98, 0.99))
    assert sum(covered.chars) / 8 > 0.91
    assert covered.confidence == 0.41
    assert not passes(covered)
    assert passes(read(sure=0.80))
    assert not passes(read(sure=0.799))


def test_half_a_plate_is_incomplete_and_never_passes():  # TC-06
    lower = read("12345", 0.999, complete=False)
    voted = vote([lower] * 9)
    assert (voted.text, voted.complete) == ("12345", False)
    assert not passes(voted)
    whole = read("70B112345", 0.6, lines=2)
    assert vote([lower, lower, lower, whole]).text == "70B112345"  # a whole read beats any number of halves


def test_narrow_plates_do_not_vote():
    assert vote([read(width=49.9)] * 5) is None
    assert vote([]) is None
    assert vote([read("70A11111", width=40), read("70A22222", 0.5, width=60)]).text == "70A22222"
    assert not passes(read(width=49.9))


def test_the_track_decides_and_contradiction_costs_confidence():
    voted = vote([read("70A12345", 0.9), read("70A12345", 0.95), read("70A72345", 0.9)])
    assert voted.text == "70A12345"
    assert voted.chars[0] == pytest.approx(0.95)
    assert voted.confidence == voted.chars[3] < 0.7
    assert not passes(voted)
    assert agreeing_reads(voted, [read(), read(complete=False), read("70A72345")]) == 1
    assert not passes(read(), agreeing=1)
    assert passes(read(), Gates(reads=2), agreeing=2)


def test_two_lines_here_and_one_there_are_one_plate():
    voted = vote([read(lines=2, sure=0.9), read(lines=1, sure=0.97), read("70A99999", 0.96, lines=1)])
    assert (voted.text, voted.lines) == ("70A12345", 1)


def test_the_colour_is_what_most_saw():
    yellow, unknown = Colour.YELLOW, Colour.UNKNOWN
    assert vote([read(colour=yellow), read(colour=yellow), read(), read(colour=unknown)]).colour is yellow
    assert vote([read(colour=yellow), read()]).colour is unknown


texts = st.sampled_from(["70A12345", "70A72345", "62A12345", "70A1234", "70B112345"])
reads = st.builds(
    lambda text, sure, width, complete: read(text, sure, width=width, complete=complete),
    texts, st.floats(0.01, 1.0), st.floats(10, 200), st.booleans(),
)  # fmt: skip


@given(st.lists(reads, max_size=12))
def test_a_vote_invents_nothing(seen):
    voted = vote(seen)
    usable = [one for one in seen if one.width >= 50]
    assert (voted is None) == (not usable)
    if voted is None:
        return
    same = [one for one in usable if one.text == voted.text and one.complete == voted.complete]
    assert same
    assert voted.complete == any(one.complete for one in usable)
    assert len(voted.chars) == len(voted.text)
    assert voted.confidence <= max(one.confidence for one in same) + 1e-9


@given(st.lists(reads, min_size=1, max_size=8))
def test_the_order_of_frames_does_not_matter(seen):
    one, other = vote(seen), vote(seen[::-1])
    assert (one and one.text) == (other and other.text)


class Deaf:
    """A detector and reader that must not be asked."""

    version = "x"

    def find(self, _picture):
        raise AssertionError

    def read(self, *_args, **_more):
        raise AssertionError


@pytest.mark.parametrize("kind", [Kind.PERSON, Kind.BICYCLE])
def test_a_shirt_is_not_looked_at(kind):  # TC-05
    walker = Detection(kind, Box(10, 10, 200, 300), 0.99)
    assert PlateSight(Deaf(), Deaf()).look(np.zeros((400, 400, 3), np.uint8), walker) is None


def test_a_vehicle_outside_the_picture_has_no_plate():
    gone = Detection(Kind.CAR, Box(-50, -50, 3, 3), 0.9)
    assert PlateSight(Deaf(), Deaf()).look(np.zeros((400, 400, 3), np.uint8), gone) is None


def test_cut_stays_inside():
    picture = np.arange(20 * 30 * 3, dtype=np.uint8).reshape(20, 30, 3)
    assert cut(picture, Box(-5, -5, 10, 8)).shape == (8, 10, 3)
    assert cut(picture, Box(25, 15, 90, 90), 0.1).shape[:2] == (12, 12)
    assert cut(picture, Box(40, 40, 50, 50)).size == 0


def test_peaks_become_corners_and_doubles_are_dropped():
    heat, corners = np.zeros((10, 12), np.float32), np.zeros((8, 10, 12), np.float32)
    shape = np.array([-2, -1, 2, -1, 2, 1, -2, 1], np.float32)
    for row, column, score in ((4, 5, 0.9), (4, 6, 0.8), (8, 1, 0.5), (1, 10, 0.2)):
        heat[row, column], corners[:, row, column] = score, shape
    found = peaks(heat, corners, 0.3, np.array([2.0, 1.0]))
    assert [plate.score for plate in found] == pytest.approx([0.9, 0.5])
    assert found[0].box == Box((5.5 - 2) * 16, (4.5 - 1) * 8, (5.5 + 2) * 16, (4.5 + 1) * 8)


def test_measures():
    judged = [Judged("A", "A", 0.9), Judged("B", "B", 0.8), Judged("C", "X", 0.7), Judged("D", "D", 0.6)]
    assert exact_share(judged) == 0.75
    assert kept_share(judged) == 0.5
    assert kept_share(judged, 0.75) == 1.0
    assert kept_share([Judged("C", "X", 0.9), *judged]) == 0.0
    assert kept_share([Judged("A", "A", 0.5), Judged("B", "X", 0.5)]) == 0.0  # one threshold cannot part equals
    assert kept_share([Judged("A", "A", 0.0)]) == 0.0
    assert kept_share([]) == exact_share([]) == 0.0


def test_corrections_name_places_not_plates():
    assert corrected("70A12345", [{"at": 2, "is": "B"}, {"at": 7}]) == "70B1234"
    assert corrected("70A12345", []) == "70A12345"
