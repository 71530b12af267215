from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, field
from typing import Final

_MOST: Final = 10  # names of a device that several people use


@dataclass(frozen=True)
class Device:
    """A browser. `marks` stand for the names that have logged in there, the last one first, without showing them."""

    code: str = field(default_factory=lambda: secrets.token_hex(8))
    marks: tuple[str, ...] = ()

    def knows(self, username: str) -> bool:
        """Whether this name has logged in here."""
        return self._mark(username) in self.marks

    def with_name(self, username: str) -> Device:
        """Return the device after this name has logged in."""
        mark = self._mark(username)
        return Device(self.code, (mark, *(other for other in self.marks if other != mark))[:_MOST])

    def _mark(self, username: str) -> str:
        return hashlib.sha256(f"{self.code}\0{username}".encode()).hexdigest()[:16]
