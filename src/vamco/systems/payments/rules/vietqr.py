"""The text of a VietQR code: EMVCo fields of tag, length and value, with a checksum. Pure.

Source: EMV QR Code Specification for Payment Systems, Merchant-Presented Mode; NAPAS' QR format for transfers to accounts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from vamco.lib.text import fold

LONGEST_CONTENT: Final = 25
MOST: Final = 9_999_999_999_999  # thirteen digits fit the field
_NAPAS: Final = "A000000727"
_TO_ACCOUNT: Final = "QRIBFTTA"
_DONG: Final = "704"
_CRC: Final = "6304"


@dataclass(frozen=True, slots=True)
class Order:
    """What a code asks for."""

    bank: str  # BIN, six digits
    account: str
    amount: int
    content: str


def payload(order: Order) -> str:
    """Return the text of a dynamic code; ValueError for what no bank would read."""
    if not (order.bank.isascii() and order.bank.isdigit() and len(order.bank) == 6):  # noqa: PLR2004
        raise ValueError("a BIN has six digits")
    if not (order.account.isascii() and order.account.isalnum() and 1 <= len(order.account) <= 19):  # noqa: PLR2004
        raise ValueError("an account has up to 19 letters and digits")
    if not 0 < order.amount <= MOST:
        raise ValueError("an amount is whole đồng above nothing")
    holder = _field("00", _NAPAS) + _field("01", _field("00", order.bank) + _field("01", order.account))
    fields = [
        _field("00", "01"),
        _field("01", "12"),
        _field("38", holder + _field("02", _TO_ACCOUNT)),
        _field("53", _DONG),
        _field("54", str(order.amount)),
        _field("58", "VN"),
        _field("62", _field("08", plain(order.content))),
    ]
    body = "".join(fields) + _CRC
    return body + crc(body)


def plain(text: str) -> str:
    """Return a purpose as every bank's app takes it: capital letters A–Z, digits and single spaces, at most 25 characters."""
    kept = "".join(sign if sign.isascii() and sign.isalnum() else " " for sign in fold(text).upper())
    return " ".join(kept.split())[:LONGEST_CONTENT].strip()


def crc(body: str) -> str:
    """Return the CRC-16/CCITT-FALSE of a text: polynomial 0x1021, from 0xFFFF, as four hex digits."""
    found = 0xFFFF
    for byte in body.encode():
        found ^= byte << 8
        for _bit in range(8):
            found = ((found << 1) ^ 0x1021 if found & 0x8000 else found << 1) & 0xFFFF
    return f"{found:04X}"


def read(text: str) -> Order:
    """Return what a code asks for, as a bank's app reads it; ValueError where length or checksum are wrong."""
    if len(text) < len(_CRC) + 4 or text[-8:-4] != _CRC or crc(text[:-4]) != text[-4:]:
        raise ValueError("the checksum is wrong")
    fields = _fields(text)
    transfer = _fields(fields.get("38", ""))
    holder = _fields(transfer.get("01", ""))
    purpose = _fields(fields.get("62", "")).get("08", "")
    amount = fields.get("54", "0")
    if not amount.isdigit():
        raise ValueError("an amount is whole đồng")
    return Order(holder.get("00", ""), holder.get("01", ""), int(amount), purpose)


def _field(tag: str, value: str) -> str:
    return f"{tag}{len(value):02}{value}"


def _fields(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    while text:
        tag, length = text[:2], text[2:4]
        if not length.isdigit() or len(text) < 4 + int(length):
            raise ValueError("a field is cut off")
        found[tag] = text[4 : 4 + int(length)]
        text = text[4 + int(length) :]
    return found
