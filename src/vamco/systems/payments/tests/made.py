"""Invoices for tests, with the people around them, and a bank's service that speaks."""

from __future__ import annotations

import base64
import datetime as dt
import json
import uuid
from typing import TYPE_CHECKING, Any

from django.test import Client
from pydantic import SecretStr

from vamco.kernel.base import clock
from vamco.kernel.base.audit import public as audit
from vamco.kernel.world.agencies import public as agencies
from vamco.kernel.world.people import public as people
from vamco.systems.identity import public as identity
from vamco.systems.payments import public
from vamco.systems.payments.models import Invoice
from vamco.systems.payments.rules import gateway

if TYPE_CHECKING:
    from vamco.kernel.world.people.public import Person

OFFICE = "H53.25708"  # the People's Committee of Trảng Bàng ward
ELSEWHERE = "H53.25459"
ACCOUNT = "1130012026708"
SINCE = dt.date(2025, 7, 1)
USER, PASSWORD, MERCHANT, SECRET = "vietqr", "mat-khau", "VAMCO001", "bi-mat-cua-cong"
LINE = public.Line("Lệ phí bản sao trích lục", "Fee of a copy", 3, 50_000)


def official(role: str, name: str, agency: str = OFFICE) -> Person:
    """Somebody with a role in an office."""
    found = people.add(name)
    people.appoint(found, agencies.get(agency), role, since=SINCE)
    return found


def citizen(name: str = "Trần Thị Mai") -> Person:
    """Somebody with an account."""
    found = people.add(name)
    identity.open_account(f"@{found.pk}", None, found)
    return found


def invoice(payer: Person, *lines: public.Line, agency: str = OFFICE, **changes: Any) -> Invoice:
    """An invoice of 150,000 đồng, unless lines say otherwise."""
    given = {
        "payee": agencies.get(agency),
        "payer": payer,
        "payer_name": payer.name,
        "lines": lines or (LINE,),
        "key": uuid.uuid4().hex,
        "by": audit.SYSTEM,
    }
    view = public.ask("dossier:17", **given | changes)
    return Invoice.objects.get(code=view.code)


def again(held: Invoice) -> Invoice:
    """The invoice as it is now."""
    return Invoice.objects.select_related("payee").get(pk=held.pk)


def open_channels(settings: Any) -> None:
    """Let both channels be set."""
    settings.VAMCO_VIETQR_USER, settings.VAMCO_VIETQR_PASSWORD = USER, SecretStr(PASSWORD)
    settings.VAMCO_VIETQR_SENDERS = ""
    settings.VAMCO_GATEWAY_MERCHANT, settings.VAMCO_GATEWAY_SECRET = MERCHANT, SecretStr(SECRET)
    settings.VAMCO_GATEWAY_URL = ""


def token(client: Client) -> str:
    """A token of the VietQR callback."""
    basic = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
    answer = client.post("/vqr/api/token_generate", headers={"Authorization": f"Basic {basic}"})
    return str(answer.json()["access_token"])


def report(held: Invoice, **changes: Any) -> dict[str, Any]:
    """What the bank's service sends for a transfer of the whole amount."""
    return {
        "transactionid": uuid.uuid4().hex,
        "transactiontime": int(clock.now().timestamp() * 1000),
        "referencenumber": "FT26335000001",
        "amount": held.total,
        "content": f"LE PHI {held.reference}",
        "bankaccount": held.account,
        "transType": "C",
        "orderId": "",
        "sign": "",
    } | changes


def send(body: dict[str, Any], *, bearer: str = "") -> Any:
    """Send a report, and give the answer."""
    client = Client()
    return client.post(
        "/vqr/bank/api/transaction-sync",
        json.dumps(body),
        content_type="application/json",
        headers={"Authorization": f"Bearer {bearer or token(client)}"},
    )


def pay(held: Invoice, amount: int | None = None, **changes: Any) -> Any:
    """Let a transfer come in."""
    return send(report(held, **({"amount": amount} if amount is not None else {}) | changes))


def ipn(code: str, amount: int, *, secret: str = SECRET, **changes: str) -> str:
    """Send a notice of the gateway, and give the code of the answer."""
    parameters = {
        "vnp_TmnCode": MERCHANT,
        "vnp_Amount": gateway.amount_out(amount),
        "vnp_BankCode": "NCB",
        "vnp_OrderInfo": "le phi",
        "vnp_PayDate": gateway.moment_out(clock.now()),
        "vnp_ResponseCode": "00",
        "vnp_TransactionStatus": "00",
        "vnp_TransactionNo": "14422574",
        "vnp_TxnRef": code,
    } | changes
    parameters[gateway.SIGNATURE] = gateway.sign(parameters, secret)
    return str(Client().get("/payments/ipn", parameters).json()["RspCode"])
