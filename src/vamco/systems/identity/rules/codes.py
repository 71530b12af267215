"""One-time codes of an authenticator app (RFC 6238 over RFC 4226: SHA-1, six digits, 30 seconds) and recovery codes."""

from __future__ import annotations

import base64
import hashlib
import hmac
from typing import Final
from urllib.parse import quote, urlencode

STEP_S: Final = 30
DIGITS: Final = 6
DRIFT: Final = 1  # steps that the clock of a phone may be ahead or behind
SECRET_BYTES: Final = 20
RECOVERY_CODES: Final = 10
_RECOVERY_LENGTH: Final = 16  # letters and digits of base32: 80 bits
_GROUP: Final = 4


def code(secret: bytes, step: int) -> str:
    """Return the code of a step, which is the number of half minutes since 1970."""
    digest = hmac.digest(secret, step.to_bytes(8, "big"), hashlib.sha1)
    offset = digest[-1] & 0x0F
    number = int.from_bytes(digest[offset : offset + 4], "big") & 0x7FFF_FFFF
    return f"{number % 10**DIGITS:0{DIGITS}}"


def step_at(seconds: float) -> int:
    """Return the step at a moment in seconds since 1970."""
    return int(seconds) // STEP_S


def matching_step(secret: bytes, entered: str, *, seconds: float, after: int) -> int | None:
    """Return the step whose code was entered, None for a wrong code and for one not newer than the step `after`."""
    now, found = step_at(seconds), None
    for step in range(now - DRIFT, now + DRIFT + 1):
        same = hmac.compare_digest(code(secret, step).encode(), entered.encode())
        if same and step > after and found is None:  # all are compared, so that the time says nothing
            found = step
    return found


def is_app_code(entered: str) -> bool:
    """Return whether this has the form of a code of the app; all else is taken for a recovery code."""
    return len(entered) == DIGITS and entered.isascii() and entered.isdigit()


def normal(entered: str) -> str:
    """Return a code as it is compared: people write spaces, hyphens and small letters."""
    return "".join(entered.split()).replace("-", "").upper()


def spoken(secret: bytes) -> str:
    """Return the secret as people type it into an app: base32 in groups of four."""
    return _grouped(base64.b32encode(secret).decode().rstrip("="))


def address(secret: bytes, *, username: str, issuer: str) -> str:
    """Return what the QR code says to an authenticator app."""
    label = quote(f"{issuer}:{username}", safe=":")
    shown = base64.b32encode(secret).decode().rstrip("=")
    query = {"secret": shown, "issuer": issuer, "algorithm": "SHA1", "digits": DIGITS, "period": STEP_S}
    return f"otpauth://totp/{label}?{urlencode(query, quote_via=quote)}"


def recovery_code(random: bytes) -> str:
    """Return the recovery code that random bytes make: ten of them, in groups of four."""
    return _grouped(base64.b32encode(random).decode()[:_RECOVERY_LENGTH])


def digest(word: str) -> str:
    """Return what is stored of a link or recovery code: long random words need no slow hash."""
    return hashlib.sha256(word.encode()).hexdigest()


def _grouped(text: str) -> str:
    return " ".join(text[at : at + _GROUP] for at in range(0, len(text), _GROUP))
