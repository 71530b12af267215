"""The fine: asked for through payments once the sanctioning decision was entered, and the case ends when it is paid."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from vamco.kernel.work.cases import public as cases
from vamco.kernel.world.people import public as people
from vamco.lib.errors import N_, Refused
from vamco.systems.payments import public as payments
from vamco.systems.traffic.models import Violation
from vamco.systems.traffic.services import notifying, registering
from vamco.systems.traffic.services.proposing import MACHINE

if TYPE_CHECKING:
    from vamco.vocab.payments import InvoiceMoved

SUBJECT = "violation:"


def ask(violation: Violation) -> str:
    """Ask the owner for the amount of the decision, and return the invoice's code: part of the transaction that enters it."""
    owner = registering.owner_of(violation)
    if owner is None or not violation.amount:
        raise Refused("traffic.no_owner", N_("The register has named no owner of this vehicle."))
    payer = notifying.holder(owner["number"]) or people.add(owner["name"], actor=MACHINE.actor)
    invoice = payments.ask(
        f"{SUBJECT}{violation.pk}",
        payee=violation.case.agency,
        payer=payer,
        payer_name=owner["name"],
        lines=[
            payments.Line(
                f"Nộp phạt theo Quyết định {violation.sanction_number}",
                f"Fine by Decision {violation.sanction_number}",
                1,
                violation.amount,
            )
        ],
        key=f"traffic:{violation.pk}",
        by=MACHINE.actor,
    )
    return invoice.code


def invoice_moved(event: InvoiceMoved) -> None:
    """End a case whose fine has come in; told again, nothing happens."""
    number = event.subject.removeprefix(SUBJECT)
    if not event.subject.startswith(SUBJECT) or not number.isdecimal() or event.standing != "paid":
        return
    with transaction.atomic():
        found = (
            Violation.objects.select_for_update(of=("self",))
            .filter(pk=int(number), invoice=event.invoice, case__state="to_pay")
            .first()
        )
        if found is not None:
            cases.act(found.pk, "paid", by=MACHINE)
