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
import math
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby, islice
from typing import TYPE_CHECKING, Final

from vamco.lib.text import nfc, pieces, words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from vamco.lib.text import Word

MOST_WORDS: Final = 4000  # of a text that are looked at; positions in a vector end at 16,383
MOST_ASKED: Final = 16  # words of a question; what is typed beyond them is left out
_SPANS: Final = (1, 4, 16, 64)  # weeks: each moment bears the mark of one span of each length
_GUESS: Final = 0.01  # part of the rows that a lexeme stands in, before PostgreSQL has counted any
_SAYS_LITTLE: Final = 0.5  # part of the rows
_WIDEST: Final = 2 * _SPANS[-1]  # weeks that are asked for by their marks when they hold too little
_LONGEST_KEY: Final = 200
_LONGEST_TITLE: Final = 300  # characters that are shown; all of it is searched
_GAP: Final = 10  # places between title and text, so that no phrase reaches over
_MOST_PLACES: Final = 255  # of one word, as PostgreSQL has it


@dataclass(frozen=True)
class Question:
    """What was typed: words in rows that must stand so in a text."""

    rows: tuple[tuple[Word, ...], ...]

    @property
    def spelled(self) -> tuple[str, ...]:
        """The lexemes of spellings, of words typed with marks; what holds them is found first."""
        return tuple(dict.fromkeys(_lexeme(word) for row in self.rows for word in row if word.spelled != word.folded))

    @property
    def everything(self) -> str:
        """The tsquery for each spelling."""
        rows = dict.fromkeys(tuple(word.folded for word in row) for row in self.rows)
        return " & ".join("(" + " <-> ".join(map(_quoted, row)) + ")" for row in rows)

    @property
    def exact(self) -> str:
        """The tsquery for the spelling typed, "" when no word was typed with marks."""
        return " & ".join((*map(_quoted, self.spelled), self.everything)) if self.spelled else ""

    def lexemes(self, *, exact: bool) -> list[str]:
        """Give what each word is found by: its spelling, or its folded form only."""
        return [_lexeme(word) if exact else word.folded for row in self.rows for word in row]


@dataclass(frozen=True)
class Stock:
    """What the index holds, as PostgreSQL last counted it: in which part of all rows its frequent lexemes stand."""

    parts: Mapping[str, float]

    def part(self, lexeme: str) -> float:
        """Give the part of the rows that a lexeme stands in; one that is not frequent may be in as many as the rarest of those."""
        return self.parts.get(lexeme, self.least)

    @cached_property
    def least(self) -> float:
        """The part of the rows in which the rarest of the frequent lexemes stands; a guess before any has been counted."""
        return min(self.parts.values(), default=_GUESS)

    def conditions(self, lexemes: Sequence[str], *either: Sequence[str]) -> list[str]:
        """Give the tsqueries that the index is to be asked for, of lexemes that must be there and of some of which one must be.

        There is always one. What most rows meet is left out: to look at it costs more than it spares. What fewest meet comes first,
        for the index asks the next only where those before it hold, which of the terms of a single tsquery it does not.
        """
        found = [(self.part(lexeme), self.part(lexeme), _quoted(lexeme)) for lexeme in dict.fromkeys(lexemes)]
        for some in either:
            part = sum(map(self.part, some))
            found.append((part * len(some), part, any_of(some)))
        found.sort()
        return [query for _cost, part, query in found if part < _SAYS_LITTLE] or [found[0][2]]


@dataclass(frozen=True, order=True)
class Place:
    """Where a hit stands in an order, larger first: the tier (1: as typed), its rank (0 in newest order), its time, its number."""

    tier: int
    rank: float
    at: dt.datetime
    id: int


@dataclass(frozen=True)
class Reach:
    """Where some acts are allowed: in the agencies and at the places with these ids, None for all of them."""

    acts: tuple[str, ...]
    agencies: tuple[int, ...] | None
    places: tuple[int, ...] | None = None

    @property
    def empty(self) -> bool:
        """True when nothing at all can be seen by it."""
        return not self.acts or self.agencies == () or self.places == ()


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
                spellings.add(_lexeme(word))
        place += _GAP
    folded = (f"{_quoted(word)}:{','.join(at)}" for word, at in places.items())
    return " ".join((*folded, *map(_quoted, spellings), *(_quoted(mark) for mark in marks)))


def question(text: str, stock: Stock) -> Question | None:
    """Give what a person asks for, or None when there is no word in it.

    All words must be there. Words typed without a space between, as in a code, must stand so in the text. A word typed with
    marks stands exactly for itself, one typed without stands for all that fold to it. What is rare stands first, for PostgreSQL
    looks no further at a row that lacks it.
    """
    rows, left = [], MOST_ASKED
    for chunk in text.split():
        typed = tuple(words(chunk)[:left])
        left -= len(typed)
        if typed:
            rows.append(typed)
    rows.sort(key=lambda row: min(stock.part(word.folded) for word in row))
    return Question(tuple(dict.fromkeys(rows))) if rows else None


def of_act(act: str) -> str:
    """Give the mark of what is seen by an act."""
    return f"#act:{act}"


def of_act_in(act: str, agency: int) -> str:
    """Give the mark of what is seen by an act in an agency."""
    return f"#act:{act}@{agency}"


def of_act_anywhere(act: str) -> str:
    """Give the mark of what is seen by whoever may do an act in any agency."""
    return f"#any:{act}"


def right_in(act: str, agency: int) -> str:
    """Give the right to do an act in an agency, as rows and readers name it beside the row's own act."""
    return f"{act}@{agency}"


def right_everywhere(act: str) -> str:
    """Give the right to do an act in all agencies."""
    return f"{act}@"


def right_anywhere(act: str) -> str:
    """Give the right to do an act in any agency at all."""
    return act


def rights(reach: Reach) -> list[str]:
    """Give the rights that a reach holds; of one that is limited to places what rows bear for its agencies."""
    if reach.agencies is None:
        return [right_everywhere(act) for act in reach.acts]
    return [right_in(act, agency) for act in reach.acts for agency in reach.agencies]


def seen_under(reaches: Sequence[Reach], most: int) -> list[str]:
    """Give marks that all bear who are seen with these reaches, in the place of more than `most` agencies only the act's.

    None at all when nothing is hidden by them, or when they would be so many that asking for them costs more than it spares.
    """
    if all(reach.agencies is None and reach.places is None for reach in reaches):
        return []
    found = {of_act_anywhere(act) for reach in reaches if not reach.empty for act in reach.acts}
    for reach in reaches:
        if reach.agencies is not None and len(reach.agencies) * len(reach.acts) <= most:
            found |= {of_act_in(act, agency) for act in reach.acts for agency in reach.agencies}
        elif reach.places is not None and len(reach.places) <= most:
            found |= {in_place(place) for place in reach.places}
        else:
            found |= {of_act(act) for act in reach.acts}
    return sorted(found)


def of_kind(kind: str) -> str:
    """Give the mark of a kind."""
    return f"#kind:{kind}"


def in_place(place: int) -> str:
    """Give the mark of a place."""
    return f"#place:{place}"


def week(at: dt.datetime) -> int:
    """Give the number of the week that a moment falls in, by UTC, counted from the first Sunday of all."""
    return at.astimezone(dt.UTC).toordinal() // 7


def begin_of_week(number: int) -> dt.datetime:
    """Give the moment at which a week begins."""
    if number * 7 > dt.date.max.toordinal():
        return dt.datetime.max.replace(tzinfo=dt.UTC)  # the last week of all has no end
    return dt.datetime.combine(dt.date.fromordinal(number * 7), dt.time(), dt.UTC)


def of_time(at: dt.datetime) -> list[str]:
    """Give the marks of a moment: of the week that it falls in, and of longer and longer spans of weeks."""
    number = week(at)
    return [_of_span(length, number // length) for length in _SPANS]


def span(high: int, width: int) -> tuple[int, list[str]]:
    """Give the first of at least `width` weeks that end with `high`, and marks of which each moment in them bears one.

    They are few, whatever the width, because the index compares each candidate with each mark. Moments after `high` may bear one.
    """
    length = max(each for each in _SPANS if each <= max(1, width // 2))
    first = (high - width + 1) // length
    return first * length, [_of_span(length, number) for number in range(first, high // length + 1)]


def _of_span(length: int, number: int) -> str:
    return f"#week{length}:{number}"


def any_of(marks: Iterable[str]) -> str:
    """Give the tsquery for one of some marks, of which there is at least one."""
    return "(" + " | ".join(map(_quoted, marks)) + ")"


def wider(width: int, left: int | None) -> int:
    """Give how many weeks to look through after `width` of them held too little; after the widest all that are `left`, if known."""
    if width < _WIDEST:
        return min(width * 4, _WIDEST)
    return _WIDEST if left is None else left


def narrower(width: int) -> int:
    """Give how many weeks to look through after `width` of them held too much."""
    return max(1, min(width, 2 * _WIDEST) // 8)


def write_key(place: Place) -> str:
    """Give a place as a text for an address. It says only where to go on; what may be seen is asked anew."""
    content = json.dumps([place.tier, place.rank, place.at.isoformat(), place.id], separators=(",", ":"))
    return base64.urlsafe_b64encode(content.encode()).decode().rstrip("=")


def read_key(key: str) -> Place | None:
    """Give the place that a key names, or None when it is none of ours."""
    if len(key) > _LONGEST_KEY:
        return None
    try:
        content = json.loads(base64.b64decode(key + "=" * (-len(key) % 4), altchars=b"-_", validate=True))
        tier, rank, at, number = content
        place = Place(int(tier), float(rank), dt.datetime.fromisoformat(at).astimezone(dt.UTC), int(number))
    except (ValueError, TypeError, OverflowError, RecursionError, binascii.Error):
        return None
    return place if place.tier in {0, 1} and abs(place.id) < 1 << 63 and math.isfinite(place.rank) else None


def shown(text: str) -> str:
    """Give a title as it is kept: NFC, one line, nothing that cannot be seen, at most 300 characters."""
    return "".join(c for c in " ".join(nfc(text).split()) if c.isprintable())[:_LONGEST_TITLE]


def title(text: str, asked: str) -> tuple[tuple[str, bool], ...]:
    """Give a title in pieces, each with whether it is one of the words asked for."""
    wanted = {word.folded for word in words(asked)[:MOST_ASKED]}
    marked = ((part, word is not None and word.folded in wanted) for part, word in pieces(text))
    runs = groupby(marked, key=lambda piece: (piece[1], piece[0] if piece[1] else ""))
    return tuple(("".join(part for part, _ in run), hit) for (hit, _), run in runs)


def _lexeme(word: Word) -> str:
    """Give what a word as it was spelled is found by."""
    return word.folded if word.spelled == word.folded else f"={word.spelled}"


def _quoted(lexeme: str) -> str:
    r"""Give a lexeme as both types write it. Words hold neither ' nor \; the codes in marks are quoted all the same."""
    return "'" + lexeme.replace("\\", "\\\\").replace("'", "''") + "'"
