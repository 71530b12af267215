from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final, Literal

from vamco.lib.errors import fill

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from vamco.vocab.relation import Within

MASK: Final = "••••••"
"""What stands for a personal value; always of one length, so that it gives nothing away."""

Personal = Literal["", "basic", "sensitive"]
DeliveryMode = Literal["append", "replace", "replace_where"]
Severity = Literal["error", "warning"]


@dataclass(frozen=True)
class Column:
    """A field of a contract. `type` is a type of the lake; `title` is what people and spreadsheets call it.

    `unit` is that of its amounts, such as "dong". `personal`: whether its values are personal data, basic or sensitive.
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
    """What a department promises to deliver. `due` is a cron line on Vietnam's clock, "" when nothing was promised."""

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

    `header_row` counts from 1. `date_format` is "yyyy-MM-dd" or "dd/MM/yyyy".
    """

    format: Literal["", "csv", "xlsx", "jsonl"] = ""
    encoding: Literal["utf-8", "utf-8-sig"] = "utf-8-sig"
    delimiter: Literal["", ",", ";", "\t"] = ""
    sheet: str = ""
    header_row: int = 1
    date_format: Literal["yyyy-MM-dd", "dd/MM/yyyy"] = "yyyy-MM-dd"


@dataclass(frozen=True)
class Delivery:
    """A file as it arrived. `key` tells apart two deliveries that may rightly hold the same bytes, such as two pages."""

    source: str
    name: str
    media_type: str
    path: Path
    at: dt.datetime
    key: str = ""
    layout: Layout = field(default_factory=Layout)


class RunState(StrEnum):
    """Where a run is. UNCHANGED: the batch held only rows that the table had already."""

    RUNNING = "running"
    PUBLISHED = "published"
    UNCHANGED = "unchanged"
    REFUSED = "refused"
    FAILED = "failed"


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
    """One delivery and what became of it. `rows` were in the file, `accepted` + `quarantined` of them are accounted for."""

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


@dataclass(frozen=True)
class QuarantinedRow:
    """A row that was not taken, as it stood in the file, with all its reasons; the rest as in DisclosedRow."""

    row: int
    reasons: tuple[Reason, ...]
    values: Mapping[str, Any]
    masked: frozenset[str] = frozenset()
    may_open: bool = False
    opened: bool = False


@dataclass(frozen=True)
class SourceRow:
    """A row in the file as it was delivered. `line` counts from 1 and includes what stands above the table."""

    run: int
    row: int
    file: str
    line: int
    values: Mapping[str, str | None]
    masked: frozenset[str] = frozenset()


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


@dataclass(frozen=True)
class DatasetStatus:
    """How fresh and how good a dataset is. `due_at` is the first due time not met, or the next one; None without a promise.

    `quality` is the share of the last batch's rows that passed, 0 to 1. `missed_at` is the newest due time that was missed, and
    `missed_times` says how many were, counted up to ten.
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
