"""What the handlers of this system are told in the tests of any order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vamco.vocab.payments import InvoiceMoved

if TYPE_CHECKING:
    from collections.abc import Sequence

TOLD: dict[str, Sequence[object]] = {
    "traffic.invoice_moved": [
        InvoiceMoved("AAAA", "violation:987654", "paid", 0),
        InvoiceMoved("AAAA", "something:1", "open", 0),
    ]
}


def prepare() -> None:
    """Nothing: what these say is of violations that are not there."""
