"""Reminders: a draft that ends soon, a supplement that waits; and what was left behind by drafts that have ended."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.db.models import F, Q

from vamco.kernel.base.audit import public as audit
from vamco.kernel.work.cases import public as cases
from vamco.kernel.work.notices import public as notices
from vamco.lib.time import local_date
from vamco.systems.onestop import queries
from vamco.systems.onestop.contracts import KIND
from vamco.systems.onestop.models import Dossier, Preparation
from vamco.systems.onestop.services import preparing

if TYPE_CHECKING:
    from vamco.kernel.world.people.models import Person

BEFORE: Final = dt.timedelta(days=5)
"""So long before its end somebody is told of a draft."""
EVERY: Final = dt.timedelta(days=5)
"""So often somebody is told that a supplement waits."""
LEFT: Final = dt.timedelta(days=1)
BATCH: Final = 500


def remind_of_drafts(now: dt.datetime) -> int:
    """Tell people once of drafts that end soon, again when one was saved since; return how many were told."""
    due = Preparation.objects.filter(
        Q(reminded_at=None) | Q(reminded_at__lt=F("draft__saved_at")),
        dossier=None,
        handed_at=None,
        draft__finished_at=None,
        draft__expires_at__gt=now,
        draft__expires_at__lte=now + BEFORE,
    )
    told = 0
    for pk in list(due.order_by("pk").values_list("pk", flat=True)[:BATCH]):
        with transaction.atomic():
            row = (
                due.select_for_update(of=("self",), skip_locked=True)
                .select_related("procedure", "draft", "by")
                .filter(pk=pk)
                .first()
            )
            if row is None or row.draft is None:
                continue
            until = local_date(row.draft.expires_at)
            notices.send(
                "onestop.draft_ends",
                row.by,
                {"procedure": queries.PROCEDURES.get(row.procedure).name, "until": until},
                key=f"preparation:{row.pk}:{until}",
                about=f"preparation:{row.pk}",
                url=f"/dossiers/drafts/{row.code}",
            )
            row.reminded_at = now
            row.save(update_fields=["reminded_at"])
            told += 1
    return told


def remind_of_supplements(now: dt.datetime) -> int:
    """Tell applicants every few days that something is still asked for; return how many were told anew."""
    rows = (
        Dossier.objects.filter(
            case__kind__code=KIND,
            case__state__in=("supplement", "correcting"),
            case__paused_at__lte=now - EVERY,
        )
        .select_related("case__applicant", "filed_by")
        .order_by("pk")
    )
    told = 0
    for row in rows.iterator(chunk_size=BATCH):
        since = row.case.paused_at
        to = _whom(row)
        if since is None or not to:
            continue
        turn = (now - since) // EVERY
        with transaction.atomic():
            told += notices.send(
                "onestop.supplement_waits",
                to,
                {"dossier": row.number, "since": local_date(since)},
                key=f"dossier:{row.pk}:{row.case.seq}:waits:{turn}",
                about=f"case:{row.pk}",
                url=f"/dossiers/{row.number}",
            )
    return told


def _whom(row: Dossier) -> list[Person]:
    """Return the applicant, and who filed it for them if they may still see it."""
    found = [person for person in (row.case.applicant, row.filed_by) if person is not None]
    unique = {person.pk: person for person in found}
    return [person for person in unique.values() if cases.own(person).filter(pk=row.pk).exists()]


def clear(now: dt.datetime) -> int:
    """Delete what was prepared with drafts that have ended, and its files; return how many."""
    left = Preparation.objects.filter(
        Q(draft=None) | Q(draft__expires_at__lte=now - LEFT), dossier=None, begun_at__lt=now - LEFT
    )
    count = 0
    for pk in list(left.order_by("pk").values_list("pk", flat=True)[:BATCH]):
        with transaction.atomic():
            row = left.select_for_update(of=("self",), skip_locked=True).filter(pk=pk).first()
            if row is not None:
                preparing.remove(row, actor=audit.SYSTEM)
                count += 1
    return count
