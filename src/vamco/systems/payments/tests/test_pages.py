"""The pages: a payer's way from the invoice to the receipt, and nobody else's invoice by any role."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client

from vamco.demo import log_ins
from vamco.kernel.base import clock
from vamco.kernel.world.agencies import public as agencies
from vamco.systems.identity.models import Account
from vamco.systems.payments import public
from vamco.systems.payments.models import Notification, Payment, Receipt, Refund
from vamco.systems.payments.rules import vietqr
from vamco.systems.payments.tests import made

if TYPE_CHECKING:
    from vamco.kernel.world.people.public import Person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _channels(settings: Any) -> None:
    made.open_channels(settings)
    settings.VAMCO_BANK_APP = ""


def browser(person: Person) -> Client:
    client = Client()
    client.force_login(_account(person), backend="django.contrib.auth.backends.ModelBackend")
    return client


def _account(person: Person) -> Account:
    found = Account.objects.filter(person=person).first()
    return found or made.identity.open_account(f"@{person.pk}", None, person)


def text(answer: Any) -> str:
    return str(answer.content.decode())


def test_from_the_invoice_to_the_receipt(settings: Any) -> None:
    settings.VAMCO_DEMO = True
    payer = made.citizen()
    held, client = made.invoice(payer), browser(payer)
    page = text(client.get(f"/pay/{held.code}"))
    assert f"LE PHI {held.reference}" in page
    assert "150.000 đồng" in page
    assert "http-equiv" not in page
    assert client.get(f"/pay/{held.code}/receipt").status_code == 404
    assert 'http-equiv="refresh"' in text(client.get(f"/pay/{held.code}?look"))
    made.pay(held, 100_000)
    page = text(client.get(f"/pay/{held.code}"))
    assert "Còn thiếu 50.000 đồng" in page
    made.pay(held, 60_000)
    page = text(client.get(f"/pay/{held.code}"))
    assert "Sẽ hoàn trả cho bạn 10.000 đồng" in page
    assert f"LE PHI {held.reference}" not in page
    answer = client.get(f"/pay/{held.code}/receipt")
    assert answer.headers["Content-Type"] == "application/pdf"
    assert b"".join(answer.streaming_content).startswith(b"%PDF")  # type: ignore[arg-type]
    assert held.code in text(client.get("/payments/"))


def test_the_gateway_is_reached_by_a_form_and_only_there(settings: Any) -> None:
    payer = made.citizen()
    held, client = made.invoice(payer), browser(payer)
    page = client.get(f"/pay/{held.code}")
    assert "form-action 'self' https://sandbox.vnpayment.vn" in page.headers["Content-Security-Policy"]
    answer = client.post(f"/pay/{held.code}/gateway")
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith(
        "https://sandbox.vnpayment.vn/paymentv2/vpcpay.html?vnp_Amount=15000000&"
    )
    assert 'http-equiv="refresh"' in text(client.get(f"/pay/{held.code}"))


def test_somebody_elses_invoice_is_not_there_for_any_role() -> None:
    log_ins.open_all()
    held = made.invoice(made.citizen("Người Nộp Bí Mật"))
    made.pay(held)
    for demo in log_ins.everybody():
        client = browser(Account.objects.get(username=demo.username).person)
        for address in (f"/pay/{held.code}", f"/pay/{held.code}/receipt"):
            answer = client.get(address)
            assert answer.status_code == 404, (demo.username, address)
            assert "Bí Mật" not in text(answer)
        assert client.post(f"/pay/{held.code}/gateway").status_code == 404
    assert Client().get(f"/pay/{held.code}").status_code == 302


def test_the_cashier_takes_gives_and_voids_on_pages() -> None:
    held, by = made.invoice(made.citizen()), made.official("cashier", "Mai Thị Kim Thoa")
    client = browser(by)
    assert "Mở quỹ" in text(client.get("/desk/cash/"))
    client.post("/desk/cash/till", {"act": "open", "amount": "100000"})
    assert held.reference in text(client.get("/desk/cash/", {"q": "tran thi mai"}))
    sent = {"sending": str(uuid.uuid4()), "amount": "150000"}
    answer = client.post(f"/desk/cash/invoices/{held.code}", sent)
    receipt = Receipt.objects.get()
    assert answer.headers["Location"] == f"/desk/cash/receipts/{receipt.pk}"
    assert client.post(f"/desk/cash/invoices/{held.code}", sent).headers["Location"] == answer.headers["Location"]
    assert Payment.objects.count() == 1
    assert client.post(f"/desk/cash/receipts/{receipt.pk}", {"reason": ""}).status_code == 422
    client.post(f"/desk/cash/receipts/{receipt.pk}", {"reason": "Sai tên", "payer_name": "Trần Mai"})
    assert list(Receipt.objects.order_by("pk").values_list("number", "voided_because")) == [(1, "Sai tên"), (2, "")]
    client.post("/desk/cash/till", {"act": "close", "amount": "250000"})
    till = public.own_till(agencies.get(made.OFFICE), by)
    assert till is not None
    assert (till.counted, till.expected) == (250_000, 250_000)
    elsewhere = made.invoice(made.citizen(), agency=made.ELSEWHERE)
    assert client.get(f"/desk/cash/invoices/{elsewhere.code}").status_code == 404


def test_the_accountant_matches_and_decides_on_pages() -> None:
    held, by = made.invoice(made.citizen()), made.official("accountant", "Đinh Thị Thanh Thảo")
    client = browser(by)
    made.pay(held, content=f"LE PHI {held.reference[:8]}")
    waiting = Notification.objects.get()
    assert "1 khoản chuyển khoản chưa rõ nội dung" in text(client.get("/desk/reconciliation/"))
    page = text(client.get(f"/desk/reconciliation/queue/{waiting.pk}"))
    assert "nội dung có một phần mã tham chiếu" in page
    client.post(f"/desk/reconciliation/queue/{waiting.pk}", {"invoice": held.code})
    assert made.again(held).standing == "paid"
    made.pay(held)
    refund = Refund.objects.get()
    client.post(f"/desk/refunds/{refund.pk}", {"act": "approve", "note": ""})
    client.post(f"/desk/refunds/{refund.pk}", {"act": "done", "note": "UNC-7"})
    assert Refund.objects.get().standing == "done"
    assert (made.again(held).standing, made.again(held).refunded) == ("paid", 150_000)
    outsider = browser(made.official("accountant", "Kế Toán Khác", made.ELSEWHERE))
    for address in (f"/desk/reconciliation/queue/{waiting.pk}", f"/desk/refunds/{refund.pk}"):
        assert outsider.get(address).status_code == 404


def test_a_refund_that_nobody_saw_go_rises_after_a_day() -> None:
    held, by = made.invoice(made.citizen()), made.official("accountant", "Đinh Thị Thanh Thảo")
    made.pay(held)
    made.pay(held)
    refund, client = Refund.objects.get(), browser(by)
    client.post(f"/desk/refunds/{refund.pk}", {"act": "approve", "note": ""})
    said, link = "Chưa rõ các khoản hoàn trả này đã được chi hay chưa", f'href="/desk/refunds/{refund.pk}"'
    Refund.objects.update(decided_at=clock.now() - dt.timedelta(hours=23, minutes=55))
    assert said not in text(client.get("/desk/reconciliation/"))
    Refund.objects.update(decided_at=clock.now() - dt.timedelta(hours=24, minutes=1))
    page = text(client.get("/desk/reconciliation/"))
    assert (said in page, link in page) == (True, True)
    outsider = browser(made.official("accountant", "Kế Toán Khác", made.ELSEWHERE))
    assert said not in text(outsider.get("/desk/reconciliation/"))
    client.post(f"/desk/refunds/{refund.pk}", {"act": "done", "note": "UNC-7"})
    assert said not in text(client.get("/desk/reconciliation/"))


def test_the_simulated_bank_pays_what_the_code_says(settings: Any) -> None:
    settings.VAMCO_BANK_APP = "http://127.0.0.1:1"
    payer = made.citizen()
    held = made.invoice(payer)
    page = text(browser(payer).get(f"/pay/{held.code}"))
    assert "http://127.0.0.1:1/bank?qr=0002010102123857" in page
    code = vietqr.payload(vietqr.Order(held.bank, held.account, 150_000, f"LE PHI {held.reference}"))
    assert vietqr.read(code).amount == 150_000
