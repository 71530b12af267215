"""What the broker passes on, to whom, and how it refuses."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from vamco.lib.errors import N_

if TYPE_CHECKING:
    import uuid
    from collections.abc import Mapping

CODE_LASTS: Final = dt.timedelta(seconds=60)
ACCESS_LASTS: Final = dt.timedelta(minutes=15)
ID_TOKEN_LASTS: Final = dt.timedelta(minutes=10)
REFRESH_LASTS: Final = dt.timedelta(days=30)
LOGOUT_TOKEN_LASTS: Final = dt.timedelta(minutes=2)
SKEW: Final = dt.timedelta(minutes=2)
OFFLINE: Final = "offline_access"
NUMBER: Final = "vn_number"

SCOPES: Final[dict[str, str]] = {
    "openid": N_("An identifier by which it recognises you: different for each service, and it says nothing about you"),
    "profile": N_("Your name"),
    "email": N_("Your e-mail address, if you have confirmed one"),
    "phone": N_("Your phone number, if you have confirmed one"),
    NUMBER: N_("Your identity number"),
    "post": N_("The agency that you work for, and your role there"),
    OFFLINE: N_("Access while you are away, until you withdraw it"),
}
CLAIMS: Final[dict[str, str]] = {
    "name": "profile",
    "email": "email",
    "email_verified": "email",
    "phone_number": "phone",
    "phone_number_verified": "phone",
    "vn_number": NUMBER,
    "post": "post",
}
"""The claims about a person, each with the scope that stands for it."""
PROTOCOL_CLAIMS: Final = ("iss", "sub", "aud", "exp", "iat", "auth_time", "nonce", "acr", "amr", "sid", "at_hash")


class OAuthError(Exception):  # as RFC 6749 names it
    """A refusal that the client hears. `description` is English and holds nothing about the person."""

    def __init__(self, code: str, description: str = "", *, status: int = 400, retry_after: int = 0) -> None:
        super().__init__(code)
        self.code, self.description = code, description
        self.status, self.retry_after = status, retry_after


class Unanswerable(Exception):  # noqa: N818
    """A request that leads to no client: the person sees why, and nobody is redirected. `message` is a msgid."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


@dataclass(frozen=True, slots=True)
class ClaimWish:
    """A claim that a client asks for by name."""

    essential: bool = False
    values: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class AuthorizeRequest:
    """A sound authorization request; `acr_essential` are the levels without which the client wants nothing."""

    redirect_uri: str
    scopes: tuple[str, ...]
    challenge: str
    state: str = ""
    nonce: str = ""
    prompts: frozenset[str] = frozenset()
    max_age: int | None = None
    acr_values: tuple[str, ...] = ()
    acr_essential: tuple[str, ...] = ()
    id_claims: Mapping[str, ClaimWish] = field(default_factory=dict)
    userinfo_claims: Mapping[str, ClaimWish] = field(default_factory=dict)
    id_token_hint: str = ""
    ui_locales: tuple[str, ...] = ()

    @property
    def items(self) -> tuple[str, ...]:
        """What the person is asked to agree to: scopes, and "claim:…" for claims that no scope of the request covers."""
        asked = {*self.id_claims, *self.userinfo_claims}
        extra = sorted(name for name in asked if name in CLAIMS and CLAIMS[name] not in self.scopes)
        return (*self.scopes, *(f"claim:{name}" for name in extra))


@dataclass(frozen=True, slots=True)
class ClientView:
    """A client as pages and endpoints see it; never its secret."""

    pk: int
    code: str
    name: str
    purpose: str
    agency: str
    agency_name: str
    redirect_uris: tuple[str, ...]
    post_logout_uris: tuple[str, ...]
    scopes: tuple[str, ...]
    sector: str
    backchannel_uri: str
    private_network: bool
    active: bool
    packed: bool
    has_secret: bool
    since: dt.date
    last_used_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class NewClient:
    """What an administrator enters."""

    code: str
    name: str
    purpose: str
    agency: str
    redirect_uris: tuple[str, ...]
    post_logout_uris: tuple[str, ...] = ()
    scopes: tuple[str, ...] = ("openid", "profile")
    sector: str = ""
    backchannel_uri: str = ""
    private_network: bool = False


@dataclass(frozen=True, slots=True)
class SignedIn:
    """How surely it is known who agrees, taken from the session: the token call comes without one."""

    sid: str
    level: int
    methods: tuple[str, ...]
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class Tokens:
    """What the token endpoint gives."""

    access: str
    id_token: str
    scopes: tuple[str, ...]
    refresh: str = ""


@dataclass(frozen=True, slots=True)
class ConsentView:
    """What a person agreed to, or no longer does."""

    pk: int
    client: str
    agency: str
    items: tuple[str, ...]
    given_at: dt.datetime
    withdrawn_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class VisitView:
    """A client at which somebody is signed in through a stay."""

    client: str
    agency: str
    sid: uuid.UUID
    since: dt.datetime
    last_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Leaver:
    """A client to be told that a stay has ended."""

    visit: int
    client: str
    name: str
    address: str
    private_network: bool
    token: str
