"""What pages hand to the components: frozen, typed, free of HTML. `/style` shows each with its fields and an example.

Words arrive translated and figures arrive formatted (`vamco.lib.money`, `vamco.lib.time`), so a component decides only
how things look.
"""

from __future__ import annotations

import datetime as dt  # noqa: TC003 - the style page reads these annotations
from dataclasses import dataclass, field
from decimal import Decimal  # noqa: TC003 - see above
from enum import StrEnum
from typing import TYPE_CHECKING, Literal

from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from collections.abc import Iterable

Text = str | Promise
Figure = Literal["", "money", "percent"]  # whole dong; percent points, so that 64.5 is "64,5%"


class Tone(StrEnum):
    """What a status means. Each has its own icon, word and colour; the heavier it is, the heavier it looks."""

    OK = "ok"
    WATCH = "watch"
    WARNING = "warning"
    URGENT = "urgent"
    STALE = "stale"
    NONE = "none"
    ACTIVE = "active"


WORDS: dict[Tone, Text] = {
    Tone.OK: _("On track"),
    Tone.WATCH: _("Watch"),
    Tone.WARNING: _("Warning"),
    Tone.URGENT: _("Urgent"),
    Tone.STALE: _("Out of date"),
    Tone.NONE: _("No data"),
    Tone.ACTIVE: _("In progress"),
}
RED: tuple[Tone, ...] = (Tone.URGENT, Tone.WARNING)
_FITS = 9  # characters of figure and unit on the narrowest card
_WORST: tuple[Tone, ...] = (*RED, Tone.STALE, Tone.WATCH, Tone.ACTIVE, Tone.OK, Tone.NONE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One indicator on a board: value, period, what it is held against, trend, status and open directives."""

    name: Text
    url: str
    figure: str  # formatted; "" shows "no data" in words
    unit: Text = ""
    period: Text = ""  # the span of time that the value counts: "11 tháng 2026"
    code: str = ""
    tone: Tone = Tone.NONE
    word: Text = ""  # instead of the tone's own word
    as_of: dt.date | dt.datetime | None = None  # when the value is true of
    age: Text = ""  # "2 ngày trước"
    missing: Text = ""  # why it says nothing of the board's day: "số liệu dừng ở 25/11/2026"; "" when it does
    lacks: Text = ""  # what is missing behind the value: "chưa đủ: thiếu 12 dòng"; "" when nothing is
    gap: Text = ""  # in words: "thấp hơn 14,1 điểm %"
    comparisons: tuple[Fact, ...] = ()  # what it is held against: same period last year, path today, target of the year
    trend: tuple[float | None, ...] = ()  # oldest first
    path: tuple[float | None, ...] = ()  # target path at the same points
    directives: int = 0
    directives_url: str = ""
    synthetic: bool = False

    @property
    def long(self) -> bool:
        """Tell whether figure and unit need a smaller size to stand beside the trend."""
        return len(self.figure) + len(str(self.unit)) > _FITS


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many of some cards say something of their day; of the others nothing may be concluded.

    `lacking` of those that do have a value behind which something is missing.
    """

    total: int
    missing: tuple[Card, ...]
    lacking: int = 0

    @classmethod
    def count(cls, cards: Iterable[Card]) -> Coverage:
        """Count the cards with and without data for the day."""
        found = tuple(cards)
        lacking = sum(1 for card in found if card.lacks and not card.missing)
        return cls(len(found), tuple(card for card in found if card.missing), lacking)

    @property
    def known(self) -> int:
        """Return how many have data."""
        return self.total - len(self.missing)

    @property
    def whole(self) -> bool:
        """Tell whether all have data, and there are any."""
        return self.total > 0 and not self.missing

    @property
    def sentence(self) -> Text:
        """Say what may be concluded."""
        if not self.lacking:
            return self._reached
        said = ngettext("%(count)s value is incomplete.", "%(count)s values are incomplete.", self.lacking)
        return f"{self._reached} {said % {'count': self.lacking}}"

    @property
    def complete(self) -> int:
        """Return how many have data behind which nothing is missing."""
        return self.known - self.lacking

    @property
    def _reached(self) -> str:
        amounts = {"known": self.known, "total": self.total}
        if self.whole and self.lacking:
            return ngettext("%(total)s indicator has reached this day.", "All %(total)s indicators have reached this day.", self.total) % amounts  # fmt: skip
        if self.whole:
            return ngettext("%(total)s indicator has data for this day.", "All %(total)s indicators have data for this day.", self.total) % amounts  # fmt: skip
        if not self.known:
            return gettext("No indicator has data for this day, so nothing can be said of it.")
        return gettext("%(known)s of %(total)s indicators have data for this day; nothing is said of the others.") % amounts  # fmt: skip


def worst_first(cards: Iterable[Card]) -> list[Card]:
    """Give the cards by how much they matter; equal ones stay in their order."""
    return sorted(cards, key=lambda card: _WORST.index(card.tone))


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of a data table."""

    label: Text
    key: str = ""  # given: the head sorts by `?sort=key`, `?sort=-key`
    sorts: bool = True  # False: the key only names the column, as a listing needs it
    optional: bool = False  # of a listing: left out until the reader chooses it
    noted: Text = ""  # what the notes of its cells say: in a file they are a column of their own
    lacking: Text = ""  # the same for what is missing behind its cells' values
    number: bool = False  # aligned right, tabular figures
    figure: Figure = ""  # what a file writes its figures as
    unit: Text = ""  # of its figures, where the label does not say it; a file adds it to the label
    decimals: int | None = None  # of its figures in a spreadsheet; None: as many as each has, at most two
    tight: bool = False  # never broken over lines
    hidden_label: bool = False  # head is for screen readers only


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A cell of a data table; a plain string does for text alone."""

    text: Text = ""
    url: str = ""
    tone: Tone | None = None  # given: shown as a status badge with `text` as its word
    note: Text = ""  # second line, softer
    lacks: Text = ""  # what is missing behind the value, on a line of its own with its sign
    moment: dt.date | dt.datetime | None = None  # given: `text` is wrapped in <time>
    value: Decimal | int | str | None = None  # what is sorted and exported, where that is not `moment` or `text`
    figure: Figure | None = None  # of this value, where it is not the column's; None: as the column says


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows that sort, filter, print, and stack into cards on a small screen. The first cell names the row."""

    caption: Text
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell | Text, ...], ...]
    sort: str = ""  # the key in force, "-key" when descending
    hide_caption: bool = False
    sortable_here: bool = False  # short tables: the browser sorts, no round trip
    stacks: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A term and what it stands for."""

    term: Text
    text: Text
    url: str = ""
    moment: dt.date | dt.datetime | None = None
    lacks: Text = ""  # what is missing behind it


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """Something that happened, on a timeline."""

    title: Text
    at: dt.date | dt.datetime
    who: Text = ""
    text: Text = ""
    note: Text = ""  # what followed from it, below the text
    tone: Tone = Tone.NONE
    icon: str = ""  # instead of the tone's own
    links: tuple[Link, ...] = ()  # evidence


@dataclass(frozen=True, slots=True)
class Link:
    """A place to go; without address it is where the reader is. `count` is a number, or what stands for a large one."""

    label: Text
    url: str = ""
    icon: str = ""
    count: int | str | None = None
    current: bool = False


class Role(StrEnum):
    """What a line of a chart stands for."""

    ACTUAL = "actual"
    TARGET = "target"
    PREVIOUS = "previous"
    FORECAST = "forecast"


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """One line of a chart; None is a gap, never zero."""

    name: Text
    values: tuple[float | None, ...]
    role: Role = Role.ACTUAL
    bars: bool = False


@dataclass(frozen=True, slots=True)
class Mark:
    """A vertical line at one of the chart's points: "alarm", "merger"."""

    at: int  # index into `points`
    label: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """Lines over time with a target path, a sentence that says the message, and the same numbers as a table."""

    id: str
    title: Text
    message: Text
    lacks: Text = ""  # what is missing behind the newest value
    points: tuple[Text, ...]  # names of the points in time, oldest first
    series: tuple[Series, ...]
    head: Text = ""  # head of the table's first column; "" says "Period"
    unit: Text = ""
    decimals: int = 1
    marks: tuple[Mark, ...] = ()
    from_zero: bool = False


@dataclass(frozen=True, slots=True)
class MapClass:
    """One colour of a map: `step-1` … `step-5` from low to high, or a tone."""

    key: str
    label: Text
    count: int | None = None  # how many areas stand in it


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """What a map says about one commune."""

    code: str  # the feature's `properties.code`
    name: Text
    figure: str
    group: str  # key of its MapClass
    url: str = ""
    sort: float | None = None  # order in the list twin; None comes last
    lacks: Text = ""  # what is missing behind the figure


@dataclass(frozen=True, slots=True, kw_only=True)
class MapLayer:
    """A choropleth of communes with its legend and its list twin."""

    id: str
    title: Text
    message: Text
    source: str  # address of the GeoJSON; features carry `properties.code`
    classes: tuple[MapClass, ...]
    areas: tuple[Area, ...]
    value_label: Text
    schematic: bool = True  # says that these are no legal boundaries
    folded: bool = False  # the list twin opens on demand, where the map has half the width


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step from a number back to its source. Icons: value, definition, snapshot, run, checks, file."""

    kind: Text
    title: Text
    icon: str
    url: str = ""
    tone: Tone | None = None
    word: Text = ""
    facts: tuple[Fact, ...] = field(default=())


def spark(values: tuple[float | None, ...], path: tuple[float | None, ...] = ()) -> dict[str, str] | None:
    """Give the drawing of a sparkline on a field of 96 × 36: `line` and `path` as SVG path data.

    Both lines share one scale. A gap in the values breaks the line. None when fewer than two values are known.
    """
    known = [value for value in (*values, *path) if value is not None]
    if sum(value is not None for value in values) < 2:  # noqa: PLR2004 - a line needs two ends
        return None
    low, high = min(known), max(known)
    scale = 32 / (high - low) if high > low else 0
    step = 94 / (max(len(values), len(path)) - 1)

    def spot(index: int, value: float) -> tuple[str, str]:
        return f"{1 + index * step:.1f}", f"{34 - (value - low) * scale if scale else 18:.1f}"

    def data(line: tuple[float | None, ...]) -> str:
        parts, pen = [], "M"
        for index, value in enumerate(line):
            if value is None:
                pen = "M"
                continue
            parts.append(pen + " ".join(spot(index, value)))
            pen = "L"
        return "".join(parts)

    return {"line": data(values), "path": data(path)}
