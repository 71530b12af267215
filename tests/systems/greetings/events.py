"""Copied to `vamco/vocab/greetings.py`."""

from dataclasses import dataclass

from vamco.vocab.language import event


@event("greetings.greeted", version=1)
@dataclass(frozen=True, slots=True)
class Greeted:
    """Somebody was greeted."""

    person: int
