from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

from django.db import transaction

from vamco.kernel.base import clock
from vamco.kernel.base.audit import public as audit
from vamco.kernel.base.jobs import public as jobs
from vamco.kernel.world.access import public as access
from vamco.lib.errors import N_, Missing, Refused, VamcoError
from vamco.systems.hub import queries
from vamco.systems.hub.adapters.connectors import connector_for
from vamco.systems.hub.contracts import Collected, Progress, Reason
from vamco.systems.hub.models import Run, Source, SourceState
from vamco.systems.hub.rules import grading
from vamco.systems.hub.rules.feeds import SourceItem
from vamco.systems.hub.services import comparing, receipts
from vamco.systems.hub.services.locking import alone
from vamco.systems.hub.services.receiving import receive, workspace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from vamco.kernel.world.people.models import Person
    from vamco.systems.hub.contracts import RunView
    from vamco.systems.hub.rules.feeds import FeedItem

COLLECT = "hub.collect"
GONE_ROWS = "hub.gone_rows"
GONE_TEXT = N_(
    "The source does not have %(rows)s rows any more that it once sent (run %(run)s); they stay until somebody decides"
)
TOTAL_TEXT = N_(
    "The source says that it has %(declared)s rows; %(rows)s were taken in and %(missing)s are in quarantine"
)


def collect(source: str, on_progress: Callable[[Progress], None] | None = None, *, by: str = audit.SYSTEM) -> Collected:
    """Fetches what is new in a source and takes it in; what fails in one dataset does not stop the others."""
    row = _source(source)
    item = SourceItem.model_validate(row.content)
    runs: list[RunView] = []
    failures: dict[str, Reason] = {}
    with alone("source", row.pk):
        for feed in item.datasets:
            tell = functools.partial(_tell, on_progress, source, feed.dataset)
            try:
                runs.extend(_collect_feed(row, item, feed, tell))  # those before a failure stay in
            except VamcoError as error:
                failures[feed.dataset] = grading.reason_of(error)
        with transaction.atomic():
            _note(row, {**_still_gone(row, failures, runs), **failures}, len(runs), by)
    return Collected(source, tuple(runs), failures)


def collect_later(source: str) -> bool:
    """Has a source collected from by the worker; False says that this is waiting to be done already."""
    _source(source)
    return jobs.later(COLLECT, key=f"{COLLECT}:{source}", lock=f"{COLLECT}:{source}", source=source)


def collect_now(source: str, *, by: Person) -> bool:
    """Have the worker collect from a source because a person asks for it; return False when that is waiting already."""
    agency = _source(source).agency
    access.demand(by, COLLECT, agency)
    with transaction.atomic():
        sent = collect_later(source)
        if sent:
            audit.record(
                "hub.collect_now",
                actor=str(by.pk),
                chain=agency.code,
                subject=f"source:{source}",
                detail=access.on_behalf(by, COLLECT, agency),
            )
    return sent


def _source(code: str) -> Source:
    row = Source.objects.filter(code=code).first()
    if row is None:
        raise Missing("hub.no_source", N_("There is no source %(source)s."), source=code)
    return row


def _collect_feed(row: Source, item: SourceItem, feed: FeedItem, tell: Callable[[int, int], None]) -> Iterator[RunView]:
    mode = queries.contract(feed.dataset).delivery
    whole, single = mode != "append", mode == "replace" and not feed.one_each
    state = SourceState.objects.filter(source=row, dataset=feed.dataset).values_list("state", flat=True).first() or {}
    done = rows = 0
    tell(done, rows)
    with workspace() as folder:
        for fetched in connector_for(item.kind).fetch(item, feed, state, folder, whole=whole, single=single):
            advance = functools.partial(_advance, row, feed.dataset, fetched.state)
            if fetched.delivery is None:
                with transaction.atomic():
                    if fetched.state != state:
                        advance()
                    if fetched.unchanged:
                        receipts.note_no_news(queries.dataset(feed.dataset), row.code)
            else:
                run = receive(feed.dataset, fetched.delivery, then=advance)
                done, rows = done + 1, rows + run.rows
                tell(done, rows)
                yield run
                _tell_gone(run, complete=fetched.delivery.complete)
            _check_total(feed.dataset, fetched.declared)


def _tell_gone(run: RunView, *, complete: bool) -> None:
    gone = next((finding.rows for finding in run.findings if finding.code == comparing.GONE), 0)
    if complete and gone:
        raise Refused(GONE_ROWS, GONE_TEXT, rows=gone, run=run.id)


def _check_total(dataset: str, declared: int | None) -> None:
    """What the source says that it has must be in the table, or in quarantine."""
    if declared is None:
        return
    rows, missing = queries.relation(dataset).rows, queries.shortfall(dataset).rows
    if not rows <= declared <= rows + missing:
        raise Refused("hub.total", TOTAL_TEXT, declared=declared, rows=rows, missing=missing)


def _advance(row: Source, dataset: str, state: dict[str, Any]) -> None:
    SourceState.objects.update_or_create(source=row, dataset=dataset, defaults={"state": state})


def _tell(on_progress: Callable[[Progress], None] | None, source: str, dataset: str, done: int, rows: int) -> None:
    if on_progress is not None:
        on_progress(Progress(source, dataset, done, None, rows))


def _still_gone(row: Source, failures: dict[str, Reason], runs: list[RunView]) -> dict[str, Reason]:
    """Rows that are gone at the source are told until it was compared again."""
    compared = {run.dataset for run in runs if Run.objects.filter(pk=run.id, key__startswith="all:").exists()}
    kept = {name: Reason(**reason) for name, reason in row.failures.items() if reason["code"] == GONE_ROWS}
    return {name: reason for name, reason in kept.items() if name not in compared and name not in failures}


def _note(row: Source, failures: dict[str, Reason], runs: int, by: str) -> None:
    row.collected_at = clock.now()
    row.failures = {name: {"code": r.code, "message": r.message, "data": r.data} for name, r in failures.items()}
    row.save(update_fields=["collected_at", "failures"])
    if by != audit.SYSTEM or runs or failures:
        detail = {"runs": runs, "failures": {name: reason.code for name, reason in failures.items()}}
        audit.record("hub.collect", actor=by, chain=row.agency.code, subject=f"source:{row.code}", detail=detail)
