"""What this system does when it hears an event."""

from __future__ import annotations

from vamco.kernel.base.events import public as events
from vamco.systems.traffic.services import paying
from vamco.vocab.payments import InvoiceMoved


@events.handler("traffic.invoice_moved", InvoiceMoved)
def invoice_moved(event: InvoiceMoved) -> None:
    """End a case whose fine has come in."""
    paying.invoice_moved(event)
