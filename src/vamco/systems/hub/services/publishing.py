"""A batch that passed becomes the newest snapshot of its dataset."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from vamco.kernel.base.audit import public as audit
from vamco.kernel.base.events import public as events
from vamco.lib.errors import VamcoError
from vamco.systems.hub import queries
from vamco.systems.hub.contracts import ReceiptKind, RunState
from vamco.systems.hub.models import Dataset, Run
from vamco.systems.hub.services import covering, keeping, owning, receipts, settling, shortfalls
from vamco.vocab.hub import DatasetPublished

if TYPE_CHECKING:
    from collections.abc import Callable

    from vamco.engines.lake import Lake, Staged
    from vamco.systems.hub.adapters.intake.batch import Batch
    from vamco.systems.hub.contracts import Contract
    from vamco.systems.hub.services.owning import Owned


def publish(
    run: Run, contract: Contract, batch: Batch, part: Owned, *, complete: bool, then: Callable[[], None] | None
) -> None:
    """The one transaction: table, rows, run, quarantine, snapshot, pointer, receipt, audit entry and event, or none of them."""
    lake = queries.lake()
    staged: Staged | None = None
    try:
        with transaction.atomic():
            shape_table(lake, contract)
            rows = batch.good(run.pk)
            if run.quarantined:
                rows = keeping.with_last_good(run, contract, batch, part, rows)
                shortfalls.set_aside(run, contract, batch)
                run.shortfall = shortfalls.of_run(run)
            staged = lake.stage(contract.id, rows, owning.mode(contract, part, revises=run.revised > 0))
            snapshot = lake.commit(staged)
            replace(run, part.texts)
            settling.finish(
                run, RunState.PUBLISHED, snapshot=snapshot.id, in_force=True, slices=list(part.texts), reason=None
            )
            Dataset.objects.filter(pk=run.dataset_id).update(
                snapshot=snapshot.id,
                published_at=run.finished_at,
                rows=snapshot.rows,
                run=run,
            )
            shortfalls.settle(run, contract, batch, complete=complete)
            receipts.note(run, ReceiptKind.DELIVERED, receipts.covered(contract, batch))
            settling.supersede(run)
            covering.note(contract.id)
            if then:
                then()
            events.emit(DatasetPublished(contract.id, snapshot.id, run.pk))
            audit.record(
                "hub.publish",
                actor=audit.SYSTEM,
                chain=contract.owner,
                subject=f"dataset:{contract.id}",
                detail={"run": run.pk, "snapshot": snapshot.id, "sha256": run.sha256, **settling.counts(run)},
            )
    except BaseException:
        if staged is not None:
            _discard(lake, staged)
        raise


def _discard(lake: Lake, staged: Staged) -> None:
    try:
        lake.discard(staged)
    except VamcoError:
        return  # the sweeper will do it


def shape_table(lake: Lake, contract: Contract) -> None:
    """Bring the lake's table into the shape that the contract has."""
    columns = queries.lake_columns(contract.columns)
    if not lake.exists(contract.id):
        lake.create(contract.id, columns)
        return
    standing = lake.relation(contract.id).fields
    wanted = [(column.name, column.type, column.doc) for column in columns]
    if not set(wanted) <= {(field.name, field.type, field.doc) for field in standing}:
        lake.evolve(contract.id, columns)


def replace(run: Run, slices: tuple[str, ...]) -> None:
    """Mark the runs whose rows leave the table."""
    Run.objects.filter(dataset=run.dataset_id, in_force=True, slices__overlap=list(slices)).update(in_force=False)
