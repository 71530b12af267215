"""What the handlers of this system are told in the tests of any order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.test import override_settings

from vamco.kernel.work.cases import public as cases
from vamco.systems.traffic.models import Violation
from vamco.systems.traffic.tests import made
from vamco.vocab.payments import InvoiceMoved

if TYPE_CHECKING:
    from collections.abc import Sequence

INVOICE = "AAAA"
TOLD: dict[str, Sequence[object]] = {"traffic.invoice_moved": []}


def prepare() -> None:
    """Make a violation whose fine is asked for; what is told of it is that the money came, and news of other invoices."""
    with override_settings(VAMCO_DEMO=True):  # the keys by which evidence is signed
        found = made.violation("70A98767")
    Violation.objects.filter(pk=found.pk).update(invoice=INVOICE)
    cases.Case.objects.filter(pk=found.pk).update(state="to_pay")
    TOLD["traffic.invoice_moved"] = [
        InvoiceMoved(INVOICE, f"violation:{found.pk}", "open", 0),
        InvoiceMoved(INVOICE, f"violation:{found.pk}", "paid", 0),
        InvoiceMoved("BBBB", "violation:987654", "paid", 0),
        InvoiceMoved(INVOICE, "something:1", "open", 0),
    ]
