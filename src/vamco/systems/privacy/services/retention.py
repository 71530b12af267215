"""The nightly run over the retention table: it lists what is due, and deletes only where the table's line has been verified."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db import transaction

from vamco.kernel.base import clock
from vamco.kernel.base.audit import public as audit
from vamco.systems.privacy.models import RetentionLine, RetentionRun
from vamco.systems.privacy.queries import table
from vamco.systems.privacy.rules import clocks
from vamco.systems.privacy.services import registry, requests
from vamco.systems.privacy.services.consents import CHAIN

if TYPE_CHECKING:
    import datetime as dt

    from vamco.systems.privacy.contracts import Holding, Rule

MOST_BATCHES: Final = 10_000


def run() -> RetentionRun:
    """Go through all holdings; a run that a crash has cut short stays without an end, and the next one goes on with what is still due."""
    made = RetentionRun.objects.create(begun_at=clock.now())
    rules = table.rules()
    for holding in registry.holdings():
        _one(made, holding, rules.get(holding.code))
    made.ended_at = clock.not_before(made.begun_at)
    made.save(update_fields=["ended_at"])
    return made


def _one(made: RetentionRun, holding: Holding, rule: Rule | None) -> None:
    if rule is None or rule.months is None:
        _line(made, holding, None, skipped="no_term")
        return
    before = clocks.months_before(clock.now(), rule.months)
    due = holding.due(before) if holding.due else None
    if holding.expire is None or due is None:
        _line(made, holding, due, skipped="no_function")
    elif rule.mark != "verified":
        _line(made, holding, due, skipped="unverified")
    else:
        _line(made, holding, due, deleted=_expire(holding, before))


def _expire(holding: Holding, before: dt.datetime) -> int:
    total = 0
    for _batch in range(MOST_BATCHES):
        with transaction.atomic():
            gone = holding.expire(before) if holding.expire else 0
            if gone:
                audit.record(
                    "privacy.expire",
                    actor=requests.MACHINE.actor,
                    chain=CHAIN,
                    subject=f"holding:{holding.code}",
                    detail={"deleted": gone},
                )
        if not gone:
            break
        total += gone
    return total


def _line(made: RetentionRun, holding: Holding, due: int | None, *, deleted: int = 0, skipped: str = "") -> None:
    RetentionLine.objects.create(run=made, holding=holding.code, due=due, deleted=deleted, skipped=skipped)
