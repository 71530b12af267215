"""An issuer of identity as OpenID Connect Core 1.0 describes it, with made-up people: what it decides, apart from HTTP and pages.

It is built from the published messages and shares no code with the relying party, which passes the same tests against any issuer.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from vamco.systems.identity.adapters.simulators.keys import ALGORITHM, SigningKeys
from vamco.systems.identity.adapters.simulators.registrations import VNEID

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vamco.systems.identity.adapters.simulators.registrations import Citizen, Client

PIN: Final = "135790"  # of all the made-up people
CODE_LASTS: Final = 60
TOKEN_LASTS: Final = 300
LEVELS: Final = (1, 2)


class ProtocolError(Exception):
    """What the client is told: a code of OAuth 2.0 or OpenID Connect."""

    def __init__(self, code: str, description: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.description = description


class Stranger(Exception):  # noqa: N818  # nobody is led back: the address to lead back to is not known to be the client's
    """An authorization request of an unknown client, or with an address that is not exactly one of the client's."""


@dataclass(frozen=True)
class Request:
    """A checked authorization request."""

    client: Client
    redirect: str
    state: str
    nonce: str
    challenge: str
    prompts: frozenset[str] = frozenset()
    max_age: int | None = None
    levels: tuple[int, ...] = ()

    @property
    def level(self) -> int:
        """Return the level that is asked for, the higher one where none is."""
        return self.levels[0] if self.levels else LEVELS[-1]


@dataclass(frozen=True)
class Session:
    """Who is signed in at the issuer with a browser, how surely and since when."""

    citizen: str
    level: int
    at: int


@dataclass
class Grant:
    """A code and what was agreed to with it."""

    request: Request
    session: Session
    until: float
    used: bool = False
    tokens: list[str] = field(default_factory=list)


class SimulatedIssuer:
    """One issuer with one client. `profile` says which claims it speaks: those of the older link of VNeID, or the standard's."""

    def __init__(
        self, address: str, citizens: list[Citizen], client: Client, *, profile: str = VNEID, pin: str = PIN
    ) -> None:
        self.address = address
        self._pin = pin
        self.client = client
        self.profile = profile
        self.skew = 0.0
        self.keys = SigningKeys()
        self.citizens = {citizen.key: citizen for citizen in citizens}
        self.sessions: dict[str, Session] = {}
        self._grants: dict[str, Grant] = {}
        self._tokens: dict[str, Grant] = {}
        self._lock = threading.Lock()

    def now(self) -> float:
        """Return the time by the issuer's clock, which may be told to be wrong."""
        return time.time() + self.skew

    def discovery(self) -> dict[str, Any]:
        """Return the metadata of OpenID Connect Discovery 1.0."""
        return {
            "issuer": self.address,
            "authorization_endpoint": f"{self.address}/authorize",
            "token_endpoint": f"{self.address}/token",
            "userinfo_endpoint": f"{self.address}/userinfo",
            "jwks_uri": f"{self.address}/jwks",
            "end_session_endpoint": f"{self.address}/leave",
            "response_types_supported": ["code"],
            "response_modes_supported": ["query"],
            "grant_types_supported": ["authorization_code"],
            "subject_types_supported": ["pairwise"],
            "id_token_signing_alg_values_supported": [ALGORITHM],
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
            "code_challenge_methods_supported": ["S256"],
            "scopes_supported": ["openid", "profile"],
            "acr_values_supported": [str(level) for level in LEVELS],
            "prompt_values_supported": ["none", "login", "consent"],
            "authorization_response_iss_parameter_supported": True,
            "request_parameter_supported": False,
            "request_uri_parameter_supported": False,
        }

    def read(self, sent: Mapping[str, str]) -> Request:
        """Check an authorization request; a ProtocolError is for the client, a Stranger for nobody but the reader."""
        if sent.get("client_id") != self.client.id or sent.get("redirect_uri") not in self.client.redirects:
            raise Stranger
        if "request" in sent or "request_uri" in sent:
            raise ProtocolError("request_not_supported" if "request" in sent else "request_uri_not_supported")
        if sent.get("response_type") != "code":
            raise ProtocolError("unsupported_response_type")
        if "openid" not in sent.get("scope", "").split():
            raise ProtocolError("invalid_scope", "openid")
        if sent.get("code_challenge_method") != "S256" or len(sent.get("code_challenge", "")) != 43:  # noqa: PLR2004
            raise ProtocolError("invalid_request", "PKCE with S256")
        prompts = frozenset(sent.get("prompt", "").split())
        if "none" in prompts and len(prompts) > 1:
            raise ProtocolError("invalid_request", "prompt")
        age = sent.get("max_age", "")
        if age and not age.isdecimal():
            raise ProtocolError("invalid_request", "max_age")
        return Request(
            client=self.client,
            redirect=sent["redirect_uri"],
            state=sent.get("state", ""),
            nonce=sent.get("nonce", ""),
            challenge=sent["code_challenge"],
            prompts=prompts,
            max_age=int(age) if age else None,
            levels=tuple(int(acr) for acr in sent.get("acr_values", "").split() if acr in {"1", "2"}),
        )

    def silent(self, request: Request, browser: str) -> str | None:
        """Return where `prompt=none` leads, None for a request that a page answers."""
        if "none" not in request.prompts:
            return None
        session = self.sessions.get(browser)
        if session is None or session.level < max(request.levels[:1], default=1) or self._too_old(request, session):
            return self.back(request, error="login_required")
        return self.agree(request, session)

    def _too_old(self, request: Request, session: Session) -> bool:
        return request.max_age is not None and self.now() - session.at > request.max_age

    def sign_in(self, browser: str, key: str, level: int, pin: str) -> Session | None:
        """Begin a session of a person, at no higher level than their account has; None for a wrong PIN. An account of the dead stays shut."""
        citizen = self.citizens.get(key)
        if (
            citizen is None
            or citizen.deceased
            or level not in LEVELS
            or not hmac.compare_digest(pin.encode(), self._pin.encode())
        ):
            return None
        self.sessions[browser] = Session(key, min(level, citizen.highest), int(self.now()))
        return self.sessions[browser]

    def agree(self, request: Request, session: Session) -> str:
        """Return where the browser goes once the person has agreed: back, with a code."""
        code = secrets.token_urlsafe(32)
        with self._lock:
            self._grants[code] = Grant(request, session, self.now() + CODE_LASTS)
        return self.back(request, code=code)

    def back(self, request: Request, **words: str) -> str:
        """Return the client's address with an answer."""
        said = {**words, "state": request.state, "iss": self.address}
        return f"{request.redirect}?{urlencode({name: value for name, value in said.items() if value})}"

    def exchange(self, sent: Mapping[str, str], client: str, secret: str) -> dict[str, Any]:
        """Give tokens for a code, once; a code that comes again takes the tokens of its first use away."""
        if client != self.client.id or not hmac.compare_digest(secret.encode(), self.client.secret.encode()):
            raise ProtocolError("invalid_client")
        if sent.get("grant_type") != "authorization_code":
            raise ProtocolError("unsupported_grant_type")
        with self._lock:
            grant = self._grants.get(sent.get("code", ""))
            if grant is None:
                raise ProtocolError("invalid_grant")
            if grant.used:
                for token in grant.tokens:
                    self._tokens.pop(token, None)
                raise ProtocolError("invalid_grant", "used")
            grant.used = True
            access = secrets.token_urlsafe(32)
            grant.tokens.append(access)
            self._tokens[access] = grant
        digest = hashlib.sha256(sent.get("code_verifier", "").encode()).digest()
        right = hmac.compare_digest(_url64(digest), grant.request.challenge)
        if not right or grant.until < self.now() or sent.get("redirect_uri") != grant.request.redirect:
            self._tokens.pop(access, None)
            raise ProtocolError("invalid_grant")
        return {
            "access_token": access,
            "token_type": "Bearer",
            "expires_in": TOKEN_LASTS,
            "id_token": self.keys.sign(self._claims(grant, access)),
        }

    def _claims(self, grant: Grant, access: str) -> dict[str, Any]:
        now, session = int(self.now()), grant.session
        claims: dict[str, Any] = {
            "iss": self.address,
            "sub": self.citizens[session.citizen].known_as(self.client.id),
            "aud": self.client.id,
            "iat": now,
            "exp": now + TOKEN_LASTS,
            "auth_time": session.at,
            "acr": str(session.level),
            "amr": ["pin"] if session.level == 1 else ["pin", "swk", "mfa"],
            "at_hash": _url64(hashlib.sha256(access.encode()).digest()[:16]),
        }
        if grant.request.nonce:
            claims["nonce"] = grant.request.nonce
        return claims | (self._about(session) if self.profile == VNEID else {})

    def userinfo(self, token: str) -> dict[str, Any]:
        """Say who the person is, to the holder of an access token."""
        grant = self._tokens.get(token)
        if grant is None:
            raise ProtocolError("invalid_token")
        return {"sub": self.citizens[grant.session.citizen].known_as(self.client.id), **self._about(grant.session)}

    def _about(self, session: Session) -> dict[str, Any]:
        citizen = self.citizens[session.citizen]
        if self.profile == VNEID:
            day = "/".join(reversed(citizen.born.split("-")))
            said = {
                "SoDinhDanh": citizen.number,
                "HoVaTen": citizen.sent_name,
                "NgaySinh": day,
                "GioiTinh": citizen.sex,
            }
            said["SoHoChieu"] = citizen.passport
        else:
            sex = {"Nam": "male", "Nữ": "female"}.get(citizen.sex, "")
            said = {
                "name": citizen.sent_name,
                "birthdate": citizen.born,
                "gender": sex,
                "identity_number": citizen.number,
            }
        return {name: value for name, value in said.items() if value}


def _url64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
