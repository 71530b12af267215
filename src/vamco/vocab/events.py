"""Everything that one system may tell the others."""

from __future__ import annotations

import datetime as dt  # noqa: TC003 - read at run time by the registry
from dataclasses import dataclass

from vamco.vocab.registry import Payload, Registry

registry = Registry()
event, upcaster = registry.event, registry.upcaster
dump, load, name_of = registry.dump, registry.load, registry.name_of


@event("hub.dataset_published", version=1)
@dataclass(frozen=True, slots=True)
class DatasetPublished:
    """A batch passed its checks and is the newest snapshot of its dataset."""

    dataset: str
    snapshot: int
    run: int


@event("hub.dataset_late", version=1)
@dataclass(frozen=True, slots=True)
class DatasetLate:
    """A dataset was due at `due_at` and has not come."""

    dataset: str
    due_at: dt.datetime
    last_published_at: dt.datetime | None


@event("indicators.values_settled", version=1)
@dataclass(frozen=True, slots=True)
class ValuesSettled:
    """An indicator was computed anew and some of its values changed; `settlement` is the computation's number."""

    indicator: str
    settlement: int
    period: str  # the newest Period.code that has a value


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

    A level comes again when the deadline has moved.
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


@event("warnings.alarm_raised", version=1)
@dataclass(frozen=True, slots=True)
class AlarmRaised:
    """An indicator fell behind its path or a dataset is late; the one that it is not about is ""."""

    alarm: int
    indicator: str
    dataset: str
    level: str


@event("warnings.directive_closed", version=1)
@dataclass(frozen=True, slots=True)
class DirectiveClosed:
    """A directive was carried out; `directive` is the case's number."""

    directive: int
    alarm: int
