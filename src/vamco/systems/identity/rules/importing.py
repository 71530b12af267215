"""A list of officials from a spreadsheet: which columns it has, what each cell says, and what is wrong with it. Pure.

Nothing is guessed: what could be read in two ways is named, by the cell's name in the spreadsheet, for somebody to mend.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Final

from vamco.lib.errors import N_, Refused, fill
from vamco.lib.nearest import nearest
from vamco.lib.text import fold, nfc, spelling
from vamco.lib.time import read_date
from vamco.systems.identity.rules import staff

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from vamco.engines.sheets import Line, SheetCell

COLUMNS: Final[dict[str, tuple[str, str]]] = {  # how the template heads them, in Vietnamese and English
    "name": ("Họ tên", "Full name"),
    "username": ("Tên đăng nhập", "Account name"),
    "agency": ("Mã đơn vị", "Agency code"),
    "role": ("Vai trò", "Role"),
    "position": ("Chức vụ", "Position"),
    "title": ("Chức danh", "Title"),
    "email": ("E-mail", "E-mail"),
    "since": ("Từ ngày", "First day"),
}
NEEDED: Final = ("name", "agency", "role", "since")
_ALSO: Final = {
    "ho va ten": "name", "ten": "name", "name": "name",
    "tai khoan": "username", "ten tai khoan": "username", "username": "username",
    "ma co quan": "agency", "don vi": "agency", "agency": "agency", "ma don vi cong tac": "agency",
    "email": "email", "thu dien tu": "email", "ngay bat dau": "since", "since": "since",
}  # fmt: skip
MOST_ROWS: Final = 2000
_HEAD_WITHIN: Final = 20  # lines above the heads: a title, a date
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9._-]{1,59}")
_EMAIL: Final = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\"]+\.[A-Za-z]{2,}")
_PARTS: Final = re.compile(r"[a-z0-9_]+")
_LONGEST: Final = {"name": 150, "title": 150, "email": 200}
_TWELVE: Final = 12


@dataclass(frozen=True)
class Fault:
    """What is wrong with a cell: its name as the spreadsheet has it ("D12"), and why."""

    cell: str
    message: str
    data: Mapping[str, str] = field(default_factory=dict)

    def text(self, translate: Callable[[str], str]) -> str:
        """Say it in the language of `translate`."""
        return fill(translate(self.message), self.data)


@dataclass(frozen=True)
class Listed:
    """A row of the list: what was read, what is wrong, and whether somebody there has this account and post already."""

    number: int
    texts: Mapping[str, str]
    faults: tuple[Fault, ...]
    invitation: staff.Invitation | None = None  # None where something is wrong
    there: bool = False


@dataclass(frozen=True)
class Known:
    """What the platform knows at the moment, to read a list by. Names are compared as `spelling` has them."""

    agencies: Mapping[str, tuple[str, dt.date, dt.date | None]]  # in the reader's reach: path, first and last day
    roles: Mapping[str, tuple[str, tuple[str, ...]]]  # code: its reach, its names
    positions: Mapping[str, tuple[str, ...]]
    holders: Mapping[
        str, frozenset[tuple[str, str, str]]
    ]  # account name: (name, agency, role) of the posts of its person
    people: frozenset[tuple[str, str, str]]  # the same of everybody with an account
    first: dt.date
    last: dt.date
    may_give: Callable[[str, str], bool]  # a role's code and an agency's path

    @cached_property
    def words(self) -> dict[str, dict[str, str]]:
        """Return the codes of roles and positions by all that may stand in a cell for them, folded."""
        named = {"role": {code: names for code, (_reach, names) in self.roles.items()}, "position": self.positions}
        return {
            key: {_bare(word): code for code, names in known.items() for word in (code, *names)}
            for key, known in named.items()
        }


def read(lines: Sequence[Line], known: Known) -> list[Listed]:
    """Return the rows of a list with what is wrong with each; Refused where there are no heads, or too many rows."""
    heads, places = _heads(lines)
    rows = [line for line in lines if line.number > heads and any(_clean(cell) for cell in line.cells)]
    if not rows:
        raise Refused("identity.empty_list", N_("There is no row below the heads."))
    if len(rows) > MOST_ROWS:
        raise Refused("identity.long_list", N_("At most %(most)s rows at once. Divide the list."), most=MOST_ROWS)
    swapped = _swapped(rows, places["since"])
    read_rows = [_Row(line, places, known, swapped) for line in rows]
    _name_accounts(read_rows, known)
    _compare(read_rows, known)
    return [row.listed() for row in read_rows]


def _heads(lines: Sequence[Line]) -> tuple[int, dict[str, int]]:
    """Return the number of the line of heads, and in which column stands what."""
    names = {fold(word): key for key, words in COLUMNS.items() for word in words} | _ALSO
    best: dict[str, int] = {}
    for line in lines[:_HEAD_WITHIN]:
        found: dict[str, int] = {}
        for column, cell in enumerate(line.cells):
            key = names.get(fold(_clean(cell)).rstrip(" *:"))
            if key and key not in found:
                found[key] = column
        if all(key in found for key in NEEDED):
            return line.number, found
        best = max(best, found, key=len)
    missing = ", ".join(COLUMNS[key][0] for key in NEEDED if key not in best)
    raise Refused(
        "identity.no_heads", N_("These columns are missing: %(columns)s. Take the template."), columns=missing
    )


def _bare(text: str) -> str:
    """Return a word of a list without diacritics and punctuation: a comma that is missing makes it no other word."""
    return " ".join(_PARTS.findall(fold(text)))


def _clean(cell: SheetCell | None) -> str:
    """Return the text of a cell without what nobody sees: in NFC, no format characters, single plain spaces."""
    if cell is None:
        return ""
    text = "".join(
        " " if c.isspace() else c for c in nfc(cell.text) if unicodedata.category(c) not in {"Cf", "Cc"} or c.isspace()
    )
    return " ".join(text.split())


def _swapped(rows: Iterable[Line], column: int) -> bool:
    """Whether a spreadsheet with American settings has read some of the dates, and left others as text.

    Typed day first, "03/04/2026" becomes 4 March there, and "13/04/2026" stays a text: all dates have a day up to 12, all texts one above.
    """
    dates: list[int] = []
    texts: list[int] = []
    for line in rows:
        cell = line.cells[column] if column < len(line.cells) else None
        day = read_date(_clean(cell))
        if cell is not None and day is not None:
            (dates if cell.kind == "date" else texts).append(day.day)
    return bool(dates and texts) and all(day <= _TWELVE for day in dates) and all(day > _TWELVE for day in texts)


class _Row:
    """One row while it is read."""

    def __init__(self, line: Line, places: Mapping[str, int], known: Known, swapped: bool) -> None:  # noqa: FBT001
        self._line, self._places, self._known = line, places, known
        self.texts = {key: self._text(key) for key in COLUMNS}
        self.faults: list[Fault] = []
        self.there = False
        self.name = self._name()
        self.agency = self._agency()
        self.role = self._one_of("role")
        self.position = self._one_of("position") if self.texts["position"] else ""
        self.since = self._since(swapped=swapped)
        self.username = self._username()
        self._rest()

    def wrong(self, key: str, message: str, **data: str) -> None:
        """Note what is wrong with a cell."""
        column = self._places.get(key, self._places["name"])
        self.faults.append(Fault(self._line.name_of(column), message, data))

    def cell_of(self, key: str) -> str:
        """Return the name of a cell."""
        return self._line.name_of(self._places.get(key, self._places["name"]))

    @property
    def post(self) -> tuple[str, str, str]:
        """Return who would hold what where."""
        return spelling(self.name), self.agency, self.role

    def listed(self) -> Listed:
        """Return the row as read."""
        given = staff.Given(self.agency, self.role, self.since or dt.date.min, self.position, self.texts["title"])
        whole = staff.Invitation(self.name, self.username, given, self.texts["email"])
        return Listed(
            self._line.number,
            {**self.texts, "username": self.username},
            tuple(sorted(self.faults, key=self._place)),
            None if self.faults else whole,
            self.there,
        )

    def _place(self, fault: Fault) -> tuple[int, str]:
        return len(fault.cell), fault.cell

    def _cell(self, key: str) -> SheetCell | None:
        column = self._places.get(key)
        return self._line.cells[column] if column is not None and column < len(self._line.cells) else None

    def _text(self, key: str) -> str:
        return _clean(self._cell(key))

    def _broken(self, key: str) -> bool:
        """Note a cell that holds an error of the spreadsheet, or a formula without a value."""
        cell = self._cell(key)
        if cell is not None and cell.kind in {"error", "formula"}:
            self.wrong(key, N_("holds an error of a formula: %(text)s"), text=cell.text[:40])
            return True
        return False

    def _name(self) -> str:
        name = self.texts["name"]
        if self._broken("name"):
            return name
        if not name:
            self.wrong("name", N_("the name is missing"))
        elif len(name) > _LONGEST["name"]:
            self.wrong("name", N_("is longer than %(most)s characters"), most=str(_LONGEST["name"]))
        elif any(c.isdigit() for c in name) or not any(c.isalpha() for c in name):
            self.wrong("name", N_("is no name of a person: %(text)s"), text=name[:40])
        return name

    def _agency(self) -> str:
        text = self.texts["agency"]
        if self._broken("agency"):
            return ""
        if not text:
            self.wrong("agency", N_("the agency is missing"))
        elif text.upper() in self._known.agencies:
            return text.upper()
        else:
            self._unknown("agency", text, self._known.agencies)
        return ""

    def _one_of(self, key: str) -> str:
        """Return the code of what a cell names, by code or name."""
        text = self.texts[key]
        if self._broken(key):
            return ""
        if not text:
            self.wrong(key, N_("the role is missing"))
            return ""
        words = self._known.words[key]
        found = words.get(_bare(text), "")
        if not found:
            named = (
                self._known.positions.values()
                if key == "position"
                else [names for _reach, names in self._known.roles.values()]
            )
            self._unknown(key, text, [*words.values(), *(word for names in named for word in names)])
        return found

    def _unknown(self, key: str, text: str, known: Iterable[str]) -> None:
        meant = nearest(text, known)
        message = N_("is not known, or not for you: %(text)s; did you mean %(meant)s?") if meant else N_("is not known, or not for you: %(text)s")  # fmt: skip
        self.wrong(key, message, text=text[:40], meant=meant)

    def _since(self, *, swapped: bool) -> dt.date | None:
        cell, text = self._cell("since"), self.texts["since"]
        if self._broken("since"):
            return None
        if not text:
            self.wrong("since", N_("the first day is missing"))
            return None
        day = read_date(text)
        if cell is not None and cell.kind == "number":
            self.wrong("since", N_("is a number, not a day: %(text)s"), text=text[:40])
        elif day is None:
            self.wrong("since", N_("is no day that exists, as day/month/year: %(text)s"), text=text[:40])
        elif cell is not None and cell.kind == "date" and swapped:
            self.wrong("since", N_("may have day and month the wrong way round: %(day)s or %(other)s?"), day=f"{day:%d/%m/%Y}", other=f"{day:%m/%d/%Y}")  # fmt: skip
        elif not self._known.first <= day <= self._known.last:
            self.wrong("since", N_("lies too far in the past or the future: %(day)s"), day=f"{day:%d/%m/%Y}")
        else:
            return day
        return None

    def _username(self) -> str:
        text = self.texts["username"]
        if self._broken("username") or not text:
            return ""
        if not _NAME.fullmatch(text):
            self.wrong("username", N_("is no account name, which has small letters a-z, digits, dots, hyphens: %(text)s"), text=text[:60])  # fmt: skip
        return text

    def _rest(self) -> None:
        for key in ("title", "email"):
            self._broken(key)
        if len(self.texts["title"]) > _LONGEST["title"]:
            self.wrong("title", N_("is longer than %(most)s characters"), most=str(_LONGEST["title"]))
        email = self.texts["email"]
        if email and not (len(email) <= _LONGEST["email"] and _EMAIL.fullmatch(email)):
            self.wrong("email", N_("is no e-mail address"))
        if self.agency and self.role:
            path, first, last = self._known.agencies[self.agency]
            if not self._known.may_give(self.role, path):
                self.wrong("role", N_("reaches further than you administer"))
            if self.since and not (first <= self.since and (last is None or self.since <= last)):
                self.wrong("since", N_("the agency does not exist on that day"))


def _name_accounts(rows: Sequence[_Row], known: Known) -> None:
    """Propose an account name where none is given, one that neither the platform nor the list has."""
    taken = set(known.holders) | {row.username for row in rows}
    for row in rows:
        if not row.username and row.name and row.post not in known.people:
            row.username = staff.account_name(row.name, taken)
            taken.add(row.username)
            if not row.username:
                row.wrong("username", N_("no account name can be made from this name; enter one"))


def _compare(rows: Sequence[_Row], known: Known) -> None:
    """Compare rows with each other and with who is there: the same list brings nobody twice."""
    accounts: dict[str, str] = {}
    posts: dict[tuple[str, str, str], _Row] = {}
    for row in rows:
        entered = row.texts["username"]
        if entered and (first := accounts.setdefault(entered, row.cell_of("username"))) != row.cell_of("username"):
            row.wrong("username", N_("the same account name stands in %(cell)s"), cell=first)
        if all(row.post) and not row.faults:
            other = posts.setdefault(row.post, row)
            if other is not row and not (entered and other.texts["username"]):
                row.wrong("name", N_("the same name with the same post stands in %(cell)s; where they are two people, give both an account name"), cell=other.cell_of("name"))  # fmt: skip
        if entered in known.holders:
            row.there = row.post in known.holders[entered]
            if not row.there:
                row.wrong("username", N_("this account name is taken by somebody else"))
        elif not entered and row.post in known.people:
            row.there = True
