from __future__ import annotations

import hashlib
import shutil
import tempfile
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import DateTimeField, F, Value
from django.db.models.functions import Greatest

from vamco.kernel.base import clock
from vamco.kernel.base.audit import public as audit
from vamco.kernel.base.events import public as events
from vamco.kernel.record.files import public as files
from vamco.lib.errors import Refused, VamcoError
from vamco.lib.time import local_date
from vamco.systems.hub import queries
from vamco.systems.hub.adapters.intake import batch as intake
from vamco.systems.hub.contracts import Reason, RunState
from vamco.systems.hub.models import Dataset, Run
from vamco.systems.hub.rules import grading
from vamco.systems.hub.services import covering, judging
from vamco.systems.hub.services.locking import alone
from vamco.vocab.hub import DatasetPublished

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from vamco.engines.lake import Lake, Mode, Staged
    from vamco.systems.hub.contracts import Contract, Delivery, RunView

SHOWN_OF_REFUSED = 1000
WHOLE = "*"


def receive(dataset: str, delivery: Delivery, *, then: Callable[[], None] | None = None) -> RunView:
    """Takes a delivery in: kept, checked, and published as the dataset's new snapshot, or refused as a whole.

    A content whose rows are in force already changes nothing and gives the run that brought them. `then` runs in the
    transaction in which the delivery was settled, unless it was refused: what must be known if and only if the delivery is.
    The run's row is written before the work begins; a process that dies leaves it `running` until `close_abandoned`.
    """
    known = queries.dataset(dataset)
    with alone("dataset", known.pk):
        close_abandoned(known)
        known = queries.dataset(dataset)
        if first := _settled_before(known, delivery):
            with transaction.atomic():
                if then and first.state != RunState.REFUSED:
                    then()
            return queries.run(first.pk)
        run = _begin(known, delivery)
        try:
            _work(run, delivery, then)
        except Refused as error:
            run.refresh_from_db()  # what was set on it has been rolled back
            _refuse(run, grading.reason_of(error))
        except BaseException as error:
            _fail(run, error)
            raise
        return queries.run(run.pk)


def _settled_before(dataset: Dataset, delivery: Delivery) -> Run | None:
    """The run that settled this content: its rows are in force, or it was refused today under the same contract.

    A refusal lasts a day, because code lists and the meaning of "future" change. Only a content of a size that came before
    is worth reading twice.
    """
    same = Run.objects.filter(dataset=dataset, size=delivery.path.stat().st_size)
    if not same.exists():
        return None
    same = same.filter(fingerprint=_fingerprint(delivery, _sha256(delivery.path)))
    if found := same.filter(in_force=True).first():
        return found
    refused = same.filter(state=RunState.REFUSED, contract=dataset.contract).order_by("-pk").first()
    return refused if refused and local_date(refused.started_at) == clock.today() else None


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _fingerprint(delivery: Delivery, sha256: str) -> str:
    """What makes a delivery the same as another: its bytes, and what the sender says apart from them."""
    return hashlib.sha256(f"{delivery.key}\0{sha256}".encode()).hexdigest() if delivery.key else sha256


def _begin(dataset: Dataset, delivery: Delivery) -> Run:
    assert dataset.contract is not None  # noqa: S101  # a dataset is written together with its first contract
    with delivery.path.open("rb") as stream:
        file = files.store(stream, name=delivery.name, agency=dataset.owner)
    return Run.objects.create(
        dataset=dataset,
        contract=dataset.contract,
        source=delivery.source,
        name=file.name,
        layout=asdict(delivery.layout),
        file=file,
        sha256=file.sha256,
        size=file.size,
        fingerprint=_fingerprint(delivery, file.sha256),
        state=RunState.RUNNING,
        started_at=clock.now(),
    )


def _work(run: Run, delivery: Delivery, then: Callable[[], None] | None) -> None:
    contract = queries.contract_of(run.contract)
    assert run.file is not None  # noqa: S101  # _begin has written it
    with (
        workspace() as folder,
        intake.opened(
            files.content_path(run.file), delivery.layout, contract, judging.setting(contract), folder
        ) as batch,
    ):
        verdict = judging.judge(contract, batch)
        run.rows, run.accepted = batch.rows, verdict.good
        run.findings = [asdict(finding) for finding in verdict.findings]
        run.quarantined = run.rows - run.accepted
        if verdict.reason is not None:
            _refuse(run, verdict.reason, batch)
        elif verdict.good == 0:
            _leave_unchanged(run, then)
        else:
            _publish(run, contract, batch, then)


@contextmanager
def workspace() -> Iterator[Path]:
    """A folder for what a run needs meanwhile, on the disk that has the room."""
    root = Path(settings.VAMCO_DATA) / "hub"
    root.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(dir=root))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _publish(run: Run, contract: Contract, batch: intake.Batch, then: Callable[[], None] | None) -> None:
    """The one transaction: table, rows, run, quarantine, snapshot, pointer, audit entry and event, or none of them."""
    lake = queries.lake()
    staged: Staged | None = None
    try:
        with transaction.atomic():
            _shape_table(lake, contract)
            mode, slices = _mode(contract, batch)
            staged = lake.stage(contract.id, batch.good(run.pk), mode)
            _quarantine(run, batch)
            snapshot = lake.commit(staged)
            _replace(run, slices)
            _finish(run, RunState.PUBLISHED, snapshot=snapshot.id, in_force=True, slices=slices)
            Dataset.objects.filter(pk=run.dataset_id).update(
                snapshot=snapshot.id,
                published_at=run.finished_at,
                rows=snapshot.rows,
                run=run,
            )
            covering.note(contract.id)
            if then:
                then()
            events.emit(DatasetPublished(contract.id, snapshot.id, run.pk))
            audit.record(
                "hub.publish",
                actor=audit.SYSTEM,
                chain=contract.owner,
                subject=f"dataset:{contract.id}",
                detail={"run": run.pk, "snapshot": snapshot.id, "sha256": run.sha256, **_counts(run)},
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


def _shape_table(lake: Lake, contract: Contract) -> None:
    columns = queries.lake_columns(contract.columns)
    if not lake.exists(contract.id):
        lake.create(contract.id, columns)
        return
    standing = lake.relation(contract.id).fields
    wanted = [(column.name, column.type, column.doc) for column in columns]
    if not set(wanted) <= {(field.name, field.type, field.doc) for field in standing}:
        lake.evolve(contract.id, columns)


def _mode(contract: Contract, batch: intake.Batch) -> tuple[Mode, list[str]]:
    from vamco.engines.lake import ReplaceWhere

    if contract.delivery == "append":
        return "append", []
    if contract.delivery == "replace":
        return "replace", [WHOLE]
    return ReplaceWhere(contract.slice_column), batch.slices(contract.slice_column)


def _replace(run: Run, slices: list[str]) -> None:
    """Marks the runs whose rows leave the table, in whole or in part."""
    Run.objects.filter(dataset=run.dataset_id, in_force=True, slices__overlap=slices).update(in_force=False)


def _quarantine(run: Run, batch: intake.Batch, limit: int | None = None) -> None:
    with (
        connection.cursor() as cursor,
        cursor.copy("COPY hub_quarantined (run_id, row, reasons, content) FROM STDIN") as copy,
    ):
        for row, reasons, content in batch.bad(limit):
            copy.write_row((run.pk, row, reasons, content))


def _leave_unchanged(run: Run, then: Callable[[], None] | None) -> None:
    with transaction.atomic():
        run.quarantined = 0  # the rows are in the table, every one
        _finish(run, RunState.UNCHANGED)
        if then:
            then()
        _record(run, "hub.leave_unchanged")


def _refuse(run: Run, reason: Reason, batch: intake.Batch | None = None) -> None:
    with transaction.atomic():
        run.accepted = 0
        if batch is not None:
            _quarantine(run, batch, SHOWN_OF_REFUSED)
        _finish(run, RunState.REFUSED, reason=asdict(reason))
        _record(run, "hub.refuse", reason=reason.code)


def _record(run: Run, act: str, **detail: Any) -> None:
    audit.record(
        act,
        actor=audit.SYSTEM,
        chain=run.dataset.owner.code,
        subject=f"dataset:{run.dataset.code}",
        detail={"run": run.pk, "sha256": run.sha256, **_counts(run), **detail},
    )


def _fail(run: Run, error: BaseException) -> None:
    """Notes a failure, if the database can still be reached; else `close_abandoned` does."""
    from django.db import Error

    reason = grading.reason_of(error) if isinstance(error, VamcoError) else Reason("hub.internal", judging.INTERNAL, {})
    try:
        Run.objects.filter(pk=run.pk).update(
            state=RunState.FAILED, finished_at=clock.not_before(run.started_at), reason=asdict(reason)
        )
    except Error:
        connection.close_if_unusable_or_obsolete()


def close_abandoned(dataset: Dataset) -> int:
    """Ends the runs whose process died. The caller holds the dataset's lock, so no living process can have one."""
    reason = asdict(Reason("hub.interrupted", judging.INTERRUPTED, {}))
    return Run.objects.filter(dataset=dataset, state=RunState.RUNNING).update(
        state=RunState.FAILED,
        finished_at=Greatest(F("started_at"), Value(clock.now(), output_field=DateTimeField())),
        reason=reason,
    )


def _counts(run: Run) -> dict[str, int]:
    return {"rows": run.rows, "accepted": run.accepted, "quarantined": run.quarantined}


def _finish(run: Run, state: RunState, **changes: Any) -> None:
    for name, value in {"state": state, "finished_at": clock.not_before(run.started_at), **changes}.items():
        setattr(run, name, value)
    run.save()
