"""Codes by which a document is found again, and how often somebody may try. Pure."""

from __future__ import annotations

import datetime as dt
import ipaddress
from typing import Final

ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's: no I, L, O, U
LENGTH: Final = 16  # 80 bits: a million tries a second for a thousand years find one of a billion with 1 in 40
GROUP: Final = 4
WINDOW: Final = dt.timedelta(minutes=15)
MOST: Final = 20  # within WINDOW from one address
_SIMILAR: Final = str.maketrans("OIL", "011", " -\u2010\u2011\u2013\u00a0")


def code_from(random: bytes) -> str:
    """Give a code from 10 random bytes."""
    number = int.from_bytes(random[:10], "big")
    return "".join(ALPHABET[number >> 5 * place & 31] for place in range(LENGTH))


def code_read(text: str) -> str:
    """Give the code that somebody typed, or "" when it can be none: small letters, gaps and O for 0 are forgiven."""
    code = text.upper().translate(_SIMILAR).strip()
    return code if len(code) == LENGTH and set(code) <= set(ALPHABET) else ""


def code_shown(code: str) -> str:
    """Give a code in groups, as it stands on paper."""
    return "-".join(code[place : place + GROUP] for place in range(0, len(code), GROUP))


def network(address: str) -> str:
    """Give what counts as one visitor: an IPv4 address, the /64 of an IPv6 address; "" for what is neither."""
    try:
        found = ipaddress.ip_address(address.strip())
    except ValueError:
        return ""
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped:
            return str(found.ipv4_mapped)
        return str(ipaddress.ip_network((found, 64), strict=False).network_address)
    return str(found)


def must_wait(tries: int) -> bool:
    """Whether so many tries within WINDOW close the door."""
    return tries >= MOST
