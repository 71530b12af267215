"""What this system's handlers hear in `tests/faults/test_any_order.py`: about dossiers, of which there are none there."""

from collections.abc import Sequence

from vamco.vocab.payments import InvoiceMoved

TOLD: dict[str, Sequence[object]] = {
    "onestop.invoice_moved": [
        InvoiceMoved("AAAA", "dossier:987654", "paid", 5000),
        InvoiceMoved("BBBB", "dossier:987654:duty", "paid", 5000),
        InvoiceMoved("CCCC", "something:1", "open", 0),
    ],
}
