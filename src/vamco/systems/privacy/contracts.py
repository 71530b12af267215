"""What privacy takes and gives: rights, clocks, what is held of a person, looks at their data."""

from __future__ import annotations

import datetime as dt  # noqa: TC003  # dataclasses are read at run time by whoever shows them
from collections.abc import Callable, Sequence  # noqa: TC003  # see above
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from vamco.kernel.world.people.models import Person

Unit = Literal["working_day", "calendar_day", "hour"]
Mark = Literal["verified", "unverified"]
OnRequest = Literal["delete", "anonymise", "keep"]


class Right(StrEnum):
    """What a person may ask for about their own data. Source: Luật 91/2025/QH15, Đ. 4 (rights of data subjects; second-hand)."""

    KNOW = "know"
    CORRECT = "correct"
    DELETE = "delete"
    RESTRICT = "restrict"
    OBJECT = "object"
    WITHDRAW = "withdraw"
    EXPORT = "export"
    COMPLAIN = "complain"


@dataclass(frozen=True)
class Term:
    """How long something may take from a day on, by which source, and whether somebody has checked the source."""

    valid_from: dt.date
    amount: int
    unit: Unit
    source: str
    mark: Mark


@dataclass(frozen=True)
class Clock:
    """A clock of the law with its terms, the newest last."""

    code: str
    name: str
    name_en: str
    terms: tuple[Term, ...]


@dataclass(frozen=True)
class Purpose:
    """What personal data are processed for, in one version."""

    code: str
    valid_from: dt.date
    name: str
    name_en: str
    what: str
    what_en: str
    whose: str
    whose_en: str
    basis: Literal["law", "consent"]
    source: str
    recipients: str
    recipients_en: str
    kept: str
    kept_en: str
    text: str
    text_en: str
    stops: str
    stops_en: str
    mark: Mark
    asks_again: bool = False


@dataclass(frozen=True)
class Rule:
    """How long one holding is kept, and what a request for deletion does with it. `months` None: no term is known."""

    code: str
    name: str
    name_en: str
    months: int | None
    counts_from: str
    counts_from_en: str
    on_request: OnRequest
    reason: str
    reason_en: str
    source: str
    mark: Mark


@dataclass(frozen=True)
class Line:
    """One line of what is held: a msgid as its name, and its value as text."""

    name: str
    value: str


@dataclass(frozen=True)
class Section:
    """Records of one sort that are held of a person. `title` is a msgid; each record is a list of lines."""

    title: str
    records: tuple[tuple[Line, ...], ...] = ()


@dataclass(frozen=True)
class Erased:
    """What an erasure did with one holding: counts only."""

    deleted: int = 0
    anonymised: int = 0
    kept: int = 0


@dataclass(frozen=True)
class Holding:
    """A sort of personal data that a room holds. `code` is that of its rule in the retention table.

    `sections` gives all of it for one person. `erase(person, ground, actor)` deletes or anonymises it, inside the caller's
    transaction, and is safe to repeat; None where nothing is ever erased. `expire(before)` deletes at most a batch of what had to be kept
    until before a moment and returns how many; `due(before)` counts it.
    """

    code: str
    title: str
    sections: Callable[[Person], Sequence[Section]]
    erase: Callable[[Person, str, str], Erased] | None = None
    due: Callable[[dt.datetime], int] | None = None
    expire: Callable[[dt.datetime], int] | None = None


@dataclass(frozen=True)
class ConsentView:
    """A purpose as one person sees it. `given` is None where the law needs no consent; `outdated`: it was given to an earlier text."""

    purpose: Purpose
    version: int
    given: bool | None
    since: dt.datetime | None
    seen_version: int | None
    outdated: bool


@dataclass(frozen=True)
class ConsentStep:
    """One line of the history of a consent, with the text that was seen."""

    given: bool
    at: dt.datetime
    version: int
    text: str
    text_en: str
    by_other: str  # the name of who acted for the person, "" for themselves


@dataclass(frozen=True)
class LookView:
    """Somebody did something with a person's data. `who` is "" where the pack does not show names of officials, or a machine acted."""

    id: int
    at: dt.datetime
    act: str
    said: str  # msgid
    looked: bool
    who: str
    post: str
    post_en: str
    agency: str
    agency_en: str
    machine: bool
    purpose: str


@dataclass(frozen=True)
class Looks:
    """One page of looks, newest first; `after` begins the next page, None at the end."""

    looks: tuple[LookView, ...]
    after: int | None


@dataclass(frozen=True)
class RequestView:
    """What is known of a request beside its case."""

    right: Right
    answer_due_at: dt.datetime
    answered_at: dt.datetime | None
    term: Term
    subject: str = ""
    report: tuple[tuple[str, str, Erased], ...] = field(default=())  # holding's name, in English, what was done
