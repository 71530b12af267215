"""Breaks paragraphs into lines. Pure but for the widths of letters."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from vamco.kernel.record.documents.rules import fonts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vamco.kernel.record.documents.contracts import Paragraph

_PARTS = re.compile(r"\n| +|[^ \n]+")
LEADING = 1.22  # height of a line as a part of its size


@dataclass(frozen=True, slots=True)
class Line:
    """Words of one line by face, each with its width; `gaps` spaces can be stretched by `slack` points in all."""

    words: tuple[tuple[str, str], ...]  # (text, face)
    width: float
    slack: float
    gaps: int
    left: float
    last: bool


@dataclass(slots=True)
class _Word:
    """What must stand together: pieces in one or several faces."""

    pieces: list[tuple[str, str]]
    width: float


def lines(paragraph: Paragraph, width: float) -> list[Line]:
    """Give the lines of a paragraph in a column of that width; at least one. Centred ones become equally long."""
    found = _broken(paragraph, width)
    if paragraph.align == "centre" and len(found) > 1:
        low, high = width / len(found), width
        while high - low > 1:
            middle = (low + high) / 2
            low, high = (low, middle) if len(_broken(paragraph, middle)) == len(found) else (middle, high)
        gap = (width - high) / 2
        narrow = _broken(paragraph, high)
        found = [replace(line, slack=line.slack + 2 * gap) for line in narrow]
    return found


def _broken(paragraph: Paragraph, width: float) -> list[Line]:
    found: list[Line] = []
    words: list[_Word] = []
    taken = 0.0

    def room() -> float:
        return width - (paragraph.hang if found else paragraph.indent)

    def close(*, last: bool) -> None:
        nonlocal words, taken
        left = paragraph.hang if found else paragraph.indent
        found.append(_line(words, taken, width - left, left, last=last))
        words, taken = [], 0.0

    for word, space, breaks in _words(paragraph):
        if breaks:
            close(last=True)
            continue
        for part in _fitting(word, width - max(paragraph.hang, paragraph.indent), paragraph.size):
            gap = space if words else 0.0
            if words and taken + gap + part.width > room() + 0.01:
                close(last=False)
                gap = 0.0
            words.append(part)
            taken += gap + part.width
    close(last=True)
    return found


def _line(words: list[_Word], taken: float, room: float, left: float, *, last: bool) -> Line:
    pieces: list[tuple[str, str]] = []
    for number, word in enumerate(words):
        for index, (text, face) in enumerate(word.pieces):
            spaced = f" {text}" if number and not index else text
            if pieces and pieces[-1][1] == face:
                pieces[-1] = (pieces[-1][0] + spaced, face)
            else:
                pieces.append((spaced, face))
    return Line(tuple(pieces), taken, max(room - taken, 0.0), max(len(words) - 1, 0), left, last)


def _words(paragraph: Paragraph) -> Iterator[tuple[_Word, float, bool]]:
    """Give each word with the width of a space before it; an empty one with True where a line must end."""
    size = paragraph.size
    current: _Word | None = None
    space = 0.0
    for run in paragraph.runs:
        face = fonts.face(bold=run.bold, italic=run.italic)
        for part in _PARTS.findall(run.text):
            if part == "\n" or part[0] == " ":
                if current is not None:
                    yield current, space, False
                    current = None
                space = size * fonts.width(" ", face)
                if part == "\n":
                    yield _Word([], 0.0), 0.0, True
            else:
                current = current or _Word([], 0.0)
                current.pieces.append((part, face))
                current.width += size * fonts.width(part, face)
    if current is not None:
        yield current, space, False


def _fitting(word: _Word, room: float, size: float) -> Iterator[_Word]:
    """Give a word, or its parts where it is wider than a whole line."""
    if word.width <= room:
        yield word
        return
    part = _Word([], 0.0)
    for text, face in word.pieces:
        for letter in text:
            wide = size * fonts.width(letter, face)
            if part.pieces and part.width + wide > room:
                yield part
                part = _Word([], 0.0)
            if part.pieces and part.pieces[-1][1] == face:
                part.pieces[-1] = (part.pieces[-1][0] + letter, face)
            else:
                part.pieces.append((letter, face))
            part.width += wide
    yield part
