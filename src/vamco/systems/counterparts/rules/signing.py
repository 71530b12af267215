"""How a message between this platform and a counterpart is signed: HMAC-SHA256 over its parts, each on a line of its own."""

from __future__ import annotations

import hashlib
import hmac
from typing import Final

TOLERANCE_S: Final = 300


def signature(secret: str, *parts: str, body: bytes = b"") -> str:
    """Return the signature of parts (method, path, time, nonce, …) and a body."""
    text = "\n".join([*parts, hashlib.sha256(body).hexdigest()])
    return hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()


def holds(given: str, wanted: str) -> bool:
    """Return whether two signatures are the same, in a time that tells nothing."""
    return hmac.compare_digest(given.encode(), wanted.encode())
