"""What becomes of a batch. Pure. The other rules of the hub can be had from here too."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from vamco.lib.errors import N_
from vamco.systems.hub.contracts import Check, Finding, Reason
from vamco.systems.hub.rules.checks import (
    BATCH_KINDS,
    EVER,
    OUTDATED,
    REPEAT,
    TAKEN,
    TWIN,
    UNKNOWN,
    WIDTH,
    amounts,
    batch_checks,
    day_of_code,
    explain,
    keys,
    numbers,
    row_checks,
)
from vamco.systems.hub.rules.cron import Cron, is_due
from vamco.systems.hub.rules.disclosing import hidden, lies_within, mask, personal_data, plain_labels, within
from vamco.systems.hub.rules.headers import MISSING_COLUMNS, TWICE, Header, delimiter_of, label, match_header
from vamco.systems.hub.rules.lateness import MANY, Lateness, lateness
from vamco.systems.hub.rules.retrying import RETRIED, same_host, wait_before_retry

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vamco.lib.errors import VamcoError
    from vamco.systems.hub.contracts import Contract

__all__ = [
    "BATCH_KINDS",
    "EVER",
    "MANY",
    "MISSING_COLUMNS",
    "NO_ROWS",
    "OUTDATED",
    "REPEAT",
    "RETRIED",
    "TAKEN",
    "TOO_MANY_BAD",
    "TWICE",
    "TWIN",
    "UNKNOWN",
    "WIDTH",
    "Batch",
    "Cron",
    "Header",
    "Lateness",
    "amounts",
    "batch_checks",
    "day_of_code",
    "delimiter_of",
    "explain",
    "falls",
    "finding_of",
    "hidden",
    "is_due",
    "keys",
    "label",
    "lateness",
    "lies_within",
    "mask",
    "match_header",
    "numbers",
    "personal_data",
    "plain_labels",
    "quality",
    "reason_of",
    "refusal",
    "row_checks",
    "row_count_broken",
    "same_host",
    "too_old",
    "wait_before_retry",
    "within",
]


@dataclass(frozen=True)
class Batch:
    """What the checks found in a batch. `before` is what it replaces (or is added to): rows in the table now."""

    rows: int
    good: int
    repeats: int
    before: int


TOO_MANY_BAD = N_("%(bad)s of %(rows)s rows are wrong, and the contract allows %(limit)s %%")
NO_ROWS = N_("The file holds no rows")


def refusal(contract: Contract, batch: Batch, broken: Mapping[str, dict[str, Any]]) -> Reason | None:
    """Why a batch must be refused as a whole, or None. `broken`: batch checks that failed, with what was found."""
    if batch.rows == 0:
        return Reason("no_rows", NO_ROWS, {})
    bad = batch.rows - batch.good - batch.repeats
    if bad > contract.max_bad * batch.rows:
        return Reason(
            "too_many_bad", TOO_MANY_BAD, {"bad": bad, "rows": batch.rows, "limit": round(contract.max_bad * 100)}
        )
    for check in batch_checks(contract):
        if check.severity == "error" and check.code in broken:
            return explain(contract, check.code, **broken[check.code])
    return None


def row_count_broken(check: Check, contract: Contract, batch: Batch) -> dict[str, Any] | None:
    """What is wrong with the number of rows, or None.

    `at_least_of_previous` compares what will stand in the table's place that the batch fills with what stands there now.
    """
    wanted: Mapping[str, Any] = check.value or {}
    if "minimum" in wanted and batch.good < wanted["minimum"]:
        return {"found": batch.good, "value": f"≥ {wanted['minimum']}"}
    if "maximum" in wanted and batch.good > wanted["maximum"]:
        return {"found": batch.good, "value": f"≤ {wanted['maximum']}"}
    after = batch.good + (batch.before if contract.delivery == "append" else 0)
    least = wanted.get("at_least_of_previous", 0) * batch.before
    return {"found": after, "value": f"≥ {least:.0f}"} if after < least else None


def too_old(check: Check, newest: dt.date | None, today: dt.date) -> dict[str, Any] | None:
    """What is wrong with the newest day of a batch, or None."""
    oldest = today - dt.timedelta(days=check.value)
    return (
        None
        if newest is not None and newest >= oldest
        else {"found": newest.isoformat() if newest else "–", "value": oldest.isoformat()}
    )


def falls(new: Any, old: Any, delivery: str) -> bool:
    """Whether a cumulated sum falls: by what is added, or from what stood there to what takes its place."""
    if new is None:
        return False
    return bool(new < 0) if delivery == "append" else bool(old is not None and new < old)


def finding_of(check: Check) -> Finding:
    """A finding about the batch as a whole."""
    return Finding(check.code, 0, check.severity)


def reason_of(error: VamcoError) -> Reason:
    """An error as a reason that can be kept."""
    return Reason(error.code, error.message, cast("dict[str, Any]", error.problem()["data"]))


def quality(rows: int, quarantined: int) -> float | None:
    """The share of rows that passed; None of none."""
    return (rows - quarantined) / rows if rows else None
