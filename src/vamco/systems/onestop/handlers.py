"""What the one-stop desk does when it hears of payments."""

from __future__ import annotations

from vamco.kernel.base.events import public as events
from vamco.systems.onestop.services import charging
from vamco.vocab.payments import InvoiceMoved


@events.handler("onestop.invoice_moved", InvoiceMoved)
def invoice_moved(event: InvoiceMoved) -> None:
    """Money came in or went back: the finance axis follows, and a duty that is met lets the dossier go on."""
    charging.moved(event.subject)
