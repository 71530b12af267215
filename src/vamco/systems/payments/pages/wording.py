"""How standings, buckets and refunds are said and coloured."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from vamco.lib.errors import N_
from vamco.web.components import Tone

if TYPE_CHECKING:
    from collections.abc import Mapping

STANDINGS: Final[Mapping[str, tuple[Tone, str]]] = {
    "open": (Tone.WATCH, N_("To be paid")),
    "checking": (Tone.ACTIVE, N_("Being checked")),
    "underpaid": (Tone.WARNING, N_("Paid in part")),
    "paid": (Tone.OK, N_("Paid")),
    "cancelled": (Tone.NONE, N_("No longer asked for")),
    "refunding": (Tone.ACTIVE, N_("Is being given back")),
    "refunded": (Tone.OK, N_("Given back")),
}
BUCKETS: Final[Mapping[str, tuple[Tone, str]]] = {
    "amount": (Tone.WARNING, N_("Amount differs")),
    "unknown_notice": (Tone.URGENT, N_("Transfer of unknown purpose")),
    "missing_notice": (Tone.URGENT, N_("Notice or booking is missing")),
    "duplicate": (Tone.WARNING, N_("Paid twice")),
    "late": (Tone.WATCH, N_("Late")),
    "refunded": (Tone.WARNING, N_("Money went out")),
}
REFUNDS: Final[Mapping[str, tuple[Tone, str]]] = {
    "asked": (Tone.WATCH, N_("Waits for a decision")),
    "approved": (Tone.ACTIVE, N_("Approved, to be paid out")),
    "declined": (Tone.NONE, N_("Declined")),
    "done": (Tone.OK, N_("Given back")),
}
REFUND_CAUSES: Final[Mapping[str, str]] = {
    "overpaid": N_("Paid too much"),
    "second": N_("Paid twice"),
    "cancelled": N_("Paid after it was cancelled"),
    "refused": N_("The dossier was not received"),
    "withdrawn": N_("The dossier was withdrawn"),
    "error": N_("A mistake"),
}
CHANNELS: Final[Mapping[str, str]] = {
    "vietqr": N_("Bank transfer"),
    "gateway": N_("Payment gateway"),
    "cash": N_("Cash"),
}
