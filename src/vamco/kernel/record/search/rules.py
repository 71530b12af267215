"""What a text is found by and what a question asks for. Pure.

Both are made of the words of `lib.text`, here, in Python; PostgreSQL only compares them and folds nothing. So there is one
definition, and no sign that a person types reaches a parser of the database.

A vector holds, for each word, its folded form with its places and weight; its spelling behind "=", where marks make that
another; and marks behind "#", by which the index alone finds what a person may see. A word never begins with such a sign.
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import json
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Final

from vamco.lib.text import pieces, words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

MOST_WORDS: Final = 4000  # of a text that are looked at; positions in a vector end at 16,383
MOST_ASKED: Final = 16  # words of a question; what is typed beyond them is left out
_GAP: Final = 10  # places between title and text, so that no phrase reaches over
_MOST_PLACES: Final = 255  # of one word, as PostgreSQL has it


@dataclass(frozen=True)
class Question:
    """What was typed, as PostgreSQL's tsquery: `folded` finds each spelling; `exact` only the one typed, "" if it has no marks."""

    folded: str
    exact: str


@dataclass(frozen=True)
class Reach:
    """Where some acts are allowed: in the agencies with these ids, or everywhere when None."""

    acts: tuple[str, ...]
    agencies: tuple[int, ...] | None


def vector(title: str, text: str, marks: Iterable[str]) -> str:
    """Give the tsvector, as text, of something with a title and a text, found under `marks`."""
    places: dict[str, list[str]] = {}
    spellings: set[str] = set()
    place = 0
    for part, weight in ((title, "A"), (text, "")):
        for word in islice(words(part), MOST_WORDS):
            place += 1
            found = places.setdefault(word.folded, [])
            if len(found) < _MOST_PLACES:
                found.append(f"{place}{weight}")
            if word.spelled != word.folded:
                spellings.add(word.spelled)
        place += _GAP
    folded = (f"{_quoted(word)}:{','.join(at)}" for word, at in places.items())
    return " ".join((*folded, *(_quoted(f"={word}") for word in spellings), *(_quoted(mark) for mark in marks)))


def question(text: str) -> Question | None:
    """Give what a person asks for, or None when there is no word in it.

    All words must be there. Words typed without a space between, as in a code, must stand so in the text. A word typed with
    marks stands exactly for itself, one typed without stands for all that fold to it.
    """
    folded, exact, left = [], [], MOST_ASKED
    for chunk in text.split():
        typed = words(chunk)[:left]
        left -= len(typed)
        if typed:
            folded.append("(" + " <-> ".join(_quoted(word.folded) for word in typed) + ")")
        exact += [_quoted(f"={word.spelled}") for word in typed if word.spelled != word.folded]
    if not folded:
        return None
    return Question(" & ".join(folded), " & ".join((*folded, *exact)) if exact else "")


def seen_under(act: str, agency: int | None) -> str:
    """Give the mark of what is seen by an act in an agency."""
    return f"#{act}@{agency or 0}"


def of_kind(kind: str) -> str:
    """Give the mark of a kind."""
    return f"#kind:{kind}"


def in_place(place: int) -> str:
    """Give the mark of a place."""
    return f"#place:{place}"


def any_of(marks: Sequence[str]) -> str:
    """Give the tsquery for one of some marks, of which there is at least one."""
    return "(" + " | ".join(_quoted(mark) for mark in marks) + ")"


def title(text: str, asked: str) -> tuple[tuple[str, bool], ...]:
    """Give a title in pieces, each with whether it is one of the words asked for."""
    wanted = {word.folded for word in words(asked)[:MOST_ASKED]}
    return tuple((part, word is not None and word.folded in wanted) for part, word in pieces(text))


def _quoted(lexeme: str) -> str:
    r"""Give a lexeme as both types write it. Words hold neither ' nor \; the codes in marks are quoted all the same."""
    return "'" + lexeme.replace("\\", "\\\\").replace("'", "''") + "'"
