from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    import datetime as dt
    from decimal import Decimal

Level = Literal[1, 2, 3]
State = Literal["firing", "resolved", "withdrawn", "unmet"]
"""`resolved`: a better answer to the same question. `withdrawn`: the province judges it no longer. `unmet`: its plan year ended behind."""
End = Literal["", "resolved", "withdrawn", "unmet"]
Uncertainty = Literal[
    "withdrawn",
    "silent",
    "no_denominator",
    "fallen",
    "risen",
    "incomplete",
    "other_year",
    "too_early",
    "no_target",
    "late",
]
"""Why the newest answer cannot end an alarm. `withdrawn`: there are no values any more; `silent`: none of its place or agency;
`fallen`, `risen`: its denominator is so different that an official must say whether it is right; `late`: its source did not come."""
ASKED: Final = frozenset({"fallen", "risen"})
"""What an official is asked about."""
Handling = Literal["new", "confirmed", "dismissed", "directed", "closed"]
Cause = Literal["behind", "late"]
Standing = Literal["open", "overdue", "done", "withdrawn", "all"]


@dataclass(frozen=True)
class Doubt:
    """Why the newest answer is not comparable with the one that an alarm rests on.

    `rows` are missing, and `silent` of the `expected` places or agencies have not reported; `dataset` is late; the denominator was `before` and is `now`, that of the value with the number `value`.
    """

    reason: Uncertainty
    rows: int = 0
    silent: int = 0
    expected: int = 0
    dataset: str = ""
    before: Decimal | None = None
    now: Decimal | None = None
    value: int | None = None


@dataclass(frozen=True)
class Waiting:
    """A confirmed alarm waits for a decision: the case, the agency that decides, until when, and who has taken it over.

    `taken_by` is a name, "" while nobody has; `seq` is that of the case's newest entry.
    """

    case: int
    seq: int
    agency: str
    agency_name: str
    due_at: dt.datetime
    taken_by: str
    taken_by_id: int | None
    being_passed_on: bool


@dataclass(frozen=True)
class Order:
    """What one of several agencies is ordered at once: the text for its own alarm."""

    alarm: int
    text: str


@dataclass(frozen=True)
class AlarmView:
    """An alarm: an episode in which an indicator is behind its target, or a dataset late.

    `agency` answers for it. `subject` is what the value is of: "" for the whole province, else a commune's or an agency's
    code. `directive` is the case of the newest directive that answers it, `directive_number` how people call that; `waiting` says at whom a confirmed alarm waits. `level`: 1 watch, 2 warning, 3 urgent. `period`, `value`, `target` and `gap` are those that it was last judged by.

    `doubt` says why its newest answer is not comparable, since `unknown_since`: it still fires, and nobody knows whether it would
    otherwise have ended. `plan_year` is the one whose target it missed, 0 where targets know no years.
    """

    id: int
    cause: Cause
    indicator: str
    dataset: str
    place: str
    subject: str
    agency: str
    agency_name: str
    level: int
    state: State
    handling: Handling
    raised_at: dt.datetime
    resolved_at: dt.datetime | None
    period: str
    value: Decimal | None
    target: Decimal | None
    gap: Decimal | None
    value_id: int | None
    due_at: dt.datetime | None
    directive: int | None
    directive_number: str
    waiting: Waiting | None = None
    plan_year: int = 0
    doubt: Doubt | None = None
    unknown_since: dt.datetime | None = None

    @property
    def fires(self) -> bool:
        """Whether it is not over; an alarm whose answer is unknown is not."""
        return self.state == "firing"

    @property
    def relative_gap(self) -> Decimal | None:
        """The gap as a share of the target; None without a target or where the target is nought."""
        return self.gap / abs(self.target) if self.gap is not None and self.target else None


@dataclass(frozen=True)
class Step:
    """One line of an alarm's history; `by` is a name, "" for the platform. `doubt`: why its answer became unknown."""

    at: dt.datetime
    what: str
    by: str
    note: str
    level: int
    doubt: Doubt | None = None


@dataclass(frozen=True)
class DirectiveView:
    """What a directive orders, and the alarm that it answers. The case itself is the kernel's."""

    case: int
    text: str
    alarm: AlarmView


@dataclass(frozen=True)
class RegisterFilter:
    """Which directives of the register are wanted; what is left empty does not narrow it.

    `about` is the code of an indicator or a dataset. `due_from` is included, `due_before` not; `issued_until` is the last day.
    """

    agency: str = ""
    issuer: str = ""
    about: str = ""
    due_from: dt.datetime | None = None
    due_before: dt.datetime | None = None
    issued_from: dt.date | None = None
    issued_until: dt.date | None = None


@dataclass(frozen=True)
class Registered:
    """What the register says of a directive beside its case: what it is about, and the gap when it was issued.

    `told` is the last note that an act brought, "" before any; `told_by` is the code of that act. `doubt` says why nobody knows
    whether the alarm is over.
    """

    indicator: str
    dataset: str
    period: str
    gap: Decimal | None
    told: str = ""
    told_by: str = ""
    doubt: Doubt | None = None
