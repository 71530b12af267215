"""The redirect gateway of VNPAY's published shape: signed addresses, notices and questions. Pure.

HMAC-SHA512 over the parameters sorted by name and encoded as in a query (a space is +), without the signature itself. Amounts are
đồng × 100, times GMT+7 without separators. Source: sandbox.vnpayment.vn/apis/docs, vnpay.js.org (read November 2026).
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
from typing import TYPE_CHECKING, Final
from urllib.parse import quote_plus

from vamco.lib.time import HCM

if TYPE_CHECKING:
    from collections.abc import Mapping

SIGNATURE: Final = "vnp_SecureHash"
_NOT_SIGNED: Final = (SIGNATURE, "vnp_SecureHashType")
_FACTOR: Final = 100
DONE: Final = "00"
PENDING: Final = "01"
_QUESTION: Final = (
    "RequestId",
    "Version",
    "Command",
    "TmnCode",
    "TxnRef",
    "TransactionDate",
    "CreateDate",
    "IpAddr",
    "OrderInfo",
)
_ANSWER: Final = (
    "ResponseId",
    "Command",
    "ResponseCode",
    "Message",
    "TmnCode",
    "TxnRef",
    "Amount",
    "BankCode",
    "PayDate",
    "TransactionNo",
    "TransactionType",
    "TransactionStatus",
    "OrderInfo",
    "PromotionCode",
    "PromotionAmount",
)


def encoded(parameters: Mapping[str, str]) -> str:
    """Return parameters sorted by name as a query."""
    kept = sorted((name, value) for name, value in parameters.items() if value and name not in _NOT_SIGNED)
    return "&".join(f"{quote_plus(name)}={quote_plus(value)}" for name, value in kept)


def sign(parameters: Mapping[str, str], secret: str) -> str:
    """Return the signature of an address or a notice."""
    return _hmac(encoded(parameters), secret)


def verified(parameters: Mapping[str, str], secret: str) -> bool:
    """Return whether the signature is the one that the secret makes."""
    given = parameters.get(SIGNATURE, "")
    return bool(secret) and hmac.compare_digest(given.lower().encode(), sign(parameters, secret).encode())


def sign_question(parameters: Mapping[str, str], secret: str) -> str:
    """Return the signature of a question about a payment (querydr): fixed order, parted by bars."""
    return _hmac("|".join(parameters.get(f"vnp_{name}", "") for name in _QUESTION), secret)


def sign_answer(parameters: Mapping[str, str], secret: str) -> str:
    """Return the signature of the answer to such a question."""
    return _hmac("|".join(parameters.get(f"vnp_{name}", "") for name in _ANSWER), secret)


def answer_verified(parameters: Mapping[str, str], secret: str) -> bool:
    """Return whether an answer comes from who holds the secret."""
    given = parameters.get(SIGNATURE, "")
    return bool(secret) and hmac.compare_digest(given.lower().encode(), sign_answer(parameters, secret).encode())


def amount_out(dong: int) -> str:
    """Return an amount as the gateway writes it."""
    return str(dong * _FACTOR)


def amount_in(text: str) -> int | None:
    """Return whole đồng; None for anything that is not."""
    if not (text.isascii() and text.isdigit() and len(text) <= 15) or int(text) % _FACTOR:  # noqa: PLR2004
        return None
    return int(text) // _FACTOR


def moment_out(moment: dt.datetime) -> str:
    """Return a moment as the gateway writes it."""
    return moment.astimezone(HCM).strftime("%Y%m%d%H%M%S")


def moment_in(text: str) -> dt.datetime | None:
    """Return the moment that the gateway wrote; None for no moment."""
    try:
        return dt.datetime.strptime(text, "%Y%m%d%H%M%S").replace(tzinfo=HCM)
    except ValueError:
        return None


def _hmac(text: str, secret: str) -> str:
    return hmac.new(secret.encode(), text.encode(), hashlib.sha512).hexdigest()
