"""Sealing of texts under keys that the database never sees. Heavy: loaded when the first number is written or read."""

from __future__ import annotations

import base64
import binascii
import hmac
import os
import re
from functools import cached_property
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from vamco.kernel.world.people.contracts import Key
from vamco.lib.errors import N_, Refused, Unavailable

if TYPE_CHECKING:
    from collections.abc import Sequence

_VERSION = b"\x01"
_ID, _NONCE, _SECRET = 4, 12, 32  # bytes
_HEAD = len(_VERSION) + _ID
_LINE = re.compile(r"([0-9a-f]{8}):(\S+)")


def new_key() -> Key:
    """Give a key that nobody had before."""
    return Key(os.urandom(_ID).hex(), os.urandom(_SECRET))


class Keyring:
    """Keys by their names: the newest, which is the last, seals, all open."""

    def __init__(self, keys: Sequence[Key]) -> None:
        if not keys or len({key.id for key in keys}) < len(keys):
            raise Refused("people.wrong_keys", _WRONG)
        self.keys = tuple(keys)

    @classmethod
    def read(cls, text: str) -> Keyring:
        """Give the keys that `id:base64` entries name, parted by commas or white space; an error repeats nothing of them."""
        keys = []
        for entry in text.replace(",", " ").split():
            found = _LINE.fullmatch(entry)
            try:
                secret = base64.b64decode(found[2], validate=True) if found else b""
            except binascii.Error:
                secret = b""
            if not found or len(secret) != _SECRET:
                raise Refused("people.wrong_keys", _WRONG) from None
            keys.append(Key(found[1], secret))
        return cls(keys)

    def write(self) -> str:
        """Give the keys as `read` wants them, a line for each."""
        return "".join(f"{key.id}:{base64.b64encode(key.secret).decode()}\n" for key in self.keys)

    @property
    def current(self) -> Key:
        """The key that seals."""
        return self.keys[-1]

    def seal(self, clear: str, context: str) -> bytes:
        """Give `clear` sealed with the newest key, to be opened in the same context only, such as a row's name."""
        head, nonce = _VERSION + bytes.fromhex(self.current.id), os.urandom(_NONCE)
        return head + nonce + self._ciphers[self.current.id].encrypt(nonce, clear.encode(), head + context.encode())

    def open(self, sealed: bytes, context: str) -> str:
        """Give what was sealed in this context; Unavailable when its key is missing or somebody changed it."""
        cipher = self._ciphers.get(sealed[len(_VERSION) : _HEAD].hex())
        nonce, rest = sealed[_HEAD : _HEAD + _NONCE], sealed[_HEAD + _NONCE :]
        if cipher is None or not sealed.startswith(_VERSION) or len(nonce) < _NONCE:
            raise Unavailable("people.cannot_open", _CLOSED)
        try:
            return cipher.decrypt(nonce, rest, sealed[:_HEAD] + context.encode()).decode()
        except InvalidTag:
            raise Unavailable("people.cannot_open", _CLOSED) from None

    def blind(self, clear: str, kind: str, key: Key | None = None) -> bytes:
        """Give the name under which equal texts of a kind are found, without saying them; with the newest key unless told."""
        secret = self._blinding[(key or self.current).id]
        return hmac.digest(secret, f"{kind}\0{clear}".encode(), "sha256")

    def blinds(self, clear: str, kind: str) -> list[bytes]:
        """Give that name under each key: rows may still stand under an older one."""
        return [self.blind(clear, kind, key) for key in self.keys]

    @cached_property
    def _ciphers(self) -> dict[str, AESGCM]:
        return {key.id: AESGCM(hmac.digest(key.secret, b"vamco.people seal", "sha256")) for key in self.keys}

    @cached_property
    def _blinding(self) -> dict[str, bytes]:
        return {key.id: hmac.digest(key.secret, b"vamco.people blind", "sha256") for key in self.keys}


_WRONG = N_("The keys for identity numbers are not readable: entries id:base64, each of 32 bytes, each id once.")
_CLOSED = N_("A stored identity number cannot be opened: its key is missing, or its row was changed.")
