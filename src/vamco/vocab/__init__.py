"""The published language: events as frozen dataclasses, each with a name, a version and upcasters."""

from vamco.vocab.events import (
    AlarmRaised,
    CaseActed,
    CaseAssigned,
    CaseEscalated,
    CaseMoved,
    DatasetLate,
    DatasetPublished,
    DirectiveClosed,
    ValuesSettled,
    dump,
    event,
    load,
    name_of,
    registry,
    upcaster,
)

__all__ = [
    "AlarmRaised",
    "CaseActed",
    "CaseAssigned",
    "CaseEscalated",
    "CaseMoved",
    "DatasetLate",
    "DatasetPublished",
    "DirectiveClosed",
    "ValuesSettled",
    "dump",
    "event",
    "load",
    "name_of",
    "registry",
    "upcaster",
]
