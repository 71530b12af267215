"""The port to an outside issuer of identity, and its adapter that speaks OpenID Connect over HTTP. It keeps nothing: callers do."""

from __future__ import annotations

import ipaddress
import json
import time
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol
from urllib.parse import quote, urlencode, urlsplit

import requests
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from pydantic import TypeAdapter
from urllib3.exceptions import HTTPError

from vamco.lib.errors import N_, Refused, Unavailable
from vamco.systems.identity.rules.eid import Profile, Unproven

if TYPE_CHECKING:
    from collections.abc import Mapping

ALL_IN_ALL: Final = 10.0  # seconds for everything that one page waits for. Case ID-07
PROBE: Final = 5.0  # seconds for the question whether it is there
LARGEST: Final = 256 << 10
_PIECE: Final = 16 << 10
_PROFILES: Final = Path(__file__).with_name("profiles.json")


class NoAnswer(Unavailable):
    """The issuer did not answer in time, or answered with an error of its own."""

    def __init__(self, reason: str) -> None:
        super().__init__("identity.eid_no_answer", N_("The national eID does not answer."))
        self.reason = reason


class Deadline:
    """The time that is left for several calls together."""

    def __init__(self, seconds: float = ALL_IN_ALL) -> None:
        self._end = time.monotonic() + seconds

    def left(self) -> float:
        """Return the seconds left; NoAnswer when there are none."""
        left = self._end - time.monotonic()
        if left <= 0:
            raise NoAnswer("slow")
        return left


@dataclass(frozen=True)
class Registration:
    """Where the issuer is, as whom this platform is known there, and how it speaks."""

    issuer: str
    client: str
    secret: str = field(repr=False)
    profile: Profile
    back: str


@dataclass(frozen=True)
class Question:
    """What is asked of a person: secrets of this question, the level wanted, and whether they must show anew who they are."""

    state: str
    nonce: str
    verifier: str = field(repr=False)
    level: int = 0
    again: bool = False
    max_age: int | None = None
    language: str = ""


class Issuer(Protocol):
    """What identity needs of an outside issuer."""

    def metadata(self, deadline: Deadline) -> dict[str, Any]:
        """Return what the issuer publishes of itself."""

    def keys(self, metadata: Mapping[str, Any], deadline: Deadline) -> dict[str, Any]:
        """Return the keys that it publishes."""

    def way(self, metadata: Mapping[str, Any], question: Question) -> str:
        """Return where the browser goes to be asked."""

    def redeem(self, metadata: Mapping[str, Any], code: str, verifier: str, deadline: Deadline) -> dict[str, Any]:
        """Return the tokens for a code; Unproven where the issuer refuses it."""

    def about(self, metadata: Mapping[str, Any], access: str, deadline: Deadline) -> dict[str, Any]:
        """Return what the issuer says of the person beside the ID token; {} where it has no such page."""

    def way_out(self, metadata: Mapping[str, Any], back: str) -> str:
        """Return where the browser goes to sign out at the issuer, too; "" where it has no such page."""


@cache
def profile(name: str) -> Profile:
    """Return a profile that comes with the platform, or that of a JSON file."""
    if name.endswith(".json"):
        return TypeAdapter(Profile).validate_json(Path(name).read_bytes())
    bundled = TypeAdapter(dict[str, Profile]).validate_json(_PROFILES.read_bytes())
    if name not in bundled:
        raise Refused("identity.eid_profile", N_("There is no profile “%(name)s” of an eID issuer."), name=name)
    return bundled[name]


class OpenIdIssuer:
    """An issuer that speaks OpenID Connect: code flow with PKCE, nothing else."""

    def __init__(self, registration: Registration, *, simulated: bool = False) -> None:
        if not simulated and urlsplit(registration.issuer).scheme != "https":
            raise Refused("identity.eid_insecure", N_("The issuer of the eID must be reached by https."))
        self._known = registration
        self._session = requests.Session()
        self._session.max_redirects = 0
        if _on_this_machine(registration.issuer):
            self._session.trust_env = False  # a proxy has nothing to do with our own machine

    def metadata(self, deadline: Deadline) -> dict[str, Any]:
        """Return the discovery document; Unproven where it is another issuer's, or leads away from a secure address."""
        issuer = self._known.issuer
        found = self._get(f"{issuer}/.well-known/openid-configuration", deadline)
        if found.get("issuer") != issuer:
            raise Unproven("metadata")
        scheme = urlsplit(issuer).scheme
        for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
            address = found.get(name)
            if not isinstance(address, str) or urlsplit(address).scheme != scheme:
                raise Unproven("metadata")
        return found

    def keys(self, metadata: Mapping[str, Any], deadline: Deadline) -> dict[str, Any]:
        """Return the JWK set."""
        return self._get(metadata["jwks_uri"], deadline)

    def way(self, metadata: Mapping[str, Any], question: Question) -> str:
        """Return the address of the authorization request."""
        known = self._known
        said = {
            "response_type": "code",
            "client_id": known.client,
            "redirect_uri": known.back,
            "scope": known.profile.scope,
            "state": question.state,
            "nonce": question.nonce,
            "code_challenge": create_s256_code_challenge(question.verifier),
            "code_challenge_method": "S256",
            "acr_values": known.profile.acr(question.level) if question.level else "",
            "prompt": "login" if question.again else "",
            "max_age": "" if question.max_age is None else str(question.max_age),
            "ui_locales": question.language,
        }
        return _with(metadata["authorization_endpoint"], said)

    def redeem(self, metadata: Mapping[str, Any], code: str, verifier: str, deadline: Deadline) -> dict[str, Any]:
        """Return the answer of the token endpoint."""
        known = self._known
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": known.back,
            "code_verifier": verifier,
        }
        methods = metadata.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        auth = None
        if "client_secret_basic" in methods:
            auth = (quote(known.client, safe=""), quote(known.secret, safe=""))
        else:
            form |= {"client_id": known.client, "client_secret": known.secret}
        return self._call("POST", metadata["token_endpoint"], deadline, data=form, auth=auth)

    def about(self, metadata: Mapping[str, Any], access: str, deadline: Deadline) -> dict[str, Any]:
        """Return the answer of the userinfo endpoint; one that is signed is not read."""
        address = metadata.get("userinfo_endpoint")
        if not address or urlsplit(address).scheme != urlsplit(self._known.issuer).scheme:
            return {}
        return self._call("GET", address, deadline, headers={"Authorization": f"Bearer {access}"})

    def way_out(self, metadata: Mapping[str, Any], back: str) -> str:
        """Return the address of RP-initiated logout. No id_token_hint: the token holds the person's number, and addresses are logged."""
        address = metadata.get("end_session_endpoint")
        if not isinstance(address, str) or urlsplit(address).scheme != urlsplit(self._known.issuer).scheme:
            return ""
        return _with(address, {"client_id": self._known.client, "post_logout_redirect_uri": back})

    def _get(self, address: str, deadline: Deadline) -> dict[str, Any]:
        return self._call("GET", address, deadline)

    def _call(self, method: str, address: str, deadline: Deadline, **more: Any) -> dict[str, Any]:
        left = deadline.left()
        headers = {"Accept": "application/json", **more.pop("headers", {})}
        try:
            with self._session.request(
                method,
                address,
                timeout=(min(3.0, left), left),
                allow_redirects=False,
                stream=True,
                headers=headers,
                **more,
            ) as answer:
                body = _read(answer, deadline)
                status = answer.status_code
        except requests.RequestException as error:
            raise NoAnswer(type(error).__name__) from None  # its text may quote the address
        if status >= 500 or status == 429:  # noqa: PLR2004
            raise NoAnswer(str(status))
        return _json(body, status)


def _read(answer: requests.Response, deadline: Deadline) -> bytes:
    """Read a body as it comes, so that one that drips does not hold the reader longer than the deadline."""
    body = b""
    while True:
        left = deadline.left()
        connection = getattr(answer.raw, "connection", None)
        if connection is not None and connection.sock is not None:
            connection.sock.settimeout(left)
        try:
            piece = answer.raw.read1(_PIECE, decode_content=True)
        except (HTTPError, OSError) as error:
            raise NoAnswer(type(error).__name__) from None
        if not piece:
            return body
        body += piece
        if len(body) > LARGEST:
            raise NoAnswer("size")


def _json(body: bytes, status: int) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except ValueError:
        found = None
    if not isinstance(found, dict):  # a page that says “maintenance”, for instance
        raise NoAnswer("no_json")
    if status != 200:  # noqa: PLR2004
        error = found.get("error")
        raise Unproven(error if isinstance(error, str) and error.isidentifier() and len(error) <= 40 else "answer")  # noqa: PLR2004
    return found


def _with(address: str, said: Mapping[str, str]) -> str:
    joint = "&" if urlsplit(address).query else "?"
    return f"{address}{joint}{urlencode({name: value for name, value in said.items() if value})}"


def _on_this_machine(address: str) -> bool:
    host = urlsplit(address).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
