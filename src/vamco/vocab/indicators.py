"""What the indicators tell the others."""

from __future__ import annotations

from dataclasses import dataclass

from vamco.vocab.language import event


@event("indicators.values_settled", version=1)
@dataclass(frozen=True, slots=True)
class ValuesSettled:
    """An indicator was computed anew and some of its values changed; `settlement` is the computation's number."""

    indicator: str
    settlement: int
    period: str  # the newest Period.code that has a value
