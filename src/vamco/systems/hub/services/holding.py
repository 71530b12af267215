"""Runs that wait for a person: released, or rejected."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.db import transaction

from vamco.kernel.base.audit import public as audit
from vamco.kernel.world.access import public as access
from vamco.lib.errors import N_, Refused
from vamco.systems.hub import queries
from vamco.systems.hub.contracts import Reason, RunState
from vamco.systems.hub.rules import grading
from vamco.systems.hub.services import deciding, receiving, settling
from vamco.systems.hub.services.locking import alone

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vamco.kernel.world.people.models import Person
    from vamco.systems.hub.contracts import RunView
    from vamco.systems.hub.models import Run

RELEASE = "hub.release"


def release(run: int, *, by: Person, note: str) -> RunView:
    """Publish a held run although it was held: it is judged again, and only the reason for which it waits is set aside.

    The run stays held where another reason to hold it comes up, and is refused where a check refuses it now. Refused when it
    does not wait (any more), or without a note.
    """
    with _held(run, by, note) as row:
        _judge_again(row, by, note)
    return queries.run(run)


def reject(run: int, *, by: Person, note: str) -> RunView:
    """Refuse a held run for good: the same content is not looked at again. Refused when it does not wait, or without a note."""
    with _held(run, by, note) as row, transaction.atomic():
        record(row, "hub.reject", by, note)
        settling.refuse(row, Reason(settling.REJECTED, settling.REJECTED_TEXT, {"note": note}))
    return queries.run(run)


@contextmanager
def _held(run: int, by: Person, note: str) -> Iterator[Run]:
    row = queries.run_row(run)
    access.demand(by, RELEASE, row.dataset.owner)
    if not note.strip():
        raise Refused("hub.no_note", N_("Say why: the note is kept with the run."))
    with alone("dataset", row.dataset_id):
        row = queries.run_row(run)
        if row.state != RunState.HELD:
            raise Refused("hub.not_held", N_("Run %(run)s is not held any more."), run=run)
        yield row


def _judge_again(row: Run, by: Person, note: str) -> None:
    assert row.dataset.contract is not None  # noqa: S101  # a dataset is written together with its first contract
    waits_for = str((row.reason or {}).get("code", ""))
    row.contract = row.dataset.contract
    row.waived = sorted({*row.waived, waits_for})
    contract = queries.contract_of(row.contract)
    try:
        with receiving.read(row) as batch, transaction.atomic():
            record(row, "hub.release", by, note, reason=waits_for)
            settling.forget_rows(row)
            deciding.decide(row, contract, batch, deciding.Wish(waived=row.waived))
    except Refused as error:
        row.refresh_from_db()
        with transaction.atomic():
            record(row, "hub.release", by, note, reason=waits_for)
            settling.refuse(row, grading.reason_of(error))


def record(row: Run, act: str, by: Person, note: str, **detail: str | int) -> None:
    """Write down what a person decided on a run, and why."""
    owner = row.dataset.owner
    more = {**detail, "note": note, **access.on_behalf(by, RELEASE, owner)}
    audit.record(
        act,
        actor=str(by.pk),
        chain=owner.code,
        subject=f"dataset:{row.dataset.code}",
        detail={"run": row.pk, "sha256": row.sha256, **more},
    )
