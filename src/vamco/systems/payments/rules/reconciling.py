"""Three-way reconciliation of a day: our orders, the channels' notices, the bank's statement. Pure.

One case for each payment, notice or statement line, with its bucket and, where something does not match, a likely cause.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from vamco.lib.errors import N_

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from vamco.systems.payments.contracts import Bucket, Outcome

CAUSES: Final[Mapping[str, str]] = {
    "none": "",
    "text_cut": N_("The bank cut or changed the transfer's text, so that the reference is missing or broken."),
    "no_text": N_("The bank passed no text on."),
    "other_account": N_("The money came into another account than the invoice names."),
    "typed_amount": N_("The payer typed another amount than the code asked for."),
    "notice_lost": N_("The channel's notice was lost: the money is on the statement."),
    "not_on_statement": N_(
        "The channel reported money that the statement does not show: it may come with the next day's, or was never booked."
    ),
    "paid_twice": N_("The code was paid twice."),
    "after_deadline": N_("It was paid after the last day."),
    "amounts_differ": N_("Notice and statement name different amounts for the same transfer."),
    "contradicted": N_("The same notice came again with other contents."),
    "outgoing": N_("Money went out that no refund of ours explains."),
    "refunded": N_("It was given back."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A notice as it was kept. `external` is also the statement's id, where channel and bank use the same."""

    id: int
    external: str
    amount: int
    content: str
    outcome: Outcome
    invoice: str = ""
    due: int | None = None
    late: bool = False
    second: bool = False
    contradicted: bool = False
    other_account: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Booked:
    """A line of the statement; a negative amount went out."""

    id: int
    external: str
    amount: int
    content: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """An invoice that the statement's text names."""

    code: str
    reference: str
    due: int


@dataclass(frozen=True, slots=True)
class Found:
    """A case of the reconciliation. `key` stays the same when the day is looked at again."""

    key: str
    bucket: Bucket
    cause: str
    invoice: str = ""
    notice: int | None = None
    booked: int | None = None
    amount: int = 0


def reconcile(
    notices: Sequence[Notice],
    booked: Sequence[Booked],
    *,
    named: Mapping[int, str],
    refunds: Mapping[str, int],
    statement: bool = True,
) -> list[Found]:
    """Return one case for each notice and each line that no notice explains.

    `named` says which invoice a statement line's text names, by the line's id; `refunds` what we gave back, by its reference. Without a
    `statement` of the day, nothing is missing on it.
    """
    lines: dict[str, list[Booked]] = defaultdict(list)
    for line in booked:
        lines[line.external].append(line)
    found = [_of_notice(each, _taken(lines, each.external), statement=statement) for each in notices]
    rest = [line for left in lines.values() for line in left]
    return found + [_of_line(line, named.get(line.id, ""), refunds) for line in rest]


def _taken(lines: dict[str, list[Booked]], external: str) -> Booked | None:
    return lines[external].pop(0) if lines.get(external) else None


def _of_notice(notice: Notice, line: Booked | None, *, statement: bool) -> Found:
    bucket, cause = _judged(notice, line, statement=statement)
    booked = line.id if line else None
    return Found(f"notice:{notice.id}", bucket, cause, notice.invoice, notice.id, booked, notice.amount)


def _judged(notice: Notice, line: Booked | None, *, statement: bool) -> tuple[Bucket, str]:
    """Return bucket and likely cause: the first that holds."""
    cases: tuple[tuple[bool, Bucket, str], ...] = (
        (notice.contradicted, "amount", "contradicted"),
        (line is not None and line.amount != notice.amount, "amount", "amounts_differ"),
        (notice.outcome in {"queued", "new"}, "unknown_notice", _unknown(notice)),
        (line is None and statement, "missing_notice", "not_on_statement"),
        (notice.second, "duplicate", "paid_twice"),
        (notice.due is not None and notice.amount != notice.due, "amount", "typed_amount"),
        (notice.late, "late", "after_deadline"),
    )
    return next(((bucket, cause) for holds, bucket, cause in cases if holds), ("matched", "none"))


def _unknown(notice: Notice) -> str:
    if notice.other_account:
        return "other_account"
    return "text_cut" if notice.content.strip() else "no_text"


def _of_line(line: Booked, invoice: str, refunds: Mapping[str, int]) -> Found:
    key = f"line:{line.id}"
    if line.amount < 0:
        known = any(
            amount == -line.amount and reference and reference in line.content for reference, amount in refunds.items()
        )
        return Found(key, "refunded", "refunded" if known else "outgoing", invoice, None, line.id, line.amount)
    return Found(key, "missing_notice", "notice_lost", invoice, None, line.id, line.amount)


def open_cases(found: Iterable[Found]) -> list[Found]:
    """Return the cases that a person must close."""
    return [each for each in found if each.bucket != "matched" and each.cause != "refunded"]
