"""Where an invoice stands, from what came in and what went back: one rule, and nothing else sets it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vamco.systems.payments.contracts import RefundCause, Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """The sums of an invoice in whole đồng. `promised` is what refunds that are not done yet will give back."""

    total: int
    paid: int = 0
    refunded: int = 0
    promised: int = 0
    cancelled: bool = False
    checking: bool = False


def of(ledger: Ledger) -> Standing:
    """Return the standing. A paid invoice stays paid while only what is above its total goes back."""
    held = ledger.paid - ledger.refunded
    if ledger.cancelled or (ledger.refunded > 0 and held < ledger.total <= ledger.paid):
        if held <= 0:
            return "refunded" if ledger.refunded else "cancelled"
        return "refunding" if ledger.promised or ledger.cancelled else "refunded"
    if held >= ledger.total:
        return "refunding" if held - ledger.promised < ledger.total else "paid"
    if held > 0:
        return "underpaid"
    return "checking" if ledger.checking else "open"


def due(ledger: Ledger) -> int:
    """Return what is still to be paid."""
    return 0 if ledger.cancelled else max(0, ledger.total - ledger.paid + ledger.refunded)


def given_back(ledger: Ledger, *, amount: int) -> tuple[int, RefundCause] | None:
    """Return what of an amount that has just come in must go back, and why; None when nothing must. `ledger` holds it already."""
    before = ledger.paid - amount - ledger.refunded - ledger.promised
    owed = 0 if ledger.cancelled else max(0, ledger.total - before)
    excess = amount - owed
    if excess <= 0:
        return None
    if ledger.cancelled:
        return excess, "cancelled"
    return excess, "second" if owed == 0 else "overpaid"


def refundable(ledger: Ledger) -> int:
    """Return how much may be asked back: what is held and not promised yet."""
    return max(0, ledger.paid - ledger.refunded - ledger.promised)
