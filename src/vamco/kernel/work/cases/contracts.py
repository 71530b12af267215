"""What a kind of case is, as the pack declares it; and what a system adds to its own kind."""

from __future__ import annotations

import datetime as dt  # noqa: TC003  # pydantic reads the annotations when a definition is read
from collections.abc import Sequence  # noqa: TC003  # see above
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, TypedDict

if TYPE_CHECKING:
    from vamco.kernel.record.files.models import File
    from vamco.kernel.world.agencies.models import Agency

Party = Literal["handler", "issuer", "applicant", "system"]
Need = Literal["note", "evidence", "parts"]
Clock = Literal["runs", "paused"]
Effect = Literal["", "hand_over", "merge", "begin", "extend"]
Unit = Literal["day", "half", "hour", "close"]


@dataclass(frozen=True)
class Turn:
    """Whose turn it is in a state. `hours` of working time are planned, 0 for none.

    Of an agency's party it is who holds `may` there; of the applicant, whose act of access `may` is; of the system, the machine
    of the room `may`.
    """

    party: Party
    may: str
    hours: int = 0


@dataclass(frozen=True)
class State:
    """Where a case can be; only a final state needs no way out and has no turn.

    `shown` and `shown_en` are its name for the applicant, where that differs.
    """

    code: str
    name: str
    name_en: str
    final: bool
    turn: Turn | None = None
    clock: Clock = "runs"
    shown: str = ""
    shown_en: str = ""


@dataclass(frozen=True)
class Reason:
    """One of the coded reasons that an act asks for."""

    code: str
    name: str
    name_en: str


@dataclass(frozen=True)
class Act:
    """What can be done with a case: from which states, to which, by whom.

    `may` is the act of access that a person needs in the agency of `party`; an act of the applicant needs no role, and of their
    representatives a mandate that includes `may`; one of the system is done only by the machine of the room `may`. Nobody may do
    it who did one of `not_by` on the same case, so that a second person looks. From a final state it opens the case again, or
    leaves it where it is (a rating), `at_most` so often (0: no limit). `shown`: the applicant is shown it, with its note and files.
    `parts` are handed out by it, and with `ends_parts` those that are still open are called back. `to` "" leaves the state.
    `effect` "begin" promises the case's deadline anew from now (what came before had one of its own), "extend" promises a later day.
    """

    code: str
    name: str
    name_en: str
    sources: frozenset[str]
    target: str
    may: str
    party: Party
    needs: frozenset[Need] = frozenset()
    not_by: frozenset[str] = frozenset()
    reasons: tuple[Reason, ...] = ()
    effect: Effect = ""
    parts: tuple[str, ...] = ()
    ends_parts: bool = False
    at_most: int = 0
    shown: bool = False


@dataclass(frozen=True)
class Part:
    """What another agency does at the same time: a case of kind `kind`, whose issuer is the handler of this one."""

    code: str
    name: str
    name_en: str
    kind: str
    agency: str = ""  # its code where it is always the same, else who acts names it


@dataclass(frozen=True)
class Deadline:
    """How long a case may take, in working time; received after `cutoff` counts from the next working day.

    "close" is the close of the n-th working day, 0 being the first.
    """

    amount: int
    unit: Unit
    cutoff: dt.time | None = None


@dataclass(frozen=True)
class Terms:
    """What one case was promised instead of what its kind says, as its procedure has it.

    So thousands of procedures are rows beside a few kinds. `hours`: planned working hours by state.
    """

    deadline: Deadline | None = None
    hours: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Escalation:
    """When a case is brought before somebody else: `hours` of working time after its deadline, before it where negative."""

    hours: int
    may: str  # the act of access, in the agency whose turn it is, of those who are told


@dataclass(frozen=True)
class Definition:
    """A kind of case in one version. `called_back` is the state of a part whose parent no longer wants it.

    `prefix` stands before the number by which people call a case. `may_open` is the act of access that a person needs in the own
    agency to open one by hand; without it only the platform's systems do. `applicant` is the act of access by which an applicant
    applies and sees the case, so that a mandate can be limited to it; "" where the kind has no applicant.
    """

    code: str
    name: str
    name_en: str
    initial: str
    states: dict[str, State]
    acts: dict[str, Act]
    parts: dict[str, Part] = field(default_factory=dict)
    deadline: Deadline | None = None
    escalations: tuple[Escalation, ...] = ()
    called_back: str = ""
    prefix: str = "HS"
    may_open: str = ""
    applicant: str = ""


@dataclass(frozen=True)
class Given:
    """What somebody brings to an act. `agency` is whom a case or its parts are handed to, `into` the case that it is merged into.

    `until` is the new deadline of what extends, and of what begins where neither the case nor its kind has a rule.
    """

    note: str = ""
    files: Sequence[File] = ()
    reason: str = ""
    agency: Agency | None = None
    into: int | None = None
    until: dt.datetime | None = None


class GivenFields(TypedDict, total=False):
    """The same by name: what a caller may bring to an act without making a `Given`."""

    note: str
    files: Sequence[File]
    reason: str
    agency: Agency | None
    into: int | None
    until: dt.datetime | None
