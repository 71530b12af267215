"""Drawings as rows of a form: what was typed is what is kept."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vamco.engines.vision import contracts as vision
from vamco.systems.traffic.rules import sketch

NUMBER = st.integers(0, 8000).map(lambda n: n / 4)
POINT = st.tuples(NUMBER, NUMBER)
POLYGON = st.lists(POINT, min_size=3, max_size=12).map(tuple)
CODE = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9_-]{0,19}", fullmatch=True)
KINDS = st.frozensets(st.sampled_from(list(vision.Kind)))
LANE = st.builds(vision.Lane, CODE, POLYGON, st.tuples(POINT, POINT), KINDS)
LINE = st.builds(
    vision.StopLine, CODE, st.tuples(POINT, POINT), st.lists(CODE, max_size=3).map(tuple), st.one_of(st.just(""), CODE)
)
ZONE = st.builds(vision.Zone, CODE, POLYGON, st.sampled_from(sketch.PURPOSES), KINDS)
BOX = st.builds(
    lambda x, y, w, h: vision.Box(x, y, x + w, y + h),
    NUMBER,
    NUMBER,
    NUMBER.map(lambda n: n + 1),
    NUMBER.map(lambda n: n + 1),
)
SIGNAL = st.builds(vision.Signal, CODE, BOX, st.one_of(st.just(""), CODE))
GROUND = st.lists(st.tuples(POINT, POINT), min_size=4, max_size=8).map(
    lambda pairs: vision.Calibration(tuple(p for p, _ in pairs), tuple(m for _, m in pairs))
)
DRAWING = st.builds(
    vision.Drawing,
    st.integers(64, 4000),
    st.integers(64, 4000),
    st.lists(LANE, max_size=3).map(tuple),
    st.lists(LINE, max_size=3).map(tuple),
    st.lists(ZONE, max_size=3).map(tuple),
    st.lists(SIGNAL, max_size=3).map(tuple),
    st.one_of(st.none(), GROUND),
    st.one_of(st.none(), st.integers(5, 150)),
)


@given(DRAWING)
def test_a_drawing_written_as_rows_reads_back_the_same(drawing: vision.Drawing) -> None:
    found = sketch.read(sketch.rows(drawing), width=drawing.width, height=drawing.height, limit_kmh=drawing.limit_kmh)
    assert found == drawing


@given(st.text(max_size=60), st.text(max_size=20), st.sampled_from([*sketch.SHAPES, "", "x"]))
def test_whatever_is_typed_is_read_or_refused(points: str, code: str, shape: str) -> None:
    row = sketch.Row(shape, code, points, way="1,1 2,2", purpose="watch", metres=points)
    assert read_or_refused(row) in {"read", "refused"}


def read_or_refused(row: sketch.Row) -> str:
    try:
        sketch.read([row], width=100, height=100)
    except sketch.RowError as wrong:
        return "refused" if wrong.msgid % wrong.data else "refused without a word"
    return "read"


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (sketch.Row("lane", "L1", "1,1 2,2", way="1,1 2,2"), "It needs at least 3 and at most 60 points."),
        (
            sketch.Row("lane", "L1", "1,1 2,2 3,x", way="1,1 2,2"),
            "Write points as x,y, with a space between two of them: 100,200 300,400.",
        ),
        (sketch.Row("zone", "Z1", "1,1 2,2 3,1", purpose="parking"), "Choose what the area is for."),
        (sketch.Row("signal", "D1"), "Draw the housing of the light, or name the feed of its controller."),
        (sketch.Row("stop_line", "đ 1", "1,1 2,2"), "Enter a code of letters, digits, “-” and “_”."),
        (
            sketch.Row("calibration", "", "1,1 2,2 3,3 4,4", metres="0,0 1,1 2,2 3,3 4,4"),
            "Give as many points in metres as in pixels.",
        ),
    ],
)
def test_what_is_wrong_is_said(row: sketch.Row, said: str) -> None:
    with pytest.raises(sketch.RowError) as wrong:
        sketch.read([sketch.Row("lane"), row], width=100, height=100)
    assert (wrong.value.row, wrong.value.msgid % wrong.value.data) == (1, said)
