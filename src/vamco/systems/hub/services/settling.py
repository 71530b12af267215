"""How a run ends, each way in one transaction with its audit entry and its receipt."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction
from django.db.models import DateTimeField, F, Value
from django.db.models.functions import Greatest

from vamco.kernel.base import clock
from vamco.kernel.base.audit import public as audit
from vamco.kernel.base.events import public as events
from vamco.lib.errors import N_, VamcoError
from vamco.systems.hub.contracts import Reason, ReceiptKind, RunState
from vamco.systems.hub.models import Kept, Quarantined, Run
from vamco.systems.hub.rules import grading
from vamco.systems.hub.services import covering, judging, receipts, shortfalls
from vamco.vocab.hub import DatasetHeard

if TYPE_CHECKING:
    from collections.abc import Callable

    from vamco.systems.hub.adapters.intake.batch import Batch
    from vamco.systems.hub.contracts import Contract
    from vamco.systems.hub.models import Dataset

SHOWN_OF_REFUSED = 1000
EMPTY_CODES = frozenset({"no_rows", "hub.empty_file", "hub.no_header"})
"""Reasons that say that a list came back empty, instead of that something is wrong with its rows."""

INTERRUPTED = "hub.interrupted"
REJECTED, SUPERSEDED = "hub.rejected", "hub.superseded"
REJECTED_TEXT = N_("Rejected by a person: %(note)s")
SUPERSEDED_TEXT = N_("While it was held, the newer delivery “%(name)s” (run %(run)s) took its place")


def leave_unchanged(
    run: Run, contract: Contract, batch: Batch, *, complete: bool, then: Callable[[], None] | None
) -> None:
    """End a run all of whose rows are in the table, word for word."""
    with transaction.atomic():
        finish(run, RunState.UNCHANGED)
        if shortfalls.settle(run, contract, batch, complete=complete):
            events.emit(DatasetHeard(contract.id))
        receipts.note(run, ReceiptKind.UNCHANGED, receipts.covered(contract, batch))
        supersede(run)
        if then:
            then()
        record(run, "hub.leave_unchanged")


def note_nothing(run: Run, then: Callable[[], None] | None) -> None:
    """End a run whose file says that there is nothing to report; it has no rows, and changes none."""
    with transaction.atomic():
        run.rows = run.accepted = run.repeated = run.quarantined = 0
        run.findings = []
        finish(run, RunState.UNCHANGED)
        receipts.note(run, ReceiptKind.NOTHING)
        covering.note(run.dataset.code)
        events.emit(DatasetHeard(run.dataset.code))
        if then:
            then()
        record(run, "hub.note_nothing")


def refuse(run: Run, reason: Reason, contract: Contract | None = None, batch: Batch | None = None) -> None:
    """End a run none of whose rows are taken; some of its wrong rows are kept as examples."""
    with transaction.atomic():
        run.accepted = run.revised = run.kept = 0
        if batch is not None and contract is not None:
            shortfalls.set_aside(run, contract, batch, SHOWN_OF_REFUSED)
        finish(run, RunState.REFUSED, reason=asdict(reason), in_force=False, snapshot=None)
        if reason.code in EMPTY_CODES:
            receipts.note(run, ReceiptKind.EMPTY)
        record(run, "hub.refuse", reason=reason.code)


def hold(run: Run, reason: Reason, slices: tuple[str, ...], contract: Contract, batch: Batch) -> None:
    """Let a run wait for a person: its file and its counts are kept, and nothing is published."""
    with transaction.atomic():
        run.revised = run.kept = 0
        shortfalls.set_aside(run, contract, batch)
        finish(run, RunState.HELD, reason=asdict(reason), slices=list(slices), in_force=False, snapshot=None)
        supersede(run)
        record(run, "hub.hold", reason=reason.code)


def supersede(run: Run) -> None:
    """Refuse the held runs in whose stead a newer delivery came: of the same slices, or the same file of an appended dataset."""
    held = Run.objects.filter(dataset=run.dataset_id, state=RunState.HELD, pk__lt=run.pk).exclude(pk=run.pk)
    for other in held.select_related("dataset__owner"):
        same_file = other.source == run.source and other.key == run.key and (other.name == run.name or bool(run.key))
        if same_file if not run.slices else set(other.slices) & set(run.slices):
            refuse(other, Reason(SUPERSEDED, SUPERSEDED_TEXT, {"name": run.name, "run": run.pk}))


def forget_rows(run: Run) -> None:
    """Remove what a held run had noted of its rows, before it is noted again."""
    Quarantined.objects.filter(run=run).delete()
    Kept.objects.filter(run=run).delete()


def record(run: Run, act: str, *, actor: str = audit.SYSTEM, **detail: Any) -> None:
    """Write the audit entry of a run."""
    audit.record(
        act,
        actor=actor,
        chain=run.dataset.owner.code,
        subject=f"dataset:{run.dataset.code}",
        detail={"run": run.pk, "sha256": run.sha256, **counts(run), **detail},
    )


def fail(run: Run, error: BaseException) -> None:
    """Note a failure, if the database can still be reached; else `close_abandoned` does."""
    from django.db import Error

    reason = grading.reason_of(error) if isinstance(error, VamcoError) else Reason("hub.internal", judging.INTERNAL, {})
    try:
        Run.objects.filter(pk=run.pk, state=RunState.RUNNING).update(
            state=RunState.FAILED, finished_at=clock.not_before(run.started_at), reason=asdict(reason)
        )
    except Error:
        connection.close_if_unusable_or_obsolete()


def close_abandoned(dataset: Dataset) -> int:
    """End the runs whose process died. The caller holds the dataset's lock, so no living process can have one."""
    reason = asdict(Reason(INTERRUPTED, judging.INTERRUPTED, {}))
    return Run.objects.filter(dataset=dataset, state=RunState.RUNNING).update(
        state=RunState.FAILED,
        finished_at=Greatest(F("started_at"), Value(clock.now(), output_field=DateTimeField())),
        reason=reason,
        accepted=0,
        repeated=0,
        quarantined=0,
    )


def counts(run: Run) -> dict[str, int]:
    """How many rows went which way."""
    found = {"rows": run.rows, "accepted": run.accepted, "quarantined": run.quarantined}
    more = {"repeated": run.repeated, "revised": run.revised, "kept": run.kept}
    return {**found, **{name: number for name, number in more.items() if number}}


def finish(run: Run, state: RunState, **changes: Any) -> None:
    """Write a run's end."""
    for name, value in {"state": state, "finished_at": clock.not_before(run.started_at), **changes}.items():
        setattr(run, name, value)
    run.save()
