"""What payments take and give: lines of an invoice, its standing, what a channel reports, what a reconciliation finds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    import datetime as dt

ROOM: Final = "payments"
PAY: Final = "payments.pay"
"""What an invoice's owner does, and who acts for them; no role holds it, so it is not declared for packs to grant."""
TAKE_CASH: Final = "payments.take_cash"
RECONCILE: Final = "payments.reconcile"
DECIDE_REFUND: Final = "payments.decide_refund"
RECEIPTS: Final = "payments.receipt"
"""Series of receipt numbers: one a year and unit, from 1 on 1 January."""

Standing = Literal["open", "checking", "underpaid", "paid", "cancelled", "refunding", "refunded"]
Channel = Literal["vietqr", "gateway", "cash"]
RefundCause = Literal["overpaid", "second", "cancelled", "refused", "withdrawn", "error"]
Bucket = Literal["matched", "amount", "unknown_notice", "missing_notice", "duplicate", "late", "refunded"]
Outcome = Literal["new", "settled", "queued", "ignored", "rejected"]


@dataclass(frozen=True, slots=True)
class Line:
    """A line of an invoice: what, how many, at which price, in whole đồng."""

    name: str
    name_en: str
    count: int
    price: int

    @property
    def amount(self) -> int:
        """Return what the line costs."""
        return self.count * self.price


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceView:
    """An invoice as other rooms see it. `due` is what is still to be paid, `excess` what came in above the total and was not given back."""

    code: str
    subject: str
    payee: str
    payee_name: str
    payee_name_en: str
    total: int
    paid: int
    refunded: int
    standing: Standing
    lines: tuple[Line, ...]
    asked_at: dt.datetime
    pay_until: dt.datetime | None
    receipt: str = ""

    @property
    def due(self) -> int:
        """Return what is still to be paid."""
        return (
            max(0, self.total - self.paid + self.refunded) if self.standing in {"open", "checking", "underpaid"} else 0
        )

    @property
    def excess(self) -> int:
        """Return what came in above the total and was not given back."""
        return max(0, self.paid - self.refunded - self.total)


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer:
    """Money that a channel reports, read from its own format. `at` is the sender's time, `incoming` whether it came in."""

    channel: Channel
    external: str
    amount: int
    account: str
    content: str
    at: dt.datetime
    incoming: bool = True
    reference: str = ""


@dataclass(frozen=True, slots=True)
class StatementRow:
    """A line of a bank's or the Treasury's statement."""

    external: str
    at: dt.datetime
    account: str
    amount: int
    content: str


@dataclass(frozen=True, slots=True)
class RefundView:
    """A refund as it is decided on. `standing`: asked, approved, declined, done."""

    id: int
    invoice: str
    payee_name: str
    amount: int
    cause: RefundCause
    reason: str
    standing: str
    asked_at: dt.datetime
    asked_by: str
