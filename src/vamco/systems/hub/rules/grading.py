"""What becomes of a batch. Pure. The other rules of the hub can be had from here too."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from vamco.lib.errors import N_
from vamco.systems.hub.contracts import Check, Finding, Reason
from vamco.systems.hub.rules.checks import (
    BATCH_KINDS,
    NAMED,
    OUTDATED,
    REPEAT,
    TAKEN,
    TWIN,
    UNKNOWN,
    WIDTH,
    amounts,
    batch_checks,
    days_of_code,
    explain,
    free_names,
    keys,
    row_checks,
)
from vamco.systems.hub.rules.cron import Cron, is_due
from vamco.systems.hub.rules.disclosing import hidden, lies_within, mask, personal_data, plain_labels, within
from vamco.systems.hub.rules.headers import MISSING_COLUMNS, TWICE, Header, delimiter_of, label, match_header
from vamco.systems.hub.rules.retrying import RETRIED, same_host, wait_before_retry

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vamco.lib.errors import VamcoError
    from vamco.systems.hub.contracts import Contract

__all__ = [
    "BATCH_KINDS",
    "MISSING_COLUMNS",
    "NAMED",
    "NO_GOOD",
    "NO_ROWS",
    "OUTDATED",
    "REPEAT",
    "RETRIED",
    "TAKEN",
    "TOO_MANY_BAD",
    "TOO_MUCH_BAD",
    "TWICE",
    "TWIN",
    "UNKNOWN",
    "WIDTH",
    "Batch",
    "Cron",
    "Header",
    "Part",
    "amounts",
    "batch_checks",
    "burden",
    "coverage_broken",
    "days_of_code",
    "delimiter_of",
    "empties_broken",
    "explain",
    "falls",
    "finding_of",
    "free_names",
    "hidden",
    "is_due",
    "jump_broken",
    "keys",
    "label",
    "lies_within",
    "lost_all",
    "mask",
    "match_header",
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
class Part:
    """A part of the table that a batch fills: a slice, or the whole when `name` is "". Good rows of the batch, rows there before."""

    name: str
    good: int
    before: int


@dataclass(frozen=True)
class Batch:
    """What the checks found in a batch. `before` is what it replaces (or is added to): rows in the table now.

    `parts` has the same for each slice, where a delivery replaces slices. `burdens` has, by the title of a column of amounts, the
    share of it that the bad rows carry.
    """

    rows: int
    good: int
    repeats: int
    before: int
    parts: tuple[Part, ...] = ()
    burdens: Mapping[str, float] = field(default_factory=dict)


TOO_MANY_BAD = N_("%(bad)s of %(rows)s rows are wrong, and the contract allows %(limit)s %%")
TOO_MUCH_BAD = N_("%(column)s: wrong rows carry %(share)s %% of the amount, and the contract allows %(limit)s %%")
NO_ROWS = N_("The file holds no rows")
NO_GOOD = N_("None of the %(rows)s rows is right")


def refusal(contract: Contract, batch: Batch, broken: Mapping[str, dict[str, Any]]) -> Reason | None:
    """Why a batch must be refused as a whole, or None. `broken`: batch checks that failed, with what was found."""
    if batch.rows == 0:
        return Reason("no_rows", NO_ROWS, {})
    bad = batch.rows - batch.good - batch.repeats
    if bad > contract.max_bad * batch.rows:
        return Reason(
            "too_many_bad", TOO_MANY_BAD, {"bad": bad, "rows": batch.rows, "limit": round(contract.max_bad * 100)}
        )
    if bad == batch.rows:  # whatever the contract allows: nothing would take the place of what is there
        return Reason("none_good", NO_GOOD, {"rows": batch.rows})
    for column, share in batch.burdens.items():
        if share > contract.max_bad_value + _NOISE:
            limit = _percent(contract.max_bad_value)
            return Reason("too_much_bad", TOO_MUCH_BAD, {"column": column, "share": _percent(share), "limit": limit})
    for check in batch_checks(contract):
        if check.severity == "error" and check.code in broken:
            return explain(contract, check.code, **broken[check.code])
    return None


_NOISE = 1e-9


def _percent(share: float) -> str:
    return f"{share * 100:.1f}".rstrip("0").rstrip(".")


def burden(whole: float, bad: float, unknown: int, good: int) -> float:
    """The share of an amount that bad rows carry: `bad` of `whole`, both readable, and `unknown` rows whose amount nobody can read.

    Each of those counts as much as the good rows do on the average, so that it neither clears nor condemns a batch by a guess: the
    bound on rows holds for it, and the shortfall says that its amount is unread.
    """
    mean = (whole - bad) / good if good else 0.0
    hidden = unknown * mean
    return (bad + hidden) / (whole + hidden) if whole + hidden else 0.0


def row_count_broken(check: Check, contract: Contract, batch: Batch) -> dict[str, Any] | None:
    """What is wrong with the number of rows of a part that the batch fills, or None: one part must not hide what another lost.

    A share of the rows before compares what will stand in that part with what stands there now.
    """
    wanted: Mapping[str, Any] = check.value or {}
    for part in batch.parts or (Part("", batch.good, batch.before),):
        after = part.good + (part.before if contract.delivery == "append" else 0)
        least, most = wanted.get("at_least_of_previous", 0), wanted.get("at_most_of_previous")
        tests = [
            (part.good, part.good < wanted.get("minimum", 0), f"≥ {wanted.get('minimum')}"),
            (part.good, part.good > wanted.get("maximum", part.good), f"≤ {wanted.get('maximum')}"),
            (after, after < least * part.before, f"≥ {least * part.before:.0f}"),
            (after, most is not None and 0 < most * part.before < after, f"≤ {(most or 0) * part.before:.0f}"),
        ]
        for found, broken, value in tests:
            if broken:
                return {"found": found, "value": value, **_of(part.name)}
    return None


def _of(name: str) -> dict[str, str]:
    return {"slice": name} if name else {}


def jump_broken(check: Check, new: Mapping[str, Any], old: Mapping[str, Any]) -> dict[str, Any] | None:
    """What is wrong with the sum of a column, part by part, against the sum before; nothing where nothing stood before."""
    least, most = check.value.get("at_least_of_previous"), check.value.get("at_most_of_previous")
    for name, total in new.items():
        before = float(old.get(name) or 0)
        if before <= 0:
            continue
        found = float(total or 0)
        for limit, broken, sign in (
            (least, least and found < least * before, "≥"),
            (most, most and found > most * before, "≤"),
        ):
            if broken:
                return {"found": f"{found:.15g}", "value": f"{sign} {float(limit) * before:.15g}", **_of(name)}
    return None


def coverage_broken(check: Check, reported: Mapping[str, tuple[int, int]]) -> dict[str, Any] | None:
    """What is wrong with who has rows in the batch: of each part how many codes of the list have some, and how many there are."""
    wanted = check.value.get("at_least", 1)
    for name, (some, whole) in reported.items():
        if some < wanted * whole - _NOISE:
            return {"found": _percent(some / whole), "value": _percent(wanted), **_of(name)}
    return None


def empties_broken(check: Check, empty: int, rows: int) -> dict[str, Any] | None:
    """What is wrong with the share of empty cells of a column, or None."""
    wanted = check.value["at_most"]
    return (
        {"found": _percent(empty / rows), "value": _percent(wanted)}
        if rows and empty > wanted * rows + _NOISE
        else None
    )


CHANCE = 0.01  # below it, that all cells of a column are empty is no accident


def lost_all(before: int, filled: int, rows: int, *, replaced: bool) -> bool:
    """Whether a column that is empty in all `rows` of a batch used to be filled, in `filled` of the `before` rows of the table.

    Where these are the rows that are replaced, any will do. Beside other rows, such as those of another year, a small batch may be
    without by accident.
    """
    if not filled or not rows:
        return False
    return replaced or (1 - filled / before) ** rows < CHANCE


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
