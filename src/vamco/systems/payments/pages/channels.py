"""The addresses that channels call, and the one to which the gateway sends a payer back. Each verifies who calls before anything is kept."""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import hmac
import ipaddress
import json
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from django.core import signing
from django.http import JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt

from vamco.kernel.base import clock
from vamco.systems.payments import public
from vamco.web import visitor
from vamco.web.pages import PUBLIC, Request, page

if TYPE_CHECKING:
    from django.http import HttpResponseBase

LASTS_S: Final = 300
_BODY: Final = 16 << 10
_SALT: Final = "payments.vietqr"
_DIGITS: Final = 13
_NO_STORE: Final = {"Cache-Control": "no-store"}


@csrf_exempt
@page(PUBLIC, methods=("POST",), body=_BODY)
def token(request: Request) -> HttpResponseBase:
    """Give the bank's service a token for 300 seconds, for its name and password."""
    kind, _space, given = request.headers.get("Authorization", "").partition(" ")
    if not _from_sender(request) or kind != "Basic" or not _known(given):
        return _refusal("E74", 401)
    made = signing.dumps(settings.VAMCO_VIETQR_USER, salt=_SALT)
    answer = {"access_token": made, "token_type": "Bearer", "expires_in": LASTS_S}
    return JsonResponse(answer, headers=_NO_STORE)


@csrf_exempt
@page(PUBLIC, methods=("POST",), body=_BODY)
def transaction(request: Request) -> HttpResponseBase:
    """Take a transfer that the bank's service reports; the answer carries our reference, or the service counts it as failed."""
    kind, _space, given = request.headers.get("Authorization", "").partition(" ")
    if not _from_sender(request) or kind != "Bearer" or not _held(given):
        return _refusal("E74", 401)
    try:
        raw: dict[str, Any] = dict(json.loads(request.body))
        transfer = _transfer(raw)
    except (ValueError, TypeError, KeyError):
        return _refusal("E76", 400)
    kept = public.keep(transfer, raw)
    public.settle(kept.pk)
    found = {
        "error": False,
        "errorReason": None,
        "toastMessage": "OK",
        "object": {"reftransactionid": str(kept.answer)},
    }
    return JsonResponse(found, headers=_NO_STORE)


def _transfer(raw: dict[str, Any]) -> public.Transfer:
    """Read a report; ValueError where an amount is no whole number of đồng above nothing, or a kind is unknown."""
    kind, amount = str(raw["transType"]), raw["amount"]
    number = int(str(amount))
    if kind not in {"C", "D"} or not 0 < number < 10**_DIGITS or not str(raw["transactionid"]).strip():
        raise ValueError("not a transfer")
    return public.Transfer(
        channel="vietqr",
        external=str(raw["transactionid"]).strip()[:100],
        amount=number,
        account=str(raw["bankaccount"])[:40],
        content=str(raw.get("content") or "")[:300].replace("\0", ""),
        at=_moment(raw.get("transactiontime")),
        incoming=kind == "C",
        reference=str(raw.get("referencenumber") or "")[:60],
    )


def _moment(value: object) -> dt.datetime:
    """Return the sender's time, in milliseconds since 1970; our own where it says none."""
    text = str(value or "")
    if text.isascii() and text.isdigit() and len(text) == _DIGITS:
        return dt.datetime.fromtimestamp(int(text) / 1000, dt.UTC)
    return clock.now()


def _known(given: str) -> bool:
    if not settings.VAMCO_VIETQR_USER or settings.VAMCO_VIETQR_PASSWORD is None:
        return False
    try:
        name, _colon, password = base64.b64decode(given, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return False
    right = hmac.compare_digest(password.encode(), settings.VAMCO_VIETQR_PASSWORD.get_secret_value().encode())
    return hmac.compare_digest(name.encode(), settings.VAMCO_VIETQR_USER.encode()) and right


def _held(given: str) -> bool:
    try:
        found = signing.loads(given, salt=_SALT, max_age=LASTS_S)
    except signing.BadSignature:
        return False
    return bool(settings.VAMCO_VIETQR_USER) and found == settings.VAMCO_VIETQR_USER


def _from_sender(request: Request) -> bool:
    """Return whether the caller's address is one of the sender's, where the operator has named them: it does not check our certificate."""
    allowed = [each.strip() for each in settings.VAMCO_VIETQR_SENDERS.split(",") if each.strip()]
    if not allowed:
        return True
    try:
        address = ipaddress.ip_address(visitor.address(request).partition("%")[0])
        return any(address in ipaddress.ip_network(each, strict=False) for each in allowed)
    except ValueError:
        return False


def _refusal(reason: str, status: int) -> HttpResponseBase:
    found = {"error": True, "errorReason": reason, "toastMessage": "Refused", "object": None}
    return JsonResponse(found, status=status, headers=_NO_STORE)


@page(PUBLIC)
def ipn(request: Request) -> HttpResponseBase:
    """Take a notice of the gateway, and answer by its own codes."""
    answer = public.notified(_parameters(request))
    return JsonResponse({"RspCode": answer.code, "Message": answer.message}, headers=_NO_STORE)


@page(PUBLIC)
def back(request: Request) -> HttpResponseBase:
    """Lead a payer who comes back from the gateway to the invoice, where it says that the payment is being checked."""
    found = public.came_back(_parameters(request))
    if found is None:
        return redirect(reverse("payments:own"))
    return redirect("payments:invoice", found.invoice.code)


def _parameters(request: Request) -> dict[str, str]:
    return {name: str(value).replace("\0", "") for name, value in request.GET.items()}
