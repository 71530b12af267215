"""Breaches of personal data and serious incidents, as those read them who may record them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from vamco.kernel.world.access import public as access
from vamco.lib.errors import N_, Missing
from vamco.systems.privacy.models import Breach

if TYPE_CHECKING:
    import datetime as dt

    from django.db.models import QuerySet

    from vamco.kernel.work.cases.models import Case
    from vamco.kernel.world.people.models import Person

__all__ = ["Breach", "BreachView", "Deadline", "breach", "breach_list"]
KIND: Final = "data_breach"
RECORD: Final = "privacy.record_breach"


@dataclass(frozen=True)
class Deadline:
    """One notice that the law asks for: its name (a msgid), until when, and when it was sent."""

    code: str
    name: str
    due_at: dt.datetime
    sent_at: dt.datetime | None


@dataclass(frozen=True)
class BreachView:
    """A breach with its case and its notices, the nearest first."""

    case: Case
    row: Breach
    deadlines: tuple[Deadline, ...]


def visible(reader: Person) -> QuerySet[Breach]:
    """Return the breaches of the agencies for which a person records them."""
    reach = access.within(access.scope(reader, RECORD), "case__agency")
    return Breach.objects.filter(reach).select_related("case__kind", "case__agency")


def breach_list(reader: Person) -> list[BreachView]:
    """Return the register, the newest first."""
    return [_view(row) for row in visible(reader).order_by("-detected_at")[:200]]


def breach(case_id: int, reader: Person) -> BreachView:
    """Return one; to who does not record for its agency it does not exist."""
    row = visible(reader).filter(case=case_id).first()
    if row is None:
        raise missing(case_id)
    return _view(row)


def missing(case_id: int) -> Missing:
    """Return what is said of one that does not exist, or not for this reader."""
    return Missing("privacy.no_breach", N_("There is no record %(record)s."), record=case_id)


def _view(row: Breach) -> BreachView:
    found = (
        ("first", N_("First notice of a serious incident"), row.first_due_at, row.first_sent_at),
        ("report", N_("Report of a serious incident"), row.report_due_at, row.report_sent_at),
        ("personal", N_("Notification of a personal-data breach"), row.personal_due_at, row.personal_sent_at),
    )
    deadlines = [Deadline(code, name, due, sent) for code, name, due, sent in found if due is not None]
    return BreachView(row.case, row, tuple(sorted(deadlines, key=lambda each: each.due_at)))
