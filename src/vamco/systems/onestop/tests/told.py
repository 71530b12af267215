"""What the handlers of this system are told in the tests of any order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vamco.kernel.work.cases import public as cases
from vamco.systems.onestop.models import Dossier
from vamco.systems.onestop.rules import fees
from vamco.systems.onestop.services import charging
from vamco.systems.onestop.tests import made
from vamco.vocab.counterparts import Answered
from vamco.vocab.payments import InvoiceMoved

if TYPE_CHECKING:
    from collections.abc import Sequence

TOLD: dict[str, Sequence[object]] = {"onestop.invoice_moved": [], "onestop.counterpart_answered": []}


def prepare() -> None:
    """Let a dossier wait for a financial duty, and another owe a fee that its finance axis does not say yet."""
    clerk = made.official("onestop_clerk", "Cán bộ Một Cửa")
    specialist = made.official("onestop_specialist", "Công chức Chuyên Môn")
    waits, owes = (made.dossier(made.citizen("Người Nộp"), procedure=made.provincial(duty=True)) for _ in range(2))
    cases.act(waits.pk, "accept", by=clerk)
    cases.act(waits.pk, "ask_duty", by=specialist, note="Thuế thu nhập")
    found = Dossier.objects.select_related("case", "office").get(pk=owes.pk)
    code = charging.name(found, [fees.Charge("Lệ phí", "Fee", 1, 5_000)], key="told", by=clerk)
    Dossier.objects.filter(pk=owes.pk).update(finance="none")
    subject = charging.subject(found)
    TOLD["onestop.invoice_moved"] = [
        InvoiceMoved(code, subject, "open", 0),
        InvoiceMoved("AAAA", "something:1", "open", 0),
    ]
    TOLD["onestop.counterpart_answered"] = [
        Answered("tax", f"dossier:{waits.pk}:3", f"dossier:{waits.pk}", "land_duty", "due", 1),
        Answered("tax", f"dossier:{waits.pk}:3", f"dossier:{waits.pk}", "land_duty", "paid", 2),
        Answered("post", "dossier:987654:post", "dossier:987654", "parcel", "delivered", 4),
        Answered("tax", "other", "something:1", "land_duty", "due", 1),
    ]
