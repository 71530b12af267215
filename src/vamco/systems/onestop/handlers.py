"""What the one-stop desk does when it hears of others."""

from __future__ import annotations

from vamco.kernel.base.events import public as events
from vamco.systems.onestop.services import charging, money_told, outside_parts
from vamco.vocab.counterparts import Answered
from vamco.vocab.payments import InvoiceMoved


@events.handler("onestop.invoice_moved", InvoiceMoved)
def invoice_moved(event: InvoiceMoved) -> None:
    """Money came in or went back: the finance axis follows, a duty that is met lets the dossier go on, and the applicant hears of it."""
    charging.moved(event.subject)
    money_told.tell(event)


@events.handler("onestop.counterpart_answered", Answered)
def counterpart_answered(event: Answered) -> None:
    """The tax office or the post answered: its part ends, a duty is met, a result is on its way."""
    outside_parts.heard(event)
