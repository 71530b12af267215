"""What payments tell the systems."""

from __future__ import annotations

from dataclasses import dataclass

from vamco.vocab.language import event


@event("payments.invoice_moved", version=1)
@dataclass(frozen=True, slots=True)
class InvoiceMoved:
    """An invoice has come to another standing: open, checking, underpaid, paid, cancelled, refunding, refunded.

    `subject` is what it is for, as who asked for it named it ("dossier:17"); `paid` is what has come in, in đồng.
    """

    invoice: str
    subject: str
    standing: str
    paid: int
