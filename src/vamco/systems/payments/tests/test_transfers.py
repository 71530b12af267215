"""Transfers reported by the bank's service: from the invoice's code to the receipt, and everything that goes wrong on the way."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from vamco.kernel.base import clock
from vamco.systems.payments import public
from vamco.systems.payments.models import Invoice, Notification, Payment, Receipt, Refund
from vamco.systems.payments.rules import vietqr
from vamco.systems.payments.services import crediting, taking_in
from vamco.systems.payments.tests import made

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _channels(settings: Any) -> None:
    made.open_channels(settings)


def sums(held: Invoice) -> tuple[str, int, int]:
    found = made.again(held)
    return found.standing, found.paid, found.refunded


def test_a_transfer_with_the_reference_pays_the_invoice_and_gives_one_receipt(settings: Any) -> None:
    settings.VAMCO_DEMO = True  # it keeps keys of its own to sign with
    held = made.invoice(made.citizen())
    assert (held.standing, held.total, held.account) == ("open", 150_000, made.ACCOUNT)
    answer = made.pay(held)
    assert answer.status_code == 200
    assert answer.json()["error"] is False
    assert answer.json()["object"]["reftransactionid"] == str(Notification.objects.get().answer)
    assert sums(held) == ("paid", 150_000, 0)
    receipt = Receipt.objects.get()
    assert (receipt.number, receipt.amount, receipt.year) == (1, 150_000, clock.today().year)
    made_receipt = public.make_receipt(receipt.pk)
    assert made_receipt.document
    assert made_receipt.file is not None
    assert public.make_receipt(receipt.pk).document == made_receipt.document


def test_the_same_notice_twice_and_late_counts_once() -> None:
    held = made.invoice(made.citizen(), pay_until=clock.now())
    body = made.report(held)
    first, second = made.send(body), made.send(body)
    assert first.json() == second.json()
    assert sums(held) == ("paid", 150_000, 0)
    assert Payment.objects.get().late
    assert (Receipt.objects.count(), Refund.objects.count(), Notification.objects.get().repeats) == (1, 0, 1)


def test_the_same_notice_with_another_amount_changes_nothing_and_is_marked() -> None:
    held = made.invoice(made.citizen())
    body = made.report(held, amount=10_000)
    made.send(body)
    made.send(body | {"amount": 150_000})
    assert sums(held) == ("underpaid", 10_000, 0)
    assert Notification.objects.get().contradicted


def test_too_little_leaves_a_rest_and_too_much_opens_a_refund() -> None:
    held = made.invoice(made.citizen())
    made.pay(held, 100_000)
    assert sums(held) == ("underpaid", 100_000, 0)
    assert public.due(made.again(held)) == 50_000
    assert not Receipt.objects.exists()
    made.pay(held, 70_000)
    assert sums(held) == ("paid", 170_000, 0)
    assert list(Refund.objects.values_list("amount", "cause", "standing")) == [(20_000, "overpaid", "asked")]
    assert Receipt.objects.get().amount == 150_000


def test_paid_twice_it_stays_paid_and_the_second_goes_back() -> None:
    held = made.invoice(made.citizen())
    made.pay(held)
    made.pay(held)
    assert sums(held) == ("paid", 300_000, 0)
    assert list(Refund.objects.values_list("amount", "cause")) == [(150_000, "second")]
    assert Receipt.objects.count() == 1


@pytest.mark.parametrize(
    "content",
    ["MBVCB.123.LE PHI {}.CT tu 0011", "lephi{}", "NGUYEN VAN A chuyen tien {}-ABC", "{}"],
)
def test_the_reference_is_found_in_what_banks_make_of_the_text(content: str) -> None:
    held = made.invoice(made.citizen())
    made.pay(held, content=content.format(held.reference))
    assert sums(held)[0] == "paid"


@pytest.mark.parametrize("cut", ["", "   ", "LE PHI", "LE PHI {part}"])
def test_without_its_reference_money_waits_and_an_amount_settles_nothing(cut: str) -> None:
    held, other = made.invoice(made.citizen()), made.invoice(made.citizen("Lê Văn Hai"))
    made.pay(held, content=cut.format(part=held.reference[:8]))
    assert sums(held) == sums(other) == ("open", 0, 0)
    assert Notification.objects.get().outcome == "queued"
    assert not Payment.objects.exists()


def test_another_account_settles_nothing() -> None:
    held = made.invoice(made.citizen())
    made.pay(held, bankaccount="9990001112223")
    assert sums(held) == ("open", 0, 0)
    assert (Notification.objects.get().outcome, Notification.objects.get().cause) == ("queued", "other_account")


def test_money_that_goes_out_settles_nothing() -> None:
    held = made.invoice(made.citizen())
    made.pay(held, transType="D")
    assert sums(held) == ("open", 0, 0)
    assert Notification.objects.get().outcome == "ignored"


@pytest.mark.parametrize("amount", [0, -5, "1.5", "150000.0", 1.5, None, "x"])
def test_what_is_no_whole_amount_is_refused_and_not_kept(amount: object) -> None:
    held = made.invoice(made.citizen())
    answer = made.send(made.report(held, amount=amount))
    assert (answer.status_code, answer.json()["error"]) == (400, True)
    assert not Notification.objects.exists()


@pytest.mark.parametrize("bearer", ["x", "eyJ.forged.token"])
def test_without_a_token_of_ours_nothing_is_kept(bearer: str) -> None:
    held = made.invoice(made.citizen())
    answer = made.send(made.report(held), bearer=bearer)
    assert answer.status_code == 401
    assert not Notification.objects.exists()
    assert sums(held) == ("open", 0, 0)


def test_a_token_lasts_300_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    held = made.invoice(made.citizen())
    token = made.token(Client())
    import time

    real = time.time
    monkeypatch.setattr("django.core.signing.time.time", lambda: real() + 301)
    assert made.send(made.report(held), bearer=token).status_code == 401
    assert not Notification.objects.exists()


def test_a_sender_at_another_address_is_refused(settings: Any) -> None:
    settings.VAMCO_VIETQR_SENDERS = "203.0.113.0/24"
    held = made.invoice(made.citizen())
    answer = Client().post(
        "/vqr/bank/api/transaction-sync", json.dumps(made.report(held)), content_type="application/json"
    )
    assert answer.status_code == 401
    settings.VAMCO_VIETQR_SENDERS = "203.0.113.0/24, 127.0.0.1"
    assert made.pay(held).status_code == 200


def test_killed_between_notice_and_invoice_the_repeat_settles_once(monkeypatch: pytest.MonkeyPatch) -> None:
    held = made.invoice(made.citizen())
    body = made.report(held)

    def dies(*_args: object, **_named: object) -> None:
        raise SystemExit

    with monkeypatch.context() as killed:
        killed.setattr(crediting, "credit", dies)
        with pytest.raises(SystemExit):
            made.send(body)
    assert Notification.objects.get().outcome == "new"
    assert sums(held) == ("open", 0, 0)
    made.send(body)
    taking_in.settle_left()
    assert sums(held) == ("paid", 150_000, 0)
    assert (Payment.objects.count(), Receipt.objects.count()) == (1, 1)


def test_money_for_a_cancelled_invoice_goes_back() -> None:
    held = made.invoice(made.citizen())
    public.cancel(held.code, "Không thu nữa", by="1")
    assert sums(held) == ("cancelled", 0, 0)
    made.pay(held)
    assert sums(held) == ("refunding", 150_000, 0)
    assert list(Refund.objects.values_list("amount", "cause")) == [(150_000, "cancelled")]
    assert not Receipt.objects.exists()


def test_the_code_asks_for_what_is_due_and_carries_the_reference() -> None:
    held = made.invoice(made.citizen())
    made.pay(held, 100_000)
    code = vietqr.payload(
        vietqr.Order(held.bank, held.account, public.due(made.again(held)), f"LE PHI {held.reference}")
    )
    assert vietqr.read(code) == vietqr.Order("970415", made.ACCOUNT, 50_000, f"LE PHI {held.reference}")
