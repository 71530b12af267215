"""Rows in quarantine that are no data, such as a test row or a second header: a person says so, and may take it back.

Such rows of appended datasets never come again, so nothing else would end what they mark.
"""

from __future__ import annotations

from collections import defaultdict
from contextlib import contextmanager
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.db.models import Count, Q

from vamco.kernel.base import clock
from vamco.kernel.base.events import public as events
from vamco.kernel.world.access import public as access
from vamco.lib.errors import N_, Missing, Refused
from vamco.systems.hub import queries
from vamco.systems.hub.contracts import OpenRows, RunState, Undone, VoidingView
from vamco.systems.hub.models import Kept, Quarantined, Voiding
from vamco.systems.hub.rules import grading
from vamco.systems.hub.services import holding, shortfalls
from vamco.systems.hub.services.locking import alone
from vamco.vocab.hub import DatasetHeard

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.models import QuerySet

    from vamco.kernel.world.people.models import Person
    from vamco.systems.hub.models import Run

PATIENCE_S: Final = 20.0
ALL: Final = ""


def void_rows(run: int, *, reason: str = ALL, shown: int, by: Person, note: str) -> int:
    """Declare the open rows in quarantine of a run void, those with one reason or all; return how many they were.

    Values count as complete without them. The rows stay as they are, marked. Refused without a note, and where there are not as
    many rows as the person was `shown`: somebody else was quicker, or a delivery brought them corrected.
    """
    with _decided(queries.run_row(run), by, note) as row:
        chosen = _open(row)
        if reason:
            chosen = chosen.filter(reasons__contains=[reason])
        count = chosen.count()
        if not count:
            raise Refused("hub.none_open", N_("None of these rows is open any more; nothing was changed."))
        if count != shown:
            raise Refused(
                "hub.others_open",
                N_(
                    "%(count)s rows are open now, not %(shown)s as shown to you. Nothing was changed; look again and repeat."
                ),
                count=count,
                shown=shown,
            )
        voiding = Voiding.objects.create(run=row, reason=reason, rows=count, by=by, at=clock.now(), note=note.strip())
        chosen.update(void=voiding)
        _judge_again(row)
        holding.record(row, "hub.void_rows", by, note, voiding=voiding.pk, reason=reason, rows=count)
    return count


def restore_rows(run: int, voiding: int, *, by: Person, note: str) -> int:
    """Take the decision that rows are void back; return how many of them mark values again: not those that came corrected.

    Refused without a note, and when it was taken back already.
    """
    with _decided(queries.run_row(run), by, note) as row:
        found = _voiding(row, voiding)
        if found.undone_at is not None:
            raise Refused("hub.undone", N_("This has been taken back already; nothing was changed."))
        rows = Quarantined.objects.filter(void=found)
        back = rows.filter(settled=None).count()
        rows.update(void=None)
        found.undone_by, found.undone_at, found.undone_note = by, clock.not_before(found.at), note.strip()
        found.save(update_fields=["undone_by", "undone_at", "undone_note"])
        _judge_again(row)
        holding.record(row, "hub.restore_rows", by, note, voiding=found.pk, rows=back)
    return back


@contextmanager
def _decided(row: Run, by: Person, note: str) -> Iterator[Run]:
    """The run, alone with it and in one transaction, if the person may decide on it and says why."""
    access.demand(by, holding.RELEASE, row.dataset.owner)
    if not note.strip():
        raise Refused("hub.no_note", N_("Say why: the note is kept with the run."))
    with alone("dataset", row.dataset_id, patience=PATIENCE_S), transaction.atomic():
        yield queries.run_row(row.pk)


def _voiding(run: Run, pk: int) -> Voiding:
    found = Voiding.objects.filter(run=run, pk=pk).first()
    if found is None:
        raise Missing("hub.no_voiding", N_("There is no such decision about rows in quarantine."))
    return found


def _open(row: Run) -> QuerySet[Quarantined]:
    """The rows that mark values and may be void.

    Not those that keep an earlier row in force: without them nobody would have sent that one, either.
    """
    if row.state != RunState.PUBLISHED or not row.in_force:
        return Quarantined.objects.none()
    kept = Kept.objects.filter(run=row).values("row")
    return Quarantined.objects.filter(run=row, settled=None, void=None).exclude(row__in=kept)


def _judge_again(row: Run) -> None:
    row.shortfall = shortfalls.of_run(row) if row.in_force else row.shortfall
    row.save(update_fields=["shortfall"])
    events.emit(DatasetHeard(row.dataset.code))


def open_rows(run: int) -> list[OpenRows]:
    """What may be declared void of a run: all open rows first, then those with each single reason; none when there are none.

    Amounts are those of columns of amounts that are no personal data.
    """
    row = queries.run_row(run)
    terms = queries.contract_of(row.contract)
    # Of one row the sum is its value: personal amounts are not told.
    shown = {column.name for column in grading.amounts(terms) if not column.personal}
    rows, amounts = defaultdict[str, int](int), defaultdict[str, dict[str, Decimal]](dict)
    unread = defaultdict[str, set[str]](set)
    for reasons, found in _open(row).values_list("reasons", "amounts").iterator():
        for reason in (ALL, *dict.fromkeys(reasons)):
            rows[reason] += 1
            for column, text in (found or {}).items():
                if column in shown and text is None:
                    unread[reason].add(column)
                elif column in shown and text:
                    amounts[reason][column] = amounts[reason].get(column, Decimal(0)) + Decimal(text)
    return [
        OpenRows(
            grading.explain(terms, reason) if reason else None,
            rows[reason],
            amounts[reason],
            frozenset(unread[reason]),
        )
        for reason in sorted(rows, key=lambda each: (each != ALL, -rows[each], each))
    ]


def voidings(run: int) -> list[VoidingView]:
    """The decisions that rows of a run are no data, the latest first."""
    terms = queries.contract_of(queries.run_row(run).contract)
    back = Count("quarantined", filter=Q(quarantined__settled=None))
    found = Voiding.objects.filter(run=run).select_related("by", "undone_by").annotate(back=back).order_by("-pk")
    return [
        VoidingView(
            each.pk,
            grading.explain(terms, each.reason) if each.reason else None,
            each.rows,
            each.by.name,
            each.at,
            each.note,
            each.back,
            Undone(each.undone_by.name, each.undone_at, each.undone_note)
            if each.undone_by and each.undone_at
            else None,
        )
        for each in found
    ]
