"""What the warnings tell the others."""

from __future__ import annotations

from dataclasses import dataclass

from vamco.vocab.language import event


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
