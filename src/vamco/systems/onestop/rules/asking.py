"""How people ask for a procedure, and which one they mean. Pure.

A procedure is known under its official name and under what people call it. Words are folded (no diacritics, đ → d); a word that was typed
with marks counts less for a word that is spelled otherwise. What is typed is first read: teencode and abbreviations are replaced, words
that say nothing fall out, a word that the catalogue does not have becomes the one that it was probably meant to be.
"""

from __future__ import annotations

import itertools
import math
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from vamco.lib.text import Word, words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

MOST_WORDS: Final = 40
_LONGEST_PHRASE: Final = 6
_SHORTEST_MENDED: Final = 4  # letters: shorter words have too many neighbours
_OTHER_MARKS: Final = 0.45  # what a word is worth that is spelled with other marks than typed
_PAIRS: Final = 0.35  # weight of words that stand side by side
_REST: Final = 0.22  # weight of all names of an entry together, beside its best one
_UNKNOWN: Final = 0.7  # what a word weighs that stands in no name, beside the rarest that does
_OFFICIAL: Final = 0.02  # so much more the official name counts, where all else is equal
ENOUGH: Final = 0.42  # a score below this answers nothing
_TELLING: Final = 9  # in the names of so many entries a pair of words may stand and still say what is meant
_TOLD: Final = 0.5  # what of a name a long question must cover, where a telling pair stands in for the rest of it
CLOSE: Final = 0.04  # two scores nearer than this: it is not clear which is meant


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that can be meant: `names` with the official one first, `text` what else is said of it."""

    key: str
    names: tuple[str, ...]
    text: str = ""


@dataclass(frozen=True, slots=True)
class Meant:
    """An entry that was perhaps meant, by how well it fits: 1 is as good as can be."""

    key: str
    score: float


@dataclass(frozen=True, slots=True)
class Reading:
    """What was typed, as it is read. `changed`: something was replaced or mended."""

    words: tuple[Word, ...]
    changed: bool


@dataclass(frozen=True, slots=True)
class _Name:
    entry: int
    words: Mapping[str, frozenset[str]]  # folded → spellings
    pairs: frozenset[tuple[str, str]]
    weight: float
    official: bool


class Index:
    """The entries, ready to be asked. `replacements` maps folded phrases to words in their place, "" to nothing."""

    def __init__(self, entries: Iterable[Entry], replacements: Mapping[str, str]) -> None:
        self._entries = tuple(entries)
        self._replacements = {
            tuple(word.folded for word in words(typed)): tuple(words(means)) for typed, means in replacements.items()
        }
        self._weights = self._count()
        self._names: list[_Name] = []
        self._by_word: dict[str, list[int]] = defaultdict(list)
        self._all: list[frozenset[str]] = []
        for number, entry in enumerate(self._entries):
            named = [(name, place == 0) for place, name in enumerate(entry.names)]
            for name, official in named:
                self._add(number, name, official=official)
            self._all.append(frozenset(w.folded for text in (*entry.names, entry.text) for w in words(text)))
        self._pairs: dict[tuple[str, str], set[int]] = defaultdict(set)
        for known in self._names:
            for pair in known.pairs:
                self._pairs[pair].add(known.entry)
        self._vocabulary = frozenset(self._weights) | {w for phrase in self._replacements for w in phrase}
        self._by_length: dict[int, list[str]] = defaultdict(list)
        for word in sorted(self._weights):
            self._by_length[len(word)].append(word)

    def _count(self) -> dict[str, float]:
        """Return how much each word says: one that stands in the names of many entries says little."""
        seen = Counter[str]()
        for entry in self._entries:
            seen.update({word.folded for name in entry.names for word in words(name)})
        total = len(self._entries)
        return {word: math.log(1 + total / count) for word, count in seen.items()}

    def _add(self, entry: int, name: str, *, official: bool) -> None:
        read = self._replaced(words(name), names=True)
        spellings: dict[str, set[str]] = defaultdict(set)
        for word in read:
            spellings[word.folded].add(word.spelled)
        if not spellings:
            return
        pairs = frozenset((a.folded, b.folded) for a, b in itertools.pairwise(read))
        weight = sum(self._weight(word) for word in spellings)
        found = _Name(entry, {word: frozenset(s) for word, s in spellings.items()}, pairs, weight, official)
        for folded in spellings:
            self._by_word[folded].append(len(self._names))
        self._names.append(found)

    def _weight(self, word: str) -> float:
        return self._weights.get(word, _UNKNOWN * math.log(1 + len(self._entries)))

    # ── reading ──

    def read(self, text: str) -> Reading:
        """Return what was typed as it is read."""
        typed = tuple(words(text)[:MOST_WORDS])
        mended = [part for word in typed for part in self._mended(word)]
        read = self._replaced(mended)
        silent = [word for word in typed if (word.folded,) not in self._replacements]
        return Reading(tuple(read), len(read) > 0 and not {w.folded for w in read} <= {w.folded for w in silent})

    def _replaced(self, typed: Sequence[Word], *, names: bool = False) -> list[Word]:
        """Replace phrases, the longest first. In `names` what says nothing stays, unless nothing else would."""
        found: list[Word] = []
        place = 0
        while place < len(typed):
            for length in range(min(_LONGEST_PHRASE, len(typed) - place), 0, -1):
                phrase = tuple(word.folded for word in typed[place : place + length])
                means = self._replacements.get(phrase)
                if means is not None and (means or not names):
                    found += means
                    place += length
                    break
            else:
                found.append(typed[place])
                place += 1
        return found

    def _mended(self, word: Word) -> list[Word]:
        """Return the word itself, or what it was probably meant to be: a neighbour, or two words typed as one."""
        typed = word.folded
        if typed in self._vocabulary or typed.isdigit() or len(typed) < _SHORTEST_MENDED:
            return [word]
        for cut in range(2, len(typed) - 1):
            if typed[:cut] in self._weights and typed[cut:] in self._weights:
                return [Word(typed[:cut], typed[:cut]), Word(typed[cut:], typed[cut:])]
        near = [
            other
            for length in (len(typed), len(typed) - 1, len(typed) + 1)
            for other in self._by_length[length]
            if is_near(typed, other)
        ]
        if not near:
            return [word]
        best = min(near, key=lambda other: (sorted(other) != sorted(typed), other[0] != typed[0], self._weights[other]))
        return [Word(best, best)]

    # ── answering ──

    def ask(self, text: str, *, limit: int = 10) -> list[Meant]:
        """Return the entries that were perhaps meant, best first; none when nothing fits well enough."""
        read = self.read(text).words
        if not read:
            return []
        asked: dict[str, Word] = {}
        for word in read:
            asked.setdefault(word.folded, word)
        total = sum(self._weight(word) for word in asked)
        pairs = {(a.folded, b.folded) for a, b in itertools.pairwise(read)}
        best: dict[int, float] = {}
        for number in {number for word in asked for number in self._by_word.get(word, ())}:
            name = self._names[number]
            score = self._fits(name, asked, total, pairs)
            best[name.entry] = max(best.get(name.entry, 0.0), score)
        found = [
            Meant(self._entries[entry].key, (score + _REST * self._covered(entry, asked, total)) / (1 + _PAIRS + _REST))
            for entry, score in best.items()
        ]
        found.sort(key=lambda meant: (-meant.score, meant.key))
        enough = [meant for meant in found[:limit] if meant.score >= ENOUGH]
        return enough or self._told(asked, pairs, limit)

    def _told(self, asked: Mapping[str, Word], pairs: set[tuple[str, str]], limit: int) -> list[Meant]:
        """Return what a long story is about: words that stand in no name say nothing there, if a telling pair of words does."""
        known = {folded: word for folded, word in asked.items() if folded in self._weights}
        telling = {pair for pair in pairs if 0 < len(self._pairs.get(pair, ())) <= _TELLING}
        total = sum(self._weight(word) for word in known)
        best: dict[int, float] = {}
        for number in {number for pair in telling for word in pair for number in self._by_word.get(word, ())}:
            name = self._names[number]
            if not any(
                self._spelled(asked[a], name.words[a]) == self._spelled(asked[b], name.words[b]) == 1.0
                for a, b in telling & name.pairs
            ):
                continue
            if sum(self._weight(word) for word in known if word in name.words) >= _TOLD * name.weight:
                score = self._fits(name, known, total, pairs)
                best[name.entry] = max(best.get(name.entry, 0.0), score)
        found = [
            Meant(self._entries[entry].key, (score + _REST * self._covered(entry, known, total)) / (1 + _PAIRS + _REST))
            for entry, score in best.items()
        ]
        found.sort(key=lambda meant: (-meant.score, meant.key))
        return found[:limit]

    def _fits(self, name: _Name, asked: Mapping[str, Word], total: float, pairs: set[tuple[str, str]]) -> float:
        """Return how well a name fits: the mean of what it covers of the question and what the question covers of it."""
        shared = 0.0
        for folded, word in asked.items():
            spellings = name.words.get(folded)
            if spellings is not None:
                shared += self._weight(folded) * self._spelled(word, spellings)
        of_question, of_name = shared / total, shared / name.weight
        even = 2 * of_question * of_name / (of_question + of_name) if shared else 0.0
        beside = len(pairs & name.pairs) / max(1, min(len(pairs), len(name.pairs)))
        return 0.5 * even + 0.5 * of_question + _PAIRS * beside + _OFFICIAL * name.official

    def _covered(self, entry: int, asked: Mapping[str, Word], total: float) -> float:
        return sum(self._weight(word) for word in asked if word in self._all[entry]) / total

    @staticmethod
    def _spelled(word: Word, spellings: frozenset[str]) -> float:
        """Return what a word is worth: all of it where no marks were typed, or the same ones, or the name has none."""
        plain = word.spelled == word.folded
        return 1.0 if plain or word.spelled in spellings or word.folded in spellings else _OTHER_MARKS


def is_near(a: str, b: str) -> bool:
    """Tell whether two words differ by one letter: another, one more, one fewer, or two side by side exchanged."""
    if a == b:
        return True
    short, long = sorted((a, b), key=len)
    if len(long) - len(short) > 1:
        return False
    same = 0
    while same < len(short) and short[same] == long[same]:
        same += 1
    if len(short) < len(long):
        return short[same:] == long[same + 1 :]
    rest_a, rest_b = a[same:], b[same:]
    return rest_a[1:] == rest_b[1:] or (rest_a[:2] == rest_b[1::-1] and rest_a[2:] == rest_b[2:])
