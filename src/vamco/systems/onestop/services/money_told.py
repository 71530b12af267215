"""What the applicant hears of a dossier's money: too little came in, too much, or some went back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vamco.kernel.work.notices import public as notices
from vamco.systems.onestop.models import Dossier
from vamco.systems.onestop.services import telling
from vamco.systems.payments import public as payments
from vamco.web import addresses

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vamco.vocab.payments import InvoiceMoved


def tell(event: InvoiceMoved) -> None:
    """Notify the applicant of what an invoice's move means for them, each sum once. Safe to repeat; an older event says nothing."""
    kind, _colon, rest = event.subject.partition(":")
    number = rest.partition(":")[0]
    if kind != "dossier" or not number.isdecimal():
        return
    dossier = Dossier.objects.select_related("case__applicant", "filed_by").filter(pk=int(number)).first()
    found = next((each for each in payments.of(event.subject) if each.code == event.invoice), None)
    if dossier is None or found is None or found.paid != event.paid:
        return
    to = telling.readers(dossier, dossier.case)
    for template, data, sums in _said(found) if to else ():
        notices.send(
            template,
            to,
            {"dossier": dossier.number, "agency": found.payee_name[:120], **data},
            key=f"invoice:{found.code}:{template}:{sums}",
            about=f"case:{dossier.pk}",
            url=addresses.to("invoice", found.code),
        )


def _said(found: payments.InvoiceView) -> Iterator[tuple[str, dict[str, Any], int]]:
    """Give the notices that an invoice, as it stands, calls for, each with the sum that makes it another one."""
    if found.standing == "underpaid":
        yield "onestop.underpaid", {"paid": found.paid - found.refunded, "rest": found.due}, found.paid
    if found.standing in {"paid", "refunding"} and found.excess:
        yield "onestop.overpaid", {"excess": found.excess}, found.paid
    if found.refunded:
        yield "onestop.refunded", {"amount": found.refunded}, found.refunded
