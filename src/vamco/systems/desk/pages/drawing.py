"""A kind of case as a picture: where each box and arrow lies, in pixels. Pure."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vamco.kernel.work.cases.public import Diagram

WIDE, HIGH = 168, 60
ACROSS, DOWN = 100, 92
MARGIN = 56
LANES = 6
"""Long ways below a row of boxes."""
LINE = 19
"""Letters that fit into one line of a box."""


@dataclass(frozen=True)
class Box:
    """A state: its upper left corner, its name in at most two lines, each with its height."""

    code: str
    x: float
    y: float
    lines: tuple[tuple[float, str], ...]
    final: bool
    initial: bool
    paused: bool

    @property
    def middle(self) -> float:
        """Where its name is centred."""
        return self.x + WIDE / 2


@dataclass(frozen=True)
class Arrow:
    """A way from state to state: SVG path data, and the numbers of its acts with the point where they stand."""

    path: str
    x: float
    y: float
    numbers: str
    back: bool


@dataclass(frozen=True)
class Drawing:
    """A picture with its size."""

    width: int
    height: int
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]
    wide: int = WIDE
    high: int = HIGH


def draw(diagram: Diagram, initial: str, names: dict[str, str], numbers: dict[str, int]) -> Drawing:
    """Lay out a diagram. `names` of states by code; `numbers` of acts by code, which stand on the arrows."""
    layout = _Layout(diagram)
    boxes = tuple(
        Box(
            box.state.code,
            *layout.corner[box.state.code],
            _lines(names[box.state.code], layout.corner[box.state.code][1]),
            box.state.final,
            box.state.code == initial,
            box.state.clock == "paused",
        )
        for box in diagram.boxes
    )
    arrows = tuple(
        Arrow(
            *layout.way(arrow.source, arrow.target),
            " · ".join(str(numbers[act.code]) for act in arrow.acts),
            arrow.back,
        )
        for arrow in diagram.arrows
    )
    width = 2 * MARGIN + diagram.columns * (WIDE + ACROSS) - ACROSS
    return Drawing(width, layout.below, boxes, arrows)


class _Layout:
    """Where boxes stand, and how much has already been led to and from each of their sides."""

    def __init__(self, diagram: Diagram) -> None:
        self.corner: dict[str, tuple[float, float]] = {
            box.state.code: (MARGIN + box.column * (WIDE + ACROSS), MARGIN + box.row * (HIGH + DOWN))
            for box in diagram.boxes
        }
        self.below = MARGIN + diagram.rows * (HIGH + DOWN) - (DOWN - 16 if diagram.rows > 1 else 0)
        self._column = {box.state.code: box.column for box in diagram.boxes}
        self._ports: dict[tuple[str, str], int] = defaultdict(int)
        self._lanes: dict[float, int] = defaultdict(int)

    def way(self, source: str, target: str) -> tuple[str, float, float]:
        """Give the path of an arrow and the point for its numbers: forward below and between the boxes, back above them."""
        (x, y), (to_x, to_y) = self.corner[source], self.corner[target]
        if source == target:
            return f"M{x + 14} {y}c-10 -38 50 -38 42 -3", x + 34, y - 28
        if self._column[target] > self._column[source]:
            return self._forward(source, target)
        if y > to_y:  # from a lower row up to the bottom of a box
            middle, into = y + HIGH / 2, to_x + self._port(target, "bottom", WIDE)
            return f"M{x} {middle}C{into} {middle} {into} {middle} {into} {to_y + HIGH + 3}", (x + into) / 2, middle
        out, into = x + self._port(source, "top", WIDE), to_x + self._port(target, "top", WIDE)
        top = min(y, to_y) - 34 - 4 * (self._column[source] - self._column[target])
        path = f"M{out} {y}C{out} {top} {into} {top} {into} {to_y - 3}"
        return path, (out + into) / 2, _middle(y, top, to_y)

    def _forward(self, source: str, target: str) -> tuple[str, float, float]:
        """Lead from the right side of one box to the left side of another; a long way runs in a lane of its own below the row."""
        (x, y), (stop, to_y) = self.corner[source], self.corner[target]
        begin, stop = x + WIDE, stop - 3
        start, end = y + self._port(source, "right", HIGH), to_y + self._port(target, "left", HIGH)
        if self._column[target] == self._column[source] + 1:
            half = (begin + stop) / 2
            return f"M{begin} {start}C{half} {start} {half} {end} {stop} {end}", half, (start + end) / 2
        taken = self._lanes[y]
        self._lanes[y] += 1
        lane = y + HIGH + 16 + taken % LANES * (DOWN - 24) / LANES
        turn = stop - ACROSS / 2
        path = f"M{begin} {start}C{begin + 40} {start} {begin + 10} {lane} {begin + 50} {lane}L{turn - 30} {lane}"
        return f"{path}C{turn} {lane} {turn - 10} {end} {stop} {end}", begin + 62, lane

    def _port(self, code: str, side: str, length: int) -> float:
        """Give the next free place on a side of a box, from its middle outwards."""
        taken = self._ports[code, side]
        self._ports[code, side] += 1
        step = (taken + 1) // 2 * (1 if taken % 2 else -1)
        return length / 2 + max(-2, min(2, step)) * length / 6


def _middle(start: float, deep: float, end: float) -> float:
    """Give the height of a cubic curve at its middle, both of whose handles lie at `deep`."""
    return (start + 6 * deep + end) / 8


def _lines(name: str, top: float) -> tuple[tuple[float, str], ...]:
    """Break a name into at most two lines between words."""
    first, rest = "", name
    for word in name.split():
        if first and len(first) + 1 + len(word) > LINE:
            break
        first = f"{first} {word}".strip()
        rest = name[len(first) :].strip()
    if not rest:
        return ((top + HIGH / 2 + 5, first),)
    return (top + HIGH / 2 - 5, first), (top + HIGH / 2 + 15, rest if len(rest) <= LINE + 3 else f"{rest[: LINE + 2]}…")
