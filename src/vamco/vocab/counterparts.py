"""What counterparts tell the systems."""

from __future__ import annotations

from dataclasses import dataclass

from vamco.vocab.language import event


@event("counterparts.answered", version=1)
@dataclass(frozen=True, slots=True)
class Answered:
    """A counterpart has answered: `line` "tax" or "post". Ask the system for what it said; the event holds nothing personal.

    `key` is the question's, `subject` what it is about ("dossier:17"). `state` of tax: assigned, refused, due, paid, or not_taken when
    the question itself was refused; of a parcel: accepted, in_transit, delivering, delivered, returned. `number` counts the answers.
    """

    line: str
    key: str
    subject: str
    kind: str
    state: str
    number: int
