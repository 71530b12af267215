"""Cells side by side on a page, and where a page's end parts them. Pure but for the widths of letters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from vamco.kernel.record.documents.contracts import Paragraph  # noqa: TC001  # a NamedTuple's fields are read at run time
from vamco.kernel.record.documents.rules.lines import LEADING, Line, lines

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from vamco.kernel.record.documents.rules.tags import Element

Part = tuple[tuple[int, int], ...]  # of each cell: its first line, and the one after its last
_ROUNDING: Final = 0.01
_LEAST_LINES: Final = 2  # of each cell before a break


class Strip(NamedTuple):
    """A line in a cell, with the room before its paragraph when it is the first and after it when it is the last."""

    paragraph: Paragraph
    number: int  # of the paragraph in its cell
    line: Line
    before: float
    height: float  # all of it
    last: bool


class Cell:
    """Paragraphs in a column of a width, broken into lines."""

    def __init__(self, paragraphs: Sequence[Paragraph], width: float) -> None:
        self.paragraphs = paragraphs
        self.width = width
        self.strips = list(self._strips())
        self.elements: list[Element] = []
        self.height = sum(strip.height for strip in self.strips)
        self.whole = (0, len(self.strips))

    def _strips(self) -> Iterator[Strip]:
        for number, part in enumerate(self.paragraphs):
            found, high = lines(part, self.width), height_of(part)
            for index, line in enumerate(found):
                last = index == len(found) - 1
                before = part.before if index == 0 else 0.0
                yield Strip(part, number, line, before, before + high + (rule_room(part) if last else 0.0), last)

    def end(self, start: int, room: float) -> int:
        """Give where a part must end that begins at a line; it has one at least."""
        for index in range(start, len(self.strips)):
            room -= self.strips[index].height
            if room < -_ROUNDING and index > start:
                return index
        return len(self.strips)


class Band:
    """Cells side by side, which a page's end can part between lines."""

    def __init__(self, cells: Sequence[Cell], padding: float = 0) -> None:
        self.cells = cells
        self.padding = padding
        self.whole: Part = tuple(cell.whole for cell in cells)
        self.least = self.height(tuple((0, min(_LEAST_LINES, cell.whole[1])) for cell in cells))

    def height(self, part: Part) -> float:
        """Give how high a part is."""
        inner = (
            sum(strip.height for strip in cell.strips[start:end])
            for cell, (start, end) in zip(self.cells, part, strict=True)
        )
        return max(inner) + 2 * self.padding

    def cut(self, first: float, other: float) -> Iterator[Part]:
        """Give the parts of which the first has one height at most and the others another."""
        starts, room = [0 for _ in self.cells], first
        while any(start < cell.whole[1] for start, cell in zip(starts, self.cells, strict=True)):
            ends = [cell.end(start, room - 2 * self.padding) for start, cell in zip(starts, self.cells, strict=True)]
            yield tuple(zip(starts, ends, strict=True))
            starts, room = ends, other


def height_of(block: Paragraph) -> float:
    """Give how high each of its lines is."""
    return block.size * LEADING


def rule_room(block: Paragraph) -> float:
    """Give the room beneath its last line for the line that is drawn there."""
    return 6.0 if block.rule else 0.0
