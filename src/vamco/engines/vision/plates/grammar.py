"""The grammar of plates, over a table that is given: which texts are plates, and which character a doubtful one may be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from vamco.engines.vision.contracts import Colour

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping, Sequence

DIGITS: Final = "0123456789"
ALPHABET: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
REPAIR_FLOOR: Final = 0.02  # below it the reader did not consider the alternative, and the text stays as read


@dataclass(frozen=True, slots=True)
class Form:
    """A form of plate: the characters that may stand at each place of each row."""

    code: str
    rows: tuple[tuple[str, ...], ...]
    lines: frozenset[int]
    colours: frozenset[Colour]
    vehicles: frozenset[str]
    province_at: int | None  # place of the province's two digits in the joined text
    since: dt.date | None = None
    until: dt.date | None = None

    @property
    def places(self) -> tuple[str, ...]:
        """Return the characters that may stand at each place, in reading order."""
        return tuple(place for row in self.rows for place in row)

    def fits(self, counts: Sequence[int]) -> bool:
        """Return whether a text with so many characters in each line can have this form."""
        if len(counts) not in self.lines:
            return False
        if len(counts) == 1:
            return counts[0] == sum(len(row) for row in self.rows)
        return tuple(counts) == tuple(len(row) for row in self.rows)


@dataclass(frozen=True, slots=True)
class Province:
    """A code on plates, what it stands for, and when it was issued."""

    code: str
    name: str
    unit: str
    since: dt.date | None = None
    until: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Parsed:
    """A text under the grammar: `form` None where it is no plate; `repaired` holds the places that were changed."""

    text: str
    chars: tuple[float, ...]
    form: Form | None
    repaired: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Grammar:
    """All forms and codes of a pack."""

    forms: tuple[Form, ...]
    provinces: Mapping[str, Province]
    state_letters: str = ""

    def matches(self, text: str, counts: Sequence[int], day: dt.date | None = None) -> tuple[Form, ...]:
        """Return the forms of a text whose lines have so many characters; with a day only what was valid then."""
        if sum(counts) != len(text):
            return ()
        return tuple(form for form in self._possible(counts, day) if self._holds(form, text, day))

    def parse(
        self,
        text: str,
        chars: Sequence[float],
        counts: Sequence[int],
        alternatives: Sequence[Mapping[str, float]] = (),
        day: dt.date | None = None,
    ) -> Parsed:
        """Return the text as a plate. A digit becomes a letter or a letter a digit, by place, where the reader itself saw it.

        `alternatives` are the reader's confidences of each place. The repaired place keeps the confidence of what it became, so that
        the weakest character still decides (TC-08); a digit never becomes another digit.
        """
        as_read = self.matches(text, counts, day)
        if as_read:
            return Parsed(text, tuple(chars), as_read[0])
        best: Parsed | None = None
        for form in self._possible(counts, day):
            found = self._repair(form, text, chars, alternatives)
            if found and self._holds(form, found.text, day) and (best is None or _rank(found) > _rank(best)):
                best = found
        return best or Parsed(text, tuple(chars), None)

    def colour_fits(self, form: Form, text: str, colour: Colour) -> bool:
        """Return whether a plate of this form can have this ground; an unknown colour speaks against nothing."""
        if colour is Colour.UNKNOWN:
            return True
        if colour not in form.colours:
            return False
        letter = next((c for c in text if c.isalpha()), "")
        return colour is not Colour.BLUE or not self.state_letters or letter in self.state_letters

    def _possible(self, counts: Sequence[int], day: dt.date | None) -> Iterable[Form]:
        return (form for form in self.forms if form.fits(counts) and _valid(form.since, form.until, day))

    def _holds(self, form: Form, text: str, day: dt.date | None) -> bool:
        if any(character not in place for character, place in zip(text, form.places, strict=True)):
            return False
        if form.province_at is None:
            return True
        province = self.provinces.get(text[form.province_at : form.province_at + 2])
        return province is not None and _valid(province.since, province.until, day)

    @staticmethod
    def _repair(
        form: Form, text: str, chars: Sequence[float], alternatives: Sequence[Mapping[str, float]]
    ) -> Parsed | None:
        places = form.places
        if len(places) != len(text) or len(alternatives) != len(text):
            return None
        fixed, sure, changed = list(text), list(chars), []
        for index, (character, place) in enumerate(zip(text, places, strict=True)):
            if character in place:
                continue
            other = {c: p for c, p in alternatives[index].items() if c in place and c.isdigit() != character.isdigit()}
            if not other:
                return None
            fixed[index], sure[index] = max(other.items(), key=lambda item: item[1])
            if sure[index] < REPAIR_FLOOR:
                return None
            changed.append(index)
        return Parsed("".join(fixed), tuple(sure), form, tuple(changed))


def load(data: Mapping[str, Any]) -> Grammar:
    """Return the grammar of a plain table as the pack has it (`traffic/plates.yaml`); ValueError names what is wrong with it."""
    letters = data["letters"]
    kinds = {"P": DIGITS, "0": DIGITS, "1": DIGITS[1:]}
    kinds |= {"A": letters["first"], "B": letters["second"], "X": letters["any"]}
    provinces = [
        Province(
            str(entry["code"]), entry["name"], str(entry.get("province", "")), entry.get("since"), entry.get("until")
        )
        for entry in data["provinces"]
    ]
    codes = {province.code: province for province in provinces}
    if len(codes) != len(provinces):
        raise ValueError("a province's code stands twice")
    forms = tuple(_form(entry, kinds) for entry in data["forms"])
    return Grammar(forms, codes, letters.get("state", ""))


def display(text: str, form: Form) -> str:
    """Return a plate as people write it: 70A-123.45, 70-B1 123.45, MK-12-34."""
    head, tail = text[: len(form.rows[0])], text[len(form.rows[0]) :]
    if len(tail) == 5 and tail.isdigit():  # noqa: PLR2004 (five digits carry a dot)
        tail = f"{tail[:3]}.{tail[3:]}"
    if head[-1].isdigit() and form.province_at == 0 and not head.isdigit():
        return f"{head[:2]}-{head[2:]} {tail}"
    return f"{head}-{tail}"


def _form(entry: Mapping[str, Any], kinds: Mapping[str, str]) -> Form:
    rows = []
    for row in entry["rows"]:
        unknown = {sign for sign in row if sign not in kinds and not sign.islower()}
        if unknown:
            raise ValueError(f"form {entry['code']}: unknown signs {sorted(unknown)}")
        rows.append(tuple(sign.upper() if sign.islower() else kinds[sign] for sign in row))
    at = "".join(entry["rows"]).find("PP")
    return Form(
        code=entry["code"],
        rows=tuple(rows),
        lines=frozenset(entry["lines"]),
        colours=frozenset(Colour(colour) for colour in entry["colours"]),
        vehicles=frozenset(entry["vehicles"]),
        province_at=None if at < 0 else at,
        since=entry.get("since"),
        until=entry.get("until"),
    )


def _valid(since: dt.date | None, until: dt.date | None, day: dt.date | None) -> bool:
    return day is None or ((since is None or since <= day) and (until is None or day <= until))


def _rank(parsed: Parsed) -> tuple[int, float]:
    """Fewer changes first, then the surer weakest character."""
    return -len(parsed.repaired), min(parsed.chars, default=0.0)
