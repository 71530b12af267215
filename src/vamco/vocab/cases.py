"""What the kernel's cases tell the systems."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from vamco.vocab.language import event, upcaster

if TYPE_CHECKING:
    from vamco.vocab.registry import Payload


@event("cases.case_acted", version=1)
@dataclass(frozen=True, slots=True)
class CaseActed:
    """Somebody acted on a case and moved it, or left it where it was."""

    case: int
    kind: str
    act: str
    from_state: str
    to_state: str


@event("cases.case_moved", version=1)
@dataclass(frozen=True, slots=True)
class CaseMoved:
    """A case that people follow has come to another state, by its entry `seq`."""

    case: int
    seq: int


@event("cases.case_passed", version=1)
@dataclass(frozen=True, slots=True)
class CasePassed:
    """By an entry `seq` a case was given to an agency, others got the turn, it was sent back, or it ended."""

    case: int
    seq: int


@event("cases.case_assigned", version=1)
@dataclass(frozen=True, slots=True)
class CaseAssigned:
    """Somebody was given a case by a head, by its entry `seq`. `person` and `by` are their numbers."""

    case: int
    seq: int
    person: int
    by: int


@event("cases.case_escalated", version=2)
@dataclass(frozen=True, slots=True)
class CaseEscalated:
    """A case's time has come, by its entry `seq`; those who may do `may` in `agency` are to know. `level` counts from 1.

    A level comes again when the deadline has moved. Level 0 is the planned time of a step in which the deadline stands still.
    """

    case: int
    kind: str
    level: int
    may: str
    agency: str
    seq: int


@upcaster("cases.case_escalated", version=1)
def _escalated_without_entry(payload: Payload) -> Payload:
    return {**payload, "seq": 0}
