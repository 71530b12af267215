from __future__ import annotations

import functools
from collections import defaultdict
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import connection
from django.db.models import Max, Min

from vamco.engines.lake import Column as LakeColumn
from vamco.engines.lake import Lake
from vamco.kernel.base import clock
from vamco.kernel.base.packs import public as packs
from vamco.kernel.work.worktime import public as worktime
from vamco.kernel.world.agencies import public as agencies
from vamco.kernel.world.places import public as places
from vamco.lib.errors import N_, Missing, VamcoError
from vamco.lib.time import local_date
from vamco.systems.hub.contracts import (
    Contract,
    Coverage,
    DatasetStatus,
    Finding,
    Layout,
    QuarantinedRow,
    Reason,
    ReceiptKind,
    ReceiptView,
    RowPlace,
    RunState,
    RunView,
    Shortfall,
    SourceRow,
    SourceView,
)
from vamco.systems.hub.models import ContractVersion, Dataset, Quarantined, Receipt, Reported, Run, Source
from vamco.systems.hub.rules import due, expecting, grading
from vamco.systems.hub.rules.feeds import FeedItem, SourceItem
from vamco.systems.hub.rules.odcs import DatasetItem
from vamco.vocab.relation import ROW, RUN, Field, Relation

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from django.db.models import QuerySet

    from vamco.engines.query import DuckDB, SparkConnect
    from vamco.kernel.record.files.models import File
    from vamco.kernel.work.worktime.public import Calendar
    from vamco.systems.hub.contracts import Column
    from vamco.systems.hub.rules.expecting import Expectation

PAGE = 50
_READ_AGAIN = 64 << 20  # bytes of a file that is read again to find the lines of some rows


def lake() -> Lake:
    """The lake, seen through this thread's database connection."""
    return _lake(str(Path(settings.VAMCO_DATA) / "lake"))


@functools.cache
def _lake(warehouse: str) -> Lake:
    return Lake(warehouse, _connected)


def _connected() -> Any:
    connection.ensure_connection()
    return connection.connection


def engine() -> DuckDB | SparkConnect:
    """What answers questions to the lake, as the operator chose."""
    return _engine(settings.VAMCO_QUERY_ENGINE, settings.VAMCO_SPARK_REMOTE)


@functools.cache
def _engine(name: str, remote: str) -> DuckDB | SparkConnect:
    from vamco.engines.query import DuckDB, SparkConnect

    return SparkConnect(remote or None) if name == "spark" else DuckDB()


def dataset(code: str) -> Dataset:
    """A dataset with its contract and owner."""
    found = Dataset.objects.select_related("contract", "owner").defer("contract__content").filter(code=code).first()
    if found is None:
        raise _no_dataset(code)
    return found


def _no_dataset(code: str) -> Missing:
    return Missing("hub.no_dataset", N_("There is no dataset %(dataset)s."), dataset=code)


CONTRACTS: packs.Versioned[ContractVersion, DatasetItem, Contract] = packs.Versioned(
    ContractVersion, DatasetItem, read=DatasetItem.contract, missing=_no_dataset, code="dataset__code", version="number"
)


def contract_of(version: ContractVersion | None) -> Contract:
    """A contract as it was loaded; the version's content may be a deferred column."""
    assert version is not None  # noqa: S101  # a dataset is written together with its first contract
    return CONTRACTS.get(version)


def contract(code: str) -> Contract:
    """The contract in force for a dataset."""
    return CONTRACTS.get(CONTRACTS.newest(code))


def lake_columns(columns: Iterable[Column]) -> list[LakeColumn]:
    """A contract's columns as the lake keeps them."""
    return [LakeColumn(c.name, c.type, doc=c.title or c.doc, was=c.was) for c in columns]


def titles() -> dict[str, tuple[str, str, str]]:
    """The title, the title in English and the owner's code of each dataset, by code."""
    rows = list(Dataset.objects.select_related("contract", "owner").defer("contract__content").order_by("code"))
    CONTRACTS.get_all(row.contract for row in rows if row.contract)
    known = [(row, contract_of(row.contract)) for row in rows]
    return {row.code: (terms.title, terms.title_en, row.owner.code) for row, terms in known}


def relation(code: str, snapshot: int | None = None) -> Relation:
    """The rows of a dataset in a snapshot, the one in force by default; empty before the first."""
    found = dataset(code)
    wanted = snapshot if snapshot is not None else found.snapshot
    if wanted is not None:
        return lake().relation(code, wanted)
    system = (Field(1, RUN, "long", required=True), Field(2, ROW, "long", required=True))
    own = (Field(n, c.name, c.type, doc=c.doc) for n, c in enumerate(contract_of(found.contract).columns, start=3))
    return Relation(code, "", None, (*system, *own), ())


def run_of(code: str, snapshot: int | None) -> int | None:
    """The run that made a snapshot."""
    if snapshot is None:
        return None
    return Run.objects.filter(dataset__code=code, snapshot=snapshot).values_list("pk", flat=True).first()


def shortfall(code: str) -> Shortfall:
    """What is missing behind the snapshot in force: the open quarantine of the runs whose rows are in it.

    A run that was replaced, and an appended row of which a later delivery said something newer, do not count any more.
    """
    rows = kept = 0
    runs: list[int] = []
    amounts: defaultdict[str, Decimal] = defaultdict(Decimal)
    unread: set[str] = set()
    found = Run.objects.filter(dataset__code=code, in_force=True).exclude(shortfall={}).order_by("pk")
    for pk, short, stays in found.values_list("pk", "shortfall", "kept"):
        if not short.get("rows"):
            continue
        rows, kept = rows + short["rows"], kept + stays
        runs.append(pk)
        unread.update(short.get("unread", ()))
        for column, text in short.get("amounts", {}).items():
            amounts[column] += Decimal(text)
    return Shortfall(rows, kept, dict(amounts), frozenset(unread), tuple(runs))


def delivered_on(code: str) -> dt.date | None:
    """The day in the province on which a dataset was last published; None before the first time."""
    at = dataset(code).published_at
    return local_date(at) if at else None


def _runs() -> QuerySet[Run]:
    return Run.objects.select_related("dataset__owner", "contract").defer("contract__content").order_by("-pk")


def runs(
    *,
    dataset: str = "",
    source: str = "",
    state: str = "",
    owners: Iterable[str] | None = None,
    page: int = 1,
    size: int = PAGE,
) -> list[RunView]:
    """Runs, newest first; `owners` limits them to the datasets of some agencies."""
    wanted = {"dataset__code": dataset, "source": source, "state": state}
    found = _runs().filter(**{name: value for name, value in wanted.items() if value})
    if owners is not None:
        found = found.filter(dataset__owner__code__in=list(owners))
    return [view(row) for row in found[(page - 1) * size : page * size]]


def run(run_id: int) -> RunView:
    """One run."""
    return view(_run(run_id))


def _run(run_id: int) -> Run:
    found = _runs().select_related("file", "dataset__contract").filter(pk=run_id).first()
    if found is None:
        raise Missing("hub.no_run", N_("There is no run %(run)s."), run=run_id)
    return found


def view(row: Run) -> RunView:
    """A run as others see it."""
    contract = contract_of(row.contract)
    return RunView(
        id=row.pk,
        dataset=row.dataset.code,
        title=contract.title,
        source=row.source,
        name=row.name,
        state=RunState(row.state),
        started_at=row.started_at,
        finished_at=row.finished_at,
        rows=row.rows,
        accepted=row.accepted,
        quarantined=row.quarantined,
        snapshot=row.snapshot,
        reason=Reason(**row.reason) if row.reason else None,
        findings=tuple(Finding(**finding) for finding in row.findings),
        contract_version=contract.version,
        sha256=row.sha256,
        size=row.size,
        owner=row.dataset.owner.code,
        repeated=row.repeated,
        revised=row.revised,
        kept=row.kept,
    )


def run_row(run_id: int) -> Run:
    """A run with its dataset, the dataset's owner, both contracts and its file."""
    return _run(run_id)


def quarantined(row: Run, page: int = 1, size: int = PAGE) -> list[tuple[Quarantined, QuarantinedRow]]:
    """The rows of a run that were not taken, in order and in clear: `services.disclosing` decides what is shown of them."""
    terms = contract_of(row.contract)
    found = list(Quarantined.objects.filter(run=row).order_by("row")[(page - 1) * size : page * size])
    places = row_places(row, (each.row for each in found))
    return [
        (
            each,
            QuarantinedRow(
                each.row,
                tuple(grading.explain(terms, code) for code in each.reasons),
                {column.name: each.content.get(column.name) for column in terms.columns},
                place=places.get(each.row),
                void=each.void_id is not None,
                settled=each.settled_id,
            ),
        )
        for each in found
    ]


def reason_codes(row: Run, number: int) -> list[str]:
    """The codes of the reasons for which a row of a run is in quarantine; none for one that was taken."""
    return Quarantined.objects.filter(run=row, row=number).values_list("reasons", flat=True).first() or []


def _reasons(row: Run, number: int) -> tuple[Reason, ...]:
    terms = contract_of(row.contract)
    return tuple(grading.explain(terms, code) for code in reason_codes(row, number))


def quarantine_size(run_id: int) -> int:
    """How many rows in quarantine are kept of a run: of a refused one only the first."""
    return Quarantined.objects.filter(run=run_id).count()


def explained(run_id: int) -> dict[str, Reason]:
    """What each finding of a run says, by its code."""
    row = _run(run_id)
    terms = contract_of(row.contract)
    return {finding["code"]: grading.explain(terms, finding["code"]) for finding in row.findings}


def row_places(found: Run, rows: Iterable[int]) -> dict[int, RowPlace]:
    """Where rows of a run stand in its file; without those of a file that is too large to be read again, or cannot be."""
    from vamco.kernel.record.files import public as files

    wanted = tuple(sorted(set(rows)))
    if found.file is None or not wanted or found.size > _READ_AGAIN:
        return {}
    layout = Layout.of(found.layout)
    find = _lines if len(wanted) <= PAGE else _lines.__wrapped__  # a page is looked at again, a download is not
    lines = find(files.content_path(found.file), layout, wanted)
    return {row: RowPlace(line, layout.sheet) for row, line in lines.items()}


@functools.lru_cache(maxsize=256)
def _lines(path: Path, layout: Layout, wanted: tuple[int, ...]) -> dict[int, int]:
    from vamco.systems.hub.adapters.intake import reading

    found: dict[int, int] = {}
    left = set(wanted)
    try:
        for number, line, _cells in reading.rows(path, layout):
            if number in left:
                found[number] = line
                left.remove(number)
            if not left:
                break
    except (VamcoError, ValueError, OSError, TypeError):
        return {}
    return found


def source_file(row: Run) -> File:
    """The file that a run was made from, as it was delivered."""
    if row.file is None:
        raise Missing("hub.no_file", N_("Run %(run)s has no file."), run=row.pk)
    return row.file


def source_row(found: Run, row: int) -> SourceRow:
    """A row in clear as it stands in the file that a run was made from, read out of that very file."""
    from vamco.kernel.record.files import public as files
    from vamco.systems.hub.adapters.intake import reading

    missing = Missing("hub.no_row", N_("The file of run %(run)s has no row %(row)s."), run=found.pk, row=row)
    if found.file is None or row < 1:
        raise missing
    columns = contract_of(found.contract).columns
    reader = reading.rows(files.content_path(found.file), Layout.of(found.layout), columns)
    header: list[str | None] = []
    for number, line, cells in reader:
        if number == 0:
            header = cells
        elif number == row:
            names = [name or str(place) for place, name in enumerate(header, start=1)]
            names += [str(place) for place in range(len(names) + 1, len(cells) + 1)]
            padded = [*cells, *[None] * (len(names) - len(cells))]
            reasons = _reasons(found, row)
            values = dict(zip(names, padded, strict=True))
            return SourceRow(
                found.pk, row, found.name, line, values, reasons=reasons, sheet=Layout.of(found.layout).sheet
            )
    raise missing


def file_labels(row: Run) -> tuple[str, ...] | None:
    """The labels of all columns in the file of a run; None for a file that cannot be read."""
    from vamco.kernel.record.files import public as files

    path = files.content_path(source_file(row))
    return _file_labels(path, Layout.of(row.layout), contract_of(row.contract).columns)


@functools.lru_cache(maxsize=256)
def _file_labels(path: Path, layout: Layout, columns: tuple[Column, ...]) -> tuple[str, ...] | None:
    from vamco.systems.hub.adapters.intake import reading

    try:
        return reading.labels(path, layout, columns)
    except (VamcoError, ValueError, OSError, TypeError):
        return None


def freshness(now: dt.datetime) -> list[DatasetStatus]:
    """How fresh and how good each dataset is, the latest first, then by code."""
    rows = list(Dataset.objects.select_related("contract", "owner", "run").defer("contract__content").order_by("code"))
    CONTRACTS.get_all(row.contract for row in rows if row.contract)  # those that are new here, in one statement
    arrived, works, newest, feeds = arrivals(rows), working_days(rows), newest_receipts(), _feeds()
    found = []
    for row in rows:
        terms, at_work = contract_of(row.contract), works[row.owner.code]
        late = due.lateness(terms, arrived[row.pk], row.known_since, now, at_work)
        silent, expected = _silent(row, terms, feeds, now, at_work)
        receipt = newest.get(row.pk)
        status = replace(_status(row, terms, late), last_receipt=receipt, expected=expected, silent=silent)
        found.append(replace(status, nothing_new_since=_unchanged_since(row, receipt, arrived[row.pk])))
    return sorted(found, key=lambda status: -(status.late_by.total_seconds() if status.late_by else 0))


def _status(row: Dataset, terms: Contract, late: due.Lateness | None) -> DatasetStatus:
    last = row.run
    return DatasetStatus(
        dataset=row.code,
        title=terms.title,
        title_en=terms.title_en,
        owner=row.owner.code,
        owner_name=row.owner.name,
        due_at=late.due_at if late else None,
        late_by=late.late_by if late else None,
        last_published_at=row.published_at,
        rows=row.rows,
        quarantined=last.quarantined if last else 0,
        quality=grading.quality(last.rows, last.quarantined) if last else None,
        snapshot=row.snapshot,
        run=row.run_id,
        missed_at=late.missed if late else None,
        missed_times=late.times if late else 0,
        grace_until=late.grace_until if late else None,
    )


def _unchanged_since(row: Dataset, last: ReceiptView | None, arrived: Sequence[due.Arrival]) -> dt.datetime | None:
    if last is None or last.kind != ReceiptKind.UNCHANGED:
        return None
    came = [each.at for each in arrived if each.kind == ReceiptKind.DELIVERED]
    return max(came) if came else row.published_at


def lateness(row: Dataset, now: dt.datetime) -> due.Lateness | None:
    """Whether one dataset is late; None when nothing was promised."""
    terms = contract_of(row.contract)
    if not terms.due:
        return None
    return due.lateness(terms, arrivals([row])[row.pk], row.known_since, now, working_days([row])[row.owner.code])


def arrivals(rows: Sequence[Dataset]) -> dict[int, list[due.Arrival]]:
    """What has been received of datasets: of the receipts that say the same, the newest.

    What was published before receipts were kept counts by its time.
    """
    found: dict[int, list[due.Arrival]] = {row.pk: [] for row in rows}
    first: dict[int, dt.datetime] = {}
    known = Receipt.objects.filter(dataset__in=found).values_list("dataset", "kind", "covers_until")
    for pk, kind, until, newest, oldest in known.annotate(Max("at"), Min("at")).order_by():
        found[pk].append(due.Arrival(newest, ReceiptKind(kind), until))
        first[pk] = min(oldest, first.get(pk, oldest))
    with_receipt = Receipt.objects.filter(run__in=[row.run_id for row in rows if row.run_id])
    told = set(with_receipt.values_list("run", flat=True)) if first else set()
    for row in rows:
        at = row.published_at
        if at is not None and row.run_id not in told and (row.pk not in first or at < first[row.pk]):
            found[row.pk].append(due.Arrival(at))
    return found


def working_days(rows: Iterable[Dataset]) -> dict[str, Callable[[dt.date], bool]]:
    """Which days the owners of datasets work on, by the owner's code; where no calendar is known, those of the week."""
    owners = {row.owner.code: row.owner for row in rows}
    try:
        calendars = worktime.calendars_of(owners.values())
    except Missing:
        return dict.fromkeys(owners, due.weekday)
    return {code: functools.partial(_works, calendar) for code, calendar in calendars.items()}


def _works(calendar: Calendar, day: dt.date) -> bool:
    known = calendar.days_by_date.get(day)
    return bool(known.windows) if known is not None else due.weekday(day)


def newest_receipts() -> dict[int, ReceiptView]:
    """The newest receipt of each dataset."""
    found = Receipt.objects.filter(pk__in=Receipt.objects.values("dataset").annotate(newest=Max("pk")).values("newest"))
    return {row.dataset_id: _receipt_view(row) for row in found}


def receipts(code: str, page: int = 1, size: int = PAGE) -> list[ReceiptView]:
    """The receipts of a dataset, newest first."""
    found = Receipt.objects.filter(dataset__code=code).order_by("-pk")[(page - 1) * size : page * size]
    return [_receipt_view(row) for row in found]


def receipts_size(code: str) -> int:
    """How many receipts of a dataset there are."""
    return Receipt.objects.filter(dataset__code=code).count()


def _receipt_view(row: Receipt) -> ReceiptView:
    return ReceiptView(row.at, ReceiptKind(row.kind), row.source, row.name, row.run_id, row.covers_until)


def _silent(
    row: Dataset, terms: Contract, feeds: Mapping[str, FeedItem], now: dt.datetime, works: Callable[[dt.date], bool]
) -> tuple[tuple[str, ...], int]:
    """The names of those who have not reported for the period that the last due time asked for, and how many should."""
    expected = expecting.expectation(terms, feeds.get(terms.id))
    if expected is None:
        return (), 0
    listed = _listed(expected.codes, local_date(now))
    times = due.due_times(terms, works)
    asked = due.asked(terms, times, times.until(now)) if times else None
    known = expected.known(dict(Reported.objects.filter(dataset=row).values_list("code", "until")), listed)
    missing = [code for code in listed if code not in known or (asked is not None and known[code] < asked)]
    return tuple(listed[code] for code in missing), len(listed)


def sources() -> list[SourceView]:
    """The sources, by code."""
    return [_source_view(row) for row in Source.objects.select_related("agency").order_by("code")]


def _source_view(row: Source) -> SourceView:
    item = SourceItem.model_validate(row.content)
    failure = next(iter(row.failures.values()), None)
    return SourceView(
        code=row.code,
        name=item.name,
        name_en=item.name_en,
        agency=row.agency.code,
        kind=item.kind,
        datasets=tuple(feed.dataset for feed in item.datasets),
        collected_at=row.collected_at,
        failure=Reason(**failure) if failure else None,
    )


def codes_of_due_sources(now: dt.datetime) -> list[str]:
    """The sources whose time has come."""
    rows = Source.objects.order_by("code").values_list("code", "content", "collected_at")
    return [
        code
        for code, content, collected_at in rows
        if grading.is_due(grading.Cron.parse(content["schedule"]), collected_at, now)
    ]


def expectation(contract: Contract) -> Expectation | None:
    """Who is expected to report in a dataset; None when nothing is expected of anybody."""
    return expecting.expectation(contract, _feeds().get(contract.id))


def _feeds() -> dict[str, FeedItem]:
    """What a source with one file for each has, by dataset."""
    found = Source.objects.values_list("content", flat=True)
    feeds = [feed for content in found for feed in content["datasets"] if feed.get("one_each")]
    return {feed["dataset"]: FeedItem.model_validate(feed) for feed in feeds}


def coverage(code: str, as_of: dt.date | None = None) -> Coverage | None:
    """Who is expected to report in a dataset on a day (today), and up to when each has; None where nobody is."""
    row = dataset(code)
    expected = expectation(contract_of(row.contract))
    if expected is None:
        return None
    known = dict(Reported.objects.filter(dataset=row).values_list("code", "until"))
    listed = frozenset(_listed(expected.codes, as_of or clock.today()))
    return Coverage(expected.level, expected.column, listed, expected.known(known, listed))


def _listed(codes: str, day: dt.date) -> dict[str, str]:
    """The names of a code list on a day, by code, in alphabetical order."""
    if codes == "communes":
        return dict(places.communes(day).values_list("code", "full_name"))
    kinds = ("investor",) if codes == "investors" else ()
    return {agency.code: agency.name for agency in agencies.in_force(day, *kinds)}
