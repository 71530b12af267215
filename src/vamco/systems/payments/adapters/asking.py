"""Asking the gateway for the outcome of a payment (querydr). What is not signed by it is no answer."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import requests
from django.conf import settings

from vamco.kernel.base import clock
from vamco.lib.errors import N_, Unavailable
from vamco.systems.payments.rules import gateway

if TYPE_CHECKING:
    import datetime as dt

_TIMEOUT_S = 10


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the gateway knows of an order: paid, pending, failed, or unknown to it."""

    status: Literal["paid", "pending", "failed", "unknown"]
    amount: int | None
    raw: dict[str, str]


def pay_url(address: str) -> str:
    """Return where payers are sent: what the pack says, or the address that the operator has set."""
    return f"{settings.VAMCO_GATEWAY_URL.rstrip('/')}/pay" if settings.VAMCO_GATEWAY_URL else address


def query_url(address: str) -> str:
    """Return where outcomes are asked for."""
    return f"{settings.VAMCO_GATEWAY_URL.rstrip('/')}/query" if settings.VAMCO_GATEWAY_URL else address


def outcome(code: str, *, begun: dt.datetime, info: str, address: str, version: str) -> Outcome:
    """Return the outcome of an order; Unavailable when the gateway does not answer, or not as itself."""
    secret = settings.VAMCO_GATEWAY_SECRET
    if secret is None:
        raise Unavailable("payments.gateway", N_("The payment gateway does not answer."))
    question = {
        "vnp_RequestId": secrets.token_hex(16),
        "vnp_Version": version,
        "vnp_Command": "querydr",
        "vnp_TmnCode": settings.VAMCO_GATEWAY_MERCHANT,
        "vnp_TxnRef": code,
        "vnp_OrderInfo": info,
        "vnp_TransactionDate": gateway.moment_out(begun),
        "vnp_CreateDate": gateway.moment_out(clock.now()),
        "vnp_IpAddr": "127.0.0.1",
    }
    question[gateway.SIGNATURE] = gateway.sign_question(question, secret.get_secret_value())
    try:
        answer = requests.post(query_url(address), json=question, timeout=_TIMEOUT_S).json()
        raw = {str(name): str(value) for name, value in dict(answer).items()}
    except (requests.RequestException, ValueError, TypeError) as error:
        raise Unavailable("payments.gateway", N_("The payment gateway does not answer.")) from error
    if not gateway.answer_verified(raw, secret.get_secret_value()) or raw.get("vnp_TxnRef", code) != code:
        raise Unavailable("payments.gateway", N_("The payment gateway does not answer."))
    return Outcome(_status(raw), gateway.amount_in(raw.get("vnp_Amount", "")), raw)


def _status(raw: dict[str, str]) -> Literal["paid", "pending", "failed", "unknown"]:
    if raw.get("vnp_ResponseCode") != gateway.DONE:
        return "unknown"
    status = raw.get("vnp_TransactionStatus", "")
    if status == gateway.DONE:
        return "paid"
    return "pending" if status == gateway.PENDING else "failed"
