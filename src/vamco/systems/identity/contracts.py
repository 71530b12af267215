from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from dataclasses import dataclass, field
from typing import Final

FIRST_ROLE: Final = "administrator"  # of who opens the first account; the national base brings it
LINK_LASTS: Final = dt.timedelta(hours=24)
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


@dataclass(frozen=True)
class How:
    """How somebody was made sure of: level 1 or 2 of NĐ 69/2024, methods as in RFC 8176, when, and by which issuer ("" is this platform)."""

    level: int
    methods: tuple[str, ...]
    at: dt.datetime
    issuer: str = ""


@dataclass(frozen=True)
class Offer:
    """What the page behind a one-time link offers. `secret` is what an app would share with the platform."""

    username: str
    name: str
    first: bool
    second_factor: bool
    has_second_factor: bool
    secret: bytes


@dataclass(frozen=True)
class NewAccount:
    """What a person enters there; name and account name count only for the first account."""

    password: str
    code: str = ""
    name: str = ""
    username: str = ""


@dataclass(frozen=True)
class AccountView:
    """An account as the terminal lists it; `posts` are today's roles, each with its agency."""

    username: str
    name: str
    locked: bool
    demonstration: bool
    has_password: bool
    second_factor: bool
    last_login: dt.datetime | None
    posts: tuple[str, ...]


@dataclass(frozen=True)
class MailCheck:
    """What became of a test message: whether the mail server has taken it, else why not."""

    sent: bool
    to: str
    reason: str = ""
