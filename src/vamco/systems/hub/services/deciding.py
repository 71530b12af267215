"""What becomes of a batch that was read: published, unchanged, nothing, held, or refused."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING

from vamco.lib.errors import N_
from vamco.systems.hub import queries
from vamco.systems.hub.contracts import Finding, Reason
from vamco.systems.hub.services import comparing, judging, nothing, owning, publishing, settling

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from vamco.systems.hub.adapters.intake.batch import Batch
    from vamco.systems.hub.contracts import Contract
    from vamco.systems.hub.models import Run
    from vamco.systems.hub.services.judging import Verdict
    from vamco.systems.hub.services.owning import Owned

NONE_GOOD = N_("None of the rows can be taken, and a delivery that replaces others may not leave the place empty")

MISCOUNTED = N_("The source says that it has %(declared)s rows, and gave %(found)s")


@dataclass(frozen=True)
class Wish:
    """What goes with a batch.

    The files beside it, whether it is all that the source has, how many rows the source says that it has, what follows, and which
    reasons to hold it a person has set aside.
    """

    beside: Collection[str] = ()
    complete: bool = False
    declared: int | None = None
    then: Callable[[], None] | None = None
    waived: Collection[str] = field(default=())


def decide(run: Run, contract: Contract, batch: Batch, wish: Wish) -> None:
    """Judge a batch and end its run accordingly, in one transaction."""
    if nothing.rows_say_so(contract, batch):
        nothing.take(run, contract, batch, wish.then)
        return
    verdict = judging.judge(contract, batch)
    _count(run, contract, batch, verdict, complete=wish.complete)
    part = owning.owned(contract, run, batch)
    older, beside = owning.rank(run, part, wish.beside)
    reason = _refusal(run, contract, batch, verdict, part) or older or _miscounted(contract, batch, wish.declared)
    holds = [hold for hold in (beside, verdict.hold) if hold is not None and hold.code not in wish.waived]
    if reason is not None:
        settling.refuse(run, reason, contract, batch)
    elif holds:
        settling.hold(run, holds[0], part.texts, contract, batch)
    elif run.rows == run.repeated:
        settling.leave_unchanged(run, contract, batch, complete=wish.complete, then=wish.then)
    else:  # also when none is accepted: what lies in quarantine is news to whoever counts
        publishing.publish(run, contract, batch, part, complete=wish.complete, then=wish.then)


def _count(run: Run, contract: Contract, batch: Batch, verdict: Verdict, *, complete: bool) -> None:
    """Each row has one end: accepted, repeated, or in quarantine."""
    run.rows, run.accepted = batch.rows, verdict.good
    run.repeated = verdict.repeats
    run.quarantined = run.rows - run.accepted - run.repeated
    run.revised = _revised(batch) if contract.corrections == "revise" else 0
    run.as_of = batch.as_of
    findings = [*verdict.findings]
    if complete and (gone := comparing.gone(contract, run, batch)):
        findings.append(Finding(comparing.GONE, gone, "warning"))
    run.findings = [asdict(finding) for finding in findings]


def _miscounted(contract: Contract, batch: Batch, declared: int | None) -> Reason | None:
    """Rows that were lost or came twice between pages: the source says how many there are."""
    if declared is None or declared == (found := comparing.said(contract, batch)):
        return None
    return Reason("hub.total", MISCOUNTED, {"declared": declared, "found": found})


def _revised(batch: Batch) -> int:
    found = batch.ask("SELECT count(*) AS n FROM {good} WHERE _row IN (SELECT _row FROM revised)")
    return int(found.column("n")[0].as_py())


def _refusal(run: Run, contract: Contract, batch: Batch, verdict: Verdict, part: Owned) -> Reason | None:
    if not batch.rows:
        return verdict.reason
    if part.refusal or verdict.reason:
        return part.refusal or verdict.reason
    if contract.delivery != "append" and not run.accepted:
        return Reason("no_good_rows", NONE_GOOD, {})
    if run.revised:
        return owning.older_than_revised(run, comparing.brought_by(contract, batch, queries.relation(contract.id)))
    return None
