"""What the catalogue hands out: a hit of the search, a way to file, a change between two versions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    import datetime as dt

    from vamco.kernel.world.agencies.contracts import AgencyOn
    from vamco.systems.onestop.declaration import LifeEventItem, ProcedureItem

HitKind = Literal["procedure", "life_event"]

KIND: Final = "dossier"
PART: Final = "dossier_part"
ROOM: Final = "onestop"
"""The machine that acts on dossiers: it hears of payments and delivers online."""
APPLY: Final = "onestop.apply"
RECEIVE: Final = "onestop.receive"
APPRAISE: Final = "onestop.appraise"
APPROVE: Final = "onestop.approve"
SIGN: Final = "onestop.sign"
NUMBER: Final = "onestop.number"
ANSWER_PART: Final = "onestop.answer_part"

Channel = Literal["online", "counter", "post"]
Delivery = Literal["online", "counter", "post"]
Finance = Literal["none", "due", "part", "paid", "refunding", "refunded"]
Delivered = Literal["none", "stored", "at_counter", "posted", "handed_over"]
Sync = Literal["none", "waiting", "sent", "failed"]


@dataclass(frozen=True, slots=True)
class SearchHit:
    """Something that the catalogue finds for words. `score` orders hits of one answer and says nothing across answers."""

    kind: HitKind
    code: str
    name: str
    name_en: str
    note: str
    note_en: str
    url: str
    score: float


@dataclass(frozen=True, slots=True)
class SearchAnswer:
    """Hits: procedures, then life events, each best first. `unsure`: several fit about as well, so the page asks which one is meant."""

    hits: tuple[SearchHit, ...]
    unsure: bool = False
    understood: str = ""
    """The words as they were read, where teencode or abbreviations were replaced; "" when nothing was."""


@dataclass(frozen=True, slots=True)
class FilingWay:
    """How a procedure is filed: at the national portal, here, or at the counter. Without address there is no button."""

    code: str
    name: str
    name_en: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Office:
    """Where a procedure is filed at a counter; `agency` is None where the pack names none, such as a commune's police."""

    name: str
    name_en: str
    agency: AgencyOn | None = None


@dataclass(frozen=True, slots=True)
class VersionChange:
    """One field that differs between two versions of a procedure, in words of both languages."""

    field: str  # a msgid
    before: tuple[str, ...]
    after: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Procedure:
    """A procedure as a version of it says."""

    item: ProcedureItem
    version: int


@dataclass(frozen=True, slots=True)
class LifeEvent:
    """A life event with its procedures in force, in order."""

    item: LifeEventItem
    procedures: tuple[Procedure, ...]


@dataclass(frozen=True, slots=True)
class PaperAt:
    """A file of a dossier: a paper that was given, or the result. `copy` is original, copy or electronic."""

    file: int
    name: str
    copy: str
    result: bool = False


@dataclass(frozen=True, slots=True)
class ActAt:
    """An act on a dossier as others are told it: agency, person and time (NĐ 224/2026, Đ. 15). `before` is the national code that it found."""

    seq: int
    act: str
    name: str
    at: dt.datetime
    before: int
    after: int
    who: str
    post: str
    agency: str
    note: str


@dataclass(frozen=True, slots=True)
class DossierAt:
    """A dossier as it stood after an act, so that what is said of it twice is said in the same words. `last` is that act.

    `subject` is citizen, enterprise, household or organisation.
    """

    case: int
    number: str
    procedure: str
    procedure_name: str
    applicant: str
    subject: str
    channel: Channel
    office: str
    office_name: str
    handler_name: str
    sent_at: dt.datetime
    received_at: dt.datetime | None
    due_at: dt.datetime | None
    due_before: dt.datetime | None
    finished_at: dt.datetime | None
    delivered_at: dt.datetime | None
    papers: tuple[PaperAt, ...]
    last: ActAt


@dataclass(frozen=True, slots=True, kw_only=True)
class OutsideStatus:
    """What another system says of a dossier that it keeps; `as_of` is its own time, `holder` the applicant's verified number."""

    source: str
    number: str
    procedure: str
    status: int
    as_of: dt.datetime
    agency_name: str
    handler_name: str = ""
    holder_kind: Literal["citizen_id", "tax_code"] = "citizen_id"
    holder: str = ""
    received_at: dt.datetime | None = None
    due_at: dt.datetime | None = None
    finished_at: dt.datetime | None = None
    text: str = ""
    result_url: str = ""


Taken = Literal["taken", "older", "known"]


@dataclass(frozen=True, slots=True)
class Standing:
    """What counts of a dossier when quality is measured; no personal data. `in_time`: decided by the promise that counts.

    An extension (form 04) does not move that promise, pauses do.
    """

    case: int
    number: str
    office: str
    handler: str
    procedure: str
    channel: Channel
    sent_at: dt.datetime
    received_at: dt.datetime | None
    due_at: dt.datetime | None
    finished_at: dt.datetime | None
    in_time: bool | None
    delivered_at: dt.datetime | None
    delivered: Delivered
    sync: Sync
    rating: int | None
    rated_at: dt.datetime | None
