from __future__ import annotations

import datetime as dt
import hashlib
import shutil
import tempfile
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction

from vamco.kernel.base import clock
from vamco.kernel.record.files import public as files
from vamco.lib.errors import N_, Refused
from vamco.lib.time import local_date
from vamco.systems.hub import queries
from vamco.systems.hub.adapters.intake import batch as intake
from vamco.systems.hub.contracts import Layout, RunState
from vamco.systems.hub.models import Dataset, Run
from vamco.systems.hub.rules import grading, slices
from vamco.systems.hub.services import deciding, judging, nothing, receipts, settling
from vamco.systems.hub.services.locking import alone

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from vamco.systems.hub.contracts import Delivery, RunView

_ENDED = 2


def receive(dataset: str, delivery: Delivery, *, then: Callable[[], None] | None = None) -> RunView:
    """Takes a delivery in: kept, checked, and published as the dataset's new snapshot, held, or refused as a whole.

    A content whose rows are in force already changes nothing and gives the run that brought them; one that is held gives the
    held run. `then` runs in the transaction in which the delivery was settled, unless it was refused or held: what must be known
    if and only if the delivery is. The run's row is written before the work begins; a process that dies leaves it `running` until
    `close_abandoned`.
    """
    known = queries.dataset(dataset)
    with alone("dataset", known.pk):
        settling.close_abandoned(known)
        known = queries.dataset(dataset)
        if first := _settled_before(known, delivery):
            with transaction.atomic():
                if first.state not in {RunState.REFUSED, RunState.HELD}:
                    receipts.note_same(first, delivery.source, delivery.name)
                    if then:
                        then()
            return queries.run(first.pk)
        run = _begin(known, delivery)
        try:
            _refuse_ended_twice(run)
            _work(run, delivery, then)
        except Refused as error:
            run.refresh_from_db()  # what was set on it has been rolled back
            settling.refuse(run, grading.reason_of(error))
        except BaseException as error:
            settling.fail(run, error)
            raise
        return queries.run(run.pk)


def _settled_before(dataset: Dataset, delivery: Delivery) -> Run | None:
    """The run that settled this content: its rows are in force, it is held, or it was refused today under the same contract.

    A refusal lasts a day, because code lists and the meaning of “future” change; that of a person lasts. Only a content of a size
    that came before is worth reading twice.
    """
    same = Run.objects.filter(dataset=dataset, size=delivery.path.stat().st_size)
    if not same.exists():
        return None
    same = same.filter(fingerprint=_fingerprint(delivery, _sha256(delivery.path)))
    if found := same.filter(in_force=True).first() or same.filter(state=RunState.HELD).first():
        return found
    refused = same.filter(state=RunState.REFUSED, contract=dataset.contract).order_by("-pk")
    if rejected := refused.filter(reason__code=settling.REJECTED).first():
        return rejected
    last = refused.first()
    return last if last and local_date(last.started_at) == clock.today() else None


def _refuse_ended_twice(run: Run) -> None:
    """Refuses bytes that ended two runs: by what they take, or with the whole process. Trying again would end it again."""
    before = Run.objects.filter(dataset=run.dataset_id, fingerprint=run.fingerprint, state=RunState.FAILED)
    if before.filter(reason__code__in=(intake.TOO_HARD, settling.INTERRUPTED)).count() >= _ENDED:
        raise Refused(
            "hub.ended_twice",
            N_(
                "Reading this file ended twice before its end; the same file is not tried again. Save it anew and deliver it"
            ),
        )


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _fingerprint(delivery: Delivery, sha256: str) -> str:
    """What makes a delivery the same as another: its bytes, and what the sender says apart from them, also by the file name."""
    said = [delivery.key, *slices.groups(delivery.layout.name_form, delivery.name)]
    return hashlib.sha256("\0".join([*said, sha256]).encode()).hexdigest() if any(said) else sha256


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
        key=delivery.key,
        delivered_at=min(
            delivery.at, dt.datetime.now(dt.UTC)
        ),  # what says to come from the future is not newer for ever
        state=RunState.RUNNING,
        started_at=clock.now(),
    )


def _work(run: Run, delivery: Delivery, then: Callable[[], None] | None) -> None:
    contract = queries.contract_of(run.contract)
    try:
        with read(run) as batch:
            wish = deciding.Wish(delivery.beside, delivery.complete, delivery.declared_rows, then)
            deciding.decide(run, contract, batch, wish)
    except Refused:
        if not nothing.file_says_so(run, contract):
            raise
        nothing.take(run, contract, None, then)


@contextmanager
def read(run: Run) -> Iterator[intake.Batch]:
    """The batch of a run, read out of the file that is kept."""
    contract = queries.contract_of(run.contract)
    assert run.file is not None  # noqa: S101  # it was written with the run
    layout = Layout.of(run.layout)
    setting = judging.setting(contract, run.name, layout)
    with workspace() as folder, intake.opened(files.content_path(run.file), layout, contract, setting, folder) as batch:
        yield batch


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
