"""What was said between an owner and the police about a violation: for the owner's page, which names no official."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from vamco.kernel.work.cases import public as cases
from vamco.systems.traffic.models import Statement

if TYPE_CHECKING:
    import datetime as dt


@dataclass(frozen=True, slots=True)
class Said:
    """What the owner said, and what was answered: upheld or cancelled, "" while it is not answered."""

    text: str
    at: dt.datetime
    answer: str = ""
    answered_at: dt.datetime | None = None
    outcome: str = ""


def of(code: str) -> list[Said]:
    """Return what an owner said by the code of the look-up, the oldest first, each with its answer."""
    rows = list(Statement.objects.filter(violation__code=code).select_related("violation__case").order_by("at", "pk"))
    if not rows:
        return []
    answers = list(cases.timeline(rows[0].violation.case).filter(act__in=("uphold", "cancel")).order_by("seq"))
    found = []
    for place, row in enumerate(rows):
        answer = answers[place] if place < len(answers) else None
        if answer is None:
            found.append(Said(row.text, row.at))
        else:
            found.append(Said(row.text, row.at, answer.note, answer.at, answer.act))
    return found
