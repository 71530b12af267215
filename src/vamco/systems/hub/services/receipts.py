"""What each look at a source found to say of a dataset."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vamco.kernel.base import clock
from vamco.lib.time import local_date
from vamco.systems.hub.adapters.intake.checks import typed
from vamco.systems.hub.contracts import ReceiptKind
from vamco.systems.hub.models import Receipt
from vamco.systems.hub.rules import slices

if TYPE_CHECKING:
    import datetime as dt

    from vamco.systems.hub.adapters.intake.batch import Batch
    from vamco.systems.hub.contracts import Contract
    from vamco.systems.hub.models import Dataset, Run


def note(run: Run, kind: ReceiptKind, covers_until: dt.date | None = None) -> None:
    """Record what became of a delivery."""
    Receipt.objects.create(
        dataset_id=run.dataset_id,
        source=run.source,
        name=run.name,
        at=clock.not_before(run.started_at),
        kind=kind,
        run=run,
        covers_until=covers_until,
    )


def note_same(run: Run, source: str, name: str) -> None:
    """Record that a content came again whose rows are in force by a run."""
    first = Receipt.objects.filter(run=run).order_by("pk").first()
    _unchanged(run.dataset, source, name, run, first.covers_until if first else None)


def note_no_news(dataset: Dataset, source: str) -> None:
    """Record that a source answered, and that it has nothing new."""
    _unchanged(dataset, source, "", dataset.run, None)


def _unchanged(dataset: Dataset, source: str, name: str, run: Run | None, covers_until: dt.date | None) -> None:
    """One receipt a day says so, with the time of the last look: sources may be asked every few minutes."""
    now = clock.now()
    last = Receipt.objects.filter(dataset=dataset).order_by("-pk").first()
    said = (source, name, ReceiptKind.UNCHANGED, covers_until)
    if (
        last
        and (last.source, last.name, last.kind, last.covers_until) == said
        and local_date(last.at) == local_date(now)
    ):
        Receipt.objects.filter(pk=last.pk).update(at=max(now, last.at), run=run)
        return
    Receipt.objects.create(
        dataset=dataset,
        source=source,
        name=name,
        at=now,
        kind=ReceiptKind.UNCHANGED,
        run=run,
        covers_until=covers_until,
    )


def covered(contract: Contract, batch: Batch) -> dt.date | None:
    """The last day of which the rows of a batch speak that are good by themselves; None without a column that says."""
    if not contract.period_column:
        return None
    column = contract.column(contract.period_column)
    newest = batch.ask(f"SELECT max({typed(column.name)}) AS v FROM numbered WHERE NOT _bad").column("v")[0].as_py()  # noqa: S608  # a quoted name
    return None if newest is None else slices.covers_until(newest, column.type)
