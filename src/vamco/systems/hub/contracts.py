from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final, Literal

from vamco.lib.errors import fill

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Mapping
    from decimal import Decimal
    from pathlib import Path

    from vamco.vocab.relation import Within

MASK: Final = "••••••"
"""What stands for a personal value; always of one length, so that it gives nothing away."""

Personal = Literal["", "basic", "sensitive"]
DeliveryMode = Literal["append", "replace", "replace_where"]
Severity = Literal["error", "warning"]
Corrections = Literal["quarantine", "revise"]
CoveredPeriod = Literal["", "day", "month", "year"]
DueFor = Literal["before", "current"]
Encoding = Literal["utf-8", "utf-8-sig", "utf-16", "windows-1258", "tcvn3", "vni"]
DateFormat = Literal["yyyy-MM-dd", "dd/MM/yyyy", "dd-MM-yyyy", "dd.MM.yyyy", "yyyyMMdd"]


@dataclass(frozen=True)
class Column:
    """A field of a contract. `type` is a type of the lake; `title` is what people and spreadsheets call it.

    `unit` is that of its amounts, such as "dong" or "percent". `personal`: whether its values are personal data, basic or
    sensitive. `titles`: what else a file may call it. A file's numbers are multiplied by `multiplier` (a file in million dong:
    1000000). `no_data`: what stands in a cell that says nothing, beside the layout's own. `line_breaks`: whether a cell may hold
    some.
    """

    name: str
    type: str
    title: str = ""
    doc: str = ""
    required: bool = False
    unique: bool = False
    minimum: Any = None
    maximum: Any = None
    pattern: str = ""
    max_length: int | None = None
    was: str = ""
    personal: Personal = ""
    title_en: str = ""
    unit: str = ""
    titles: tuple[str, ...] = ()
    multiplier: int = 1
    no_data: tuple[str, ...] = ()
    line_breaks: bool = False


@dataclass(frozen=True)
class Check:
    """One thing that rows (or a batch, when `column` is "") must hold. `value` and `other` belong to the kind."""

    kind: str
    column: str = ""
    value: Any = None
    other: str = ""
    severity: Severity = "error"

    @property
    def code(self) -> str:
        """What a quarantined row is marked with: "minimum:so_tien"."""
        return f"{self.kind}:{self.column}" if self.column else self.kind


@dataclass(frozen=True)
class Contract:
    """What a department promises to deliver. `due` is a cron line on Vietnam's clock, "" when nothing was promised.

    `period` is what a delivery covers and `period_column` the column whose newest day says which one. Due times that fall on a
    day off move to the next working day where `working_days`; `grace_days` (working days then, else days) pass before it is late.
    A due time asks for the newest whole period before it, or for the one that it lies in (`due_for` current: plans).
    `max_bad` bounds the share of wrong rows, `max_bad_value` the share of each amount that they carry. `corrections`: what an
    append delivery may do with a key that is there with other words. `nothing`: what a delivery says that has nothing to report.
    """

    id: str
    version: str
    title: str
    title_en: str
    doc: str
    owner: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    declared: tuple[Check, ...]
    delivery: DeliveryMode
    slice_column: str
    due: str
    personal_data: str
    synthetic: bool
    max_bad: float
    max_bad_value: float = 0.2
    corrections: Corrections = "quarantine"
    nothing: str = ""
    period: CoveredPeriod = ""
    period_column: str = ""
    working_days: bool = True
    grace_days: int = 0
    due_for: DueFor = "before"

    def column(self, name: str) -> Column:
        """The field with a name."""
        return next(column for column in self.columns if column.name == name)

    @property
    def personal_columns(self) -> tuple[str, ...]:
        """The fields that are marked as personal data."""
        return tuple(column.name for column in self.columns if column.personal)


@dataclass(frozen=True)
class Layout:
    """How a file is laid out. Empty fields are found out by looking: the format by content, the delimiter by the header.

    Patterns have * and ?, and are compared as labels are (case, blanks and Unicode forms do not count). What is not said here is
    not guessed: a file that shows more than its layout says is refused.

    - `header_row` counts from 1; 0 searches for the row that names the most columns. `header_rows`: how many rows make the
      header, joined from top to bottom with a blank. `number_row`: a row of column numbers stands below it.
    - `ends_before`: patterns of the first filled cell of the row before which the table ends (signatures). `leave_out`: patterns
      of the first filled cell of rows that are no data (subtotals, sections). `total_row`: the pattern of the row with the printed
      total, against which the columns of numbers are added up.
    - `fill_down`: columns whose merged or empty cells mean the value above.
    - `sheet`: a name, or a pattern: all visible sheets that fit it, one below the other. `hidden_sheets`: hidden ones too.
    - `decimal`, `thousands`: the signs in numbers that stand as text; without `thousands` they have no groups.
      `brackets_negative`: (1.000) is -1000. `no_data`: what stands in a cell that says nothing.
    - `unit_label`: the beginning of the cell that names the unit of all amounts ("Đơn vị tính"); `as_of_label`: of the one that
      says on what day the file was true ("Tính đến ngày").
    - `name_form`: a regular expression for the whole file name, whose named groups are columns: what each row says there, or
      what is filled in where the file has no such column. A file with another name is refused.
    """

    format: Literal["", "csv", "xlsx", "jsonl"] = ""
    encoding: Encoding = "utf-8-sig"
    delimiter: Literal["", ",", ";", "\t"] = ""
    sheet: str = ""
    header_row: int = 1
    date_format: DateFormat = "yyyy-MM-dd"
    header_rows: int = 1
    number_row: bool = False
    ends_before: tuple[str, ...] = ()
    leave_out: tuple[str, ...] = ()
    total_row: str = ""
    fill_down: tuple[str, ...] = ()
    hidden_sheets: bool = False
    decimal: Literal["", ".", ","] = ""
    thousands: Literal["", ".", ",", " "] = ""
    brackets_negative: bool = False
    no_data: tuple[str, ...] = ()
    unit_label: str = ""
    as_of_label: str = ""
    name_form: str = ""

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Layout:
        """The layout that was kept as JSON, in this or an older form."""
        values: dict[str, Any] = {name: tuple(each) if isinstance(each, list) else each for name, each in kept.items()}
        return cls(**values)


@dataclass(frozen=True)
class Delivery:
    """A file as it arrived. `key` tells apart two deliveries that may rightly hold the same bytes, such as two pages.

    `at` is when the sender last changed it: of two deliveries of the same slice the older one never wins. `declared_rows`: how
    many rows the source says that there are in the whole; None when it does not say. `beside`: the other files that lie there.
    `complete`: it holds all rows that the source has, also those that came before, so that what lacks in it is gone there.
    """

    source: str
    name: str
    media_type: str
    path: Path
    at: dt.datetime
    key: str = ""
    layout: Layout = field(default_factory=Layout)
    declared_rows: int | None = None
    beside: tuple[str, ...] = ()
    complete: bool = False


class RunState(StrEnum):
    """Where a run is. UNCHANGED: the batch held only rows that the table had already. HELD: it waits for a person."""

    RUNNING = "running"
    PUBLISHED = "published"
    UNCHANGED = "unchanged"
    REFUSED = "refused"
    FAILED = "failed"
    HELD = "held"


@dataclass(frozen=True)
class Reason:
    """Why a row or a batch was not taken: a code, and an English msgid with its data."""

    code: str
    message: str
    data: dict[str, Any]

    def text(self, translate: Callable[[str], str]) -> str:
        """The reason in the reader's language."""
        return fill(translate(self.message), self.data)


@dataclass(frozen=True)
class Finding:
    """How many rows of a run broke a check."""

    code: str
    rows: int
    severity: Severity


@dataclass(frozen=True)
class RunView:
    """One delivery and what became of it.

    `rows` were in the file; each is `accepted`, `repeated` (it stands in the table already, word for word) or `quarantined`. Of the
    accepted ones, `revised` took the place of what the table said before. `kept` rows of the delivery before stay in force, marked,
    because their successors are in quarantine.
    """

    id: int
    dataset: str
    title: str
    source: str
    name: str
    state: RunState
    started_at: dt.datetime
    finished_at: dt.datetime | None
    rows: int
    accepted: int
    quarantined: int
    snapshot: int | None
    reason: Reason | None
    findings: tuple[Finding, ...]
    contract_version: str
    sha256: str
    size: int
    owner: str
    repeated: int = 0
    revised: int = 0
    kept: int = 0


@dataclass(frozen=True)
class QuarantinedRow:
    """A row that was not taken, as it stood in the file, with all its reasons; the rest as in DisclosedRow.

    `place` says where the reader finds it in the file; None when the file does not say it any more. `void`: a person said that it
    is no data. `settled` is the run that brought it corrected.
    """

    row: int
    reasons: tuple[Reason, ...]
    values: Mapping[str, Any]
    masked: frozenset[str] = frozenset()
    may_open: bool = False
    opened: bool = False
    place: RowPlace | None = None
    void: bool = False
    settled: int | None = None


@dataclass(frozen=True)
class OpenRows:
    """Rows in quarantine of a run that mark values: all of them, or those with one reason. Amounts as in Shortfall."""

    reason: Reason | None
    rows: int
    amounts: Mapping[str, Decimal]
    unread: frozenset[str]


@dataclass(frozen=True)
class VoidingView:
    """A decision that rows in quarantine are no data: those with one reason, or all that were open. `undone`: it was taken back.

    `back` of the rows would mark values again if it were taken back now: a later delivery has not brought them corrected.
    """

    id: int
    reason: Reason | None
    rows: int
    by: str
    at: dt.datetime
    note: str
    back: int
    undone: Undone | None = None


@dataclass(frozen=True)
class Undone:
    """Who took a decision back, when and why."""

    by: str
    at: dt.datetime
    note: str


@dataclass(frozen=True)
class RowPlace:
    """Where a row stands as a spreadsheet or an editor numbers it, from 1. `sheet`: of a workbook, "" where there is only one."""

    line: int
    sheet: str = ""


@dataclass(frozen=True)
class SourceRow:
    """A row in the file as it was delivered. `line` counts from 1 and includes what stands above the table.

    `may_open`, `opened` as in DisclosedRow. `reasons`: why it was not taken; none when it was.
    """

    run: int
    row: int
    file: str
    line: int
    values: Mapping[str, str | None]
    masked: frozenset[str] = frozenset()
    may_open: bool = False
    opened: bool = False
    reasons: tuple[Reason, ...] = ()
    sheet: str = ""


@dataclass(frozen=True)
class Sight:
    """Which rows of a dataset a person may see, and in which of them personal data may be opened."""

    dataset: str
    rows: Within
    personal: Within


@dataclass(frozen=True)
class DisclosedRow:
    """A row as its reader may see it. `masked`: the columns whose values are hidden; `may_open`: for a purpose they are not.

    `opened`: they were hidden but for the purpose that the reader stated.
    """

    run: int
    row: int
    values: Mapping[str, Any]
    masked: frozenset[str]
    may_open: bool
    opened: bool = False


FileAccess = Literal["free", "purpose", "closed"]
"""Whether a reader may have the file of a run: at once, for a stated purpose, or not at all."""


class ReceiptKind(StrEnum):
    """What a look at a source found: a delivery, the same content as before, word that there is nothing, or an empty full list."""

    DELIVERED = "delivered"
    UNCHANGED = "unchanged"
    NOTHING = "nothing"
    EMPTY = "empty"


@dataclass(frozen=True)
class ReceiptView:
    """A look at a source that found something to say of a dataset. `run` brought the content, None where there was none."""

    at: dt.datetime
    kind: ReceiptKind
    source: str
    name: str
    run: int | None
    covers_until: dt.date | None


@dataclass(frozen=True)
class DatasetStatus:
    """How fresh and how good a dataset is. `due_at` is the first due time not met, or the next one; None without a promise.

    `quality` is the share of the last batch's rows that passed, 0 to 1. `missed_at` is the newest due time that was missed, and
    `missed_times` says how many were, counted up to ten. `grace_until` is when a due time that has passed will be missed.
    `last_receipt` is the newest look at its source; `nothing_new_since` when its content last changed, if it has come unchanged since.
    `silent` names those who are expected to report and have not yet, of `expected`, for the period that is asked for now.
    """

    dataset: str
    title: str
    title_en: str
    owner: str
    owner_name: str
    due_at: dt.datetime | None
    late_by: dt.timedelta | None
    last_published_at: dt.datetime | None
    rows: int
    quarantined: int
    quality: float | None
    snapshot: int | None
    run: int | None
    missed_at: dt.datetime | None = None
    missed_times: int = 0
    grace_until: dt.datetime | None = None
    last_receipt: ReceiptView | None = None
    nothing_new_since: dt.datetime | None = None
    expected: int = 0
    silent: tuple[str, ...] = ()


@dataclass(frozen=True)
class SourceView:
    """A system that data are collected from, and how the last collection went."""

    code: str
    name: str
    name_en: str
    agency: str
    kind: str
    datasets: tuple[str, ...]
    collected_at: dt.datetime | None
    failure: Reason | None


@dataclass(frozen=True)
class Progress:
    """How far a collection is: deliveries of one dataset taken in so far, of how many when that is known."""

    source: str
    dataset: str
    done: int
    of: int | None
    rows: int


@dataclass(frozen=True)
class Collected:
    """What a collection brought. A dataset that failed does not stop the others."""

    source: str
    runs: tuple[RunView, ...]
    failures: dict[str, Reason]


@dataclass(frozen=True)
class Coverage:
    """What a dataset can know, by those who are expected to report in it: communes or agencies, named in a column.

    `known_until` has for each code the last day that it reported on; who is missing there never has. What lies after that day is
    unknown for it, not nought.
    """

    level: Literal["place", "agency"]
    column: str
    expected: frozenset[str]
    known_until: Mapping[str, dt.date]


@dataclass(frozen=True)
class Shortfall:
    """What is missing behind the snapshot in force: rows in quarantine whose place no good row has taken since.

    `amounts` has, for each column of numbers, the sum of what could be read of them; `unread` the columns in which some of them have
    no number that could be read, so that nobody knows how much is missing. `kept` rows stand for some of them with their old
    values. `runs` are those whose quarantine it is.
    """

    rows: int
    kept: int
    amounts: Mapping[str, Decimal]
    unread: frozenset[str]
    runs: tuple[int, ...]


@dataclass(frozen=True)
class MissingRow:
    """What a row in quarantine says in some columns: text, number or day.

    "" is an empty cell; what cannot be trusted or read is left out or None.
    """

    run: int
    values: Mapping[str, str | Decimal | dt.date | None]
