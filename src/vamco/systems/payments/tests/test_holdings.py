"""What payments hold of a person."""

from __future__ import annotations

import datetime as dt

import pytest

from vamco.kernel.base import clock
from vamco.systems.payments.models import Invoice
from vamco.systems.payments.services import holdings
from vamco.systems.payments.tests import made

pytestmark = pytest.mark.django_db


def test_a_copy_holds_what_one_pays_with_receipts_and_refunds_and_nothing_of_others() -> None:
    payer, other = made.citizen(), made.citizen("Võ Văn Khác")
    held = made.invoice(payer)
    sections = {each.title: each.records for each in holdings.payments(payer)}
    lines = {line.name: line.value for line in sections["Payments"][0]}
    assert (lines["Reference"], lines["Amount (đồng)"], lines["For"]) == (held.reference, "150000", made.LINE.name)
    assert set(sections) == {"Payments", "Receipts", "Refunds"}
    assert [each.records for each in holdings.payments(other)] == [(), (), ()]


def test_the_law_of_accounting_keeps_them_and_the_run_only_counts() -> None:
    held = made.invoice(made.citizen())
    before = clock.now() - dt.timedelta(days=3650)
    assert holdings.due(before) == 0
    Invoice.objects.filter(pk=held.pk).update(settled_at=before - dt.timedelta(days=1))
    assert holdings.due(before) == 1
    (holding,) = holdings.HOLDINGS
    assert (holding.erase, holding.expire) == (None, None)
