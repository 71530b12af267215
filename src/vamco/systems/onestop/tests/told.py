"""What the handlers of this system are told in the architecture's tests."""

from collections.abc import Sequence

from vamco.vocab.counterparts import Answered
from vamco.vocab.payments import InvoiceMoved

TOLD: dict[str, Sequence[object]] = {
    "onestop.invoice_moved": [
        InvoiceMoved("AAAA", "dossier:987654", "paid", 5000),
        InvoiceMoved("BBBB", "dossier:987654:duty", "paid", 5000),
        InvoiceMoved("CCCC", "something:1", "open", 0),
    ],
    "onestop.counterpart_answered": [
        Answered("tax", "dossier:987654:3", "dossier:987654", "land_duty", "paid", 2),
        Answered("post", "dossier:987654:post", "dossier:987654", "parcel", "delivered", 4),
        Answered("tax", "other", "something:1", "land_duty", "due", 1),
    ],
}
