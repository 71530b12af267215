"""A copy of somebody's data under a key of its own: when the key is gone, so is the copy, wherever a backup has carried it. Pure."""

from __future__ import annotations

import hashlib
import os
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from vamco.lib.errors import N_, Unavailable

_NONCE: Final = 12


def close(content: bytes, about: str) -> tuple[str, bytes]:
    """Return a new key, in hexadecimal, and the content under it, bound to what it is about."""
    secret, nonce = AESGCM.generate_key(256), os.urandom(_NONCE)
    return secret.hex(), nonce + AESGCM(secret).encrypt(nonce, content, about.encode())


def open_(closed: bytes, key: str, about: str) -> bytes:
    """Return the content again; Unavailable where it was changed, or belongs to something else."""
    try:
        return AESGCM(bytes.fromhex(key)).decrypt(closed[:_NONCE], closed[_NONCE:], about.encode())
    except (InvalidTag, ValueError) as error:
        raise Unavailable("privacy.copy_damaged", N_("The copy is damaged. Please ask for a new one.")) from error


def digest(content: bytes) -> str:
    """Return the SHA-256 of a content, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()
