"""Who may send how much, and how slowly: judged before anything of a body is read."""

from __future__ import annotations

from dataclasses import dataclass, replace
from importlib import import_module
from typing import Final

from django.conf import settings
from django.db import DatabaseError
from django.http import parse_cookie
from django.urls import Resolver404, resolve

from vamco.web.pages import PUBLIC

MB: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Terms:
    """Terms of a body: `most` bytes, `grace` seconds, and one more second for each `rate` bytes that have arrived."""

    most: int
    grace: float
    rate: int


ANYBODY: Final = Terms(most=1 * MB, grace=15.0, rate=16 << 10)
SIGNED_IN: Final = Terms(most=224 * MB, grace=30.0, rate=4 << 10)  # a form with all its files


@dataclass(frozen=True, slots=True)
class Address:
    """What an address of the site takes. `public`: from people who are not logged in, too."""

    public: bool
    most: int


def address(path: str) -> Address:
    """Return what the page or operation at `path` takes from people who are not logged in."""
    try:
        view = resolve(path).func
    except Resolver404:
        return Address(public=True, most=ANYBODY.most)
    declared: int | None = getattr(view, "body", None)
    return Address(getattr(view, "act", PUBLIC) == PUBLIC, ANYBODY.most if declared is None else declared)


def of_anybody(found: Address) -> Terms:
    """Return the terms of people who are not logged in; what is not public sends them to the log-in, whatever it says."""
    return replace(ANYBODY, most=found.most) if found.public else ANYBODY


def of_signed_in(found: Address) -> Terms:
    """Return the terms of somebody who is logged in; a public page takes no more from them, but waits longer."""
    return replace(SIGNED_IN, most=found.most) if found.public else SIGNED_IN


def session_key(cookie: str) -> str:
    """Return the key of the session that a request names, or an empty text."""
    return parse_cookie(cookie).get(settings.SESSION_COOKIE_NAME, "") if cookie else ""


def signed_in(key: str) -> bool:
    """Whether somebody is logged in with this session. Asks the database; False while that does not answer."""
    store = import_module(settings.SESSION_ENGINE).SessionStore
    try:
        return "_auth_user_id" in store(key)
    except DatabaseError:
        return False
