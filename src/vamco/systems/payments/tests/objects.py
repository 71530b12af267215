"""What the architecture's tests ask for at this system's addresses."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from vamco.kernel.base import clock
from vamco.kernel.base.audit import public as audit
from vamco.kernel.world.agencies import public as agencies
from vamco.systems.payments import public
from vamco.systems.payments.models import Attempt, Difference, Refund
from vamco.systems.payments.tests import made

if TYPE_CHECKING:
    from tests.architecture.sample_objects import World

PAYER, CASHIER, ACCOUNTANT = "sotaichinh", "thungan", "ketoan"
SEEN = {
    "invoice_code": {PAYER},
    "gateway_code": {PAYER},
    "receipt_code": {PAYER},
    "due_code": {CASHIER},
    "receipt_id": {CASHIER},
    "printed_receipt": {CASHIER},
    "transfer_id": {ACCOUNTANT},
    "attempt_id": {ACCOUNTANT},
    "difference_id": {ACCOUNTANT},
    "refund_id": {ACCOUNTANT, "lanhdaomotcua"},
}
# Posted to; not paid yet; without keys to sign with.
WITHOUT = {"gateway_code": 405, "attempt_id": 405, "receipt_code": 404, "printed_receipt": 503}


def make(world: World) -> dict[str, Any]:
    payer, cashier, office = world.person(PAYER), world.person(CASHIER), agencies.get(made.OFFICE)
    line = public.Line(world.hidden, world.hidden, 1, 150_000)
    held, taken, tried = (made.invoice(payer, line, payer_name=world.hidden) for _each in range(3))
    public.open_till(office, 0, by=cashier)
    receipt = public.take_cash(taken.code, 150_000, sending=uuid.uuid4(), by=cashier)
    refund = public.refund(taken.code, 1_000, world.hidden, by=audit.SYSTEM)
    kept = public.keep(
        public.Transfer(
            channel="vietqr",
            external="FT-1",
            amount=150_000,
            account=made.ACCOUNT,
            content=world.hidden,
            at=clock.now(),
        ),
        {},
    )
    public.settle(kept.pk)
    public.look(office, clock.today())
    attempt = Attempt.objects.create(
        code=uuid.uuid4().hex, invoice=tried, gateway="vnpay", amount=150_000, standing="unknown", begun_at=clock.now()
    )
    return {
        "invoice_code": held.code,
        "gateway_code": held.code,
        "receipt_code": held.code,
        "due_code": held.code,
        "receipt_id": receipt.pk,
        "printed_receipt": receipt.pk,
        "transfer_id": kept.pk,
        "attempt_id": attempt.pk,
        "reconciled_day": clock.today().isoformat(),
        "difference_id": Difference.objects.get(notification=kept).pk,
        "refund_id": Refund.objects.get(pk=refund).pk,
    }
