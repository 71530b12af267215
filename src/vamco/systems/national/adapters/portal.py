"""The port to the national portal, and its adapter over HTTP. It keeps nothing but its token: callers do."""

from __future__ import annotations

import ipaddress
import json
import time
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol
from urllib.parse import quote, urlsplit

import requests
from pydantic import TypeAdapter

from vamco.lib.errors import N_, Refused, Unavailable
from vamco.systems.national.contracts import FileRef, Profile
from vamco.systems.national.rules import messages, retrying

if TYPE_CHECKING:
    from vamco.systems.national.contracts import Call, FeedName, FeedPage

CONNECT_S: Final = 3.0
READ_S: Final = 15.0
LARGEST: Final = 32 << 20
_PIECE: Final = 64 << 10
_PROFILES: Final = Path(__file__).with_name("profiles.json")
_UNAUTHORISED: Final = 401
_EARLY_S: Final = 30  # a token is renewed so long before it ends


class NoAnswer(Unavailable):
    """Nobody knows whether the portal has taken what was sent: it is sent again, with the same key."""

    def __init__(self, reason: str) -> None:
        super().__init__("national.no_answer", N_("The national portal does not answer."))
        self.reason = reason


class Turned(Refused):
    """The portal refuses what was sent, and would do so again. `answer` is its own code, never its words: they may quote the message."""

    def __init__(self, status: int, answer: str) -> None:
        super().__init__("national.turned", N_("The national portal refuses the message (%(answer)s)."), answer=answer)
        self.status = status
        self.answer = answer


@dataclass(frozen=True, slots=True)
class _Answer:
    status_code: int
    content: bytes

    def json(self) -> Any:
        """Return what the body says; ValueError where it is no JSON."""
        return json.loads(self.content)


class Portal(Protocol):
    """What the synchronisation needs of the portal. NoAnswer and Turned as above."""

    profile: Profile

    def number(self, office: str) -> str:
        """Return the next dossier number that the portal gives to an office."""

    def upload(self, path: Path, name: str, media_type: str, copy: str) -> FileRef:
        """Give the portal a file; the same content again is the same file there."""

    def send(self, call: Call, body: dict[str, Any]) -> None:
        """Send a message. Sent twice with one key it is taken once."""

    def feed(self, name: FeedName, cursor: str) -> FeedPage:
        """Return what is new in a feed since a cursor; "" reads from its beginning."""

    def procedures(self, cursor: str = "") -> FeedPage:
        """Return a page of the portal's catalogue."""

    def download(self, ref: str) -> bytes:
        """Return the content of a file that the portal keeps."""


@cache
def profile(name: str) -> Profile:
    """Return a profile that comes with the platform, or that of a JSON file."""
    if name.endswith(".json"):
        return TypeAdapter(Profile).validate_json(Path(name).read_bytes())
    bundled = TypeAdapter(dict[str, Profile]).validate_json(_PROFILES.read_bytes())
    if name not in bundled:
        raise Refused("national.profile", N_("There is no profile “%(name)s” of the national portal."), name=name)
    return bundled[name]


class HttpPortal:
    """The adapter over HTTP with JSON, as its profile says."""

    def __init__(self, address: str, client: str, secret: str, spoken: Profile, *, simulated: bool = False) -> None:
        own = _on_this_machine(address)
        if not simulated and not own and urlsplit(address).scheme != "https":
            raise Refused("national.insecure", N_("The national portal must be reached by https."))
        self._address = address.rstrip("/")
        self._client, self._secret = client, secret
        self.profile = spoken
        self._token, self._until = "", 0.0
        self._session = requests.Session()
        self._session.trust_env = not own  # a proxy has nothing to do with our own machine

    def number(self, office: str) -> str:
        """Return the next number."""
        return str(self._json("POST", "number", json={"MaDonVi": office})["MaHoSo"])

    def upload(self, path: Path, name: str, media_type: str, copy: str) -> FileRef:
        """Give the portal a file as multipart."""
        with path.open("rb") as content:
            given = self._json("POST", "upload", files={"TepTin": (name, content, media_type)})
        return FileRef(str(given["IdTepTin"]), str(given["HashTepTin"]), name, copy)

    def send(self, call: Call, body: dict[str, Any]) -> None:
        """Send a message as JSON."""
        self._json("POST", call, json=body)

    def feed(self, name: FeedName, cursor: str) -> FeedPage:
        """Return a page of a feed; NoAnswer for one that cannot be read."""
        answer = self._json("GET", name, params={"TuViTri": cursor})
        reader = messages.statuses if name == "statuses" else messages.dossiers
        return self._read(lambda: reader(answer, self.profile))

    def procedures(self, cursor: str = "") -> FeedPage:
        """Return a page of the catalogue."""
        answer = self._json("GET", "procedures", params={"TuViTri": cursor})
        return self._read(lambda: messages.procedures(answer))

    def download(self, ref: str) -> bytes:
        """Return the content of a file."""
        return self._call("GET", f"{self._address}{self.profile.paths['download']}/{quote(ref, safe='')}").content

    def _read(self, reader: Any) -> FeedPage:
        try:
            page: FeedPage = reader()
        except (LookupError, TypeError):
            raise NoAnswer("form") from None
        return page

    def _json(self, method: str, path: str, **more: Any) -> dict[str, Any]:
        answer = self._call(method, f"{self._address}{self.profile.paths[path]}", **more)
        try:
            found = answer.json()
        except ValueError:
            raise NoAnswer("form") from None
        if not isinstance(found, dict):
            raise NoAnswer("form")
        return found

    def _call(self, method: str, address: str, **more: Any) -> _Answer:
        """Call with a token; one that the portal no longer takes is renewed once."""
        for last in (False, True):
            answer = self._ask(method, address, headers={"Authorization": f"Bearer {self._bearer()}"}, **_again(more))
            if answer.status_code == _UNAUTHORISED and not last:
                self._token = ""
                continue
            verdict = retrying.verdict(answer.status_code)
            if verdict == "taken":
                return answer
            if verdict == "refused":
                raise Turned(answer.status_code, _code(answer))
            raise NoAnswer(str(answer.status_code))
        raise NoAnswer(str(_UNAUTHORISED))

    def _bearer(self) -> str:
        if not self._token or time.monotonic() > self._until:
            form = {"grant_type": "client_credentials", "client_id": self._client, "client_secret": self._secret}
            answer = self._ask("POST", f"{self._address}{self.profile.paths['token']}", data=form)
            if retrying.verdict(answer.status_code) != "taken":
                raise NoAnswer(f"token {answer.status_code}")
            try:
                given = answer.json()
                self._token = str(given["access_token"])
                self._until = time.monotonic() + max(int(given.get("expires_in", 0)) - _EARLY_S, 1)
            except (ValueError, LookupError, TypeError):
                raise NoAnswer("token form") from None
        return self._token

    def _ask(self, method: str, address: str, **more: Any) -> _Answer:
        try:
            answer = self._session.request(
                method, address, timeout=(CONNECT_S, READ_S), allow_redirects=False, stream=True, **more
            )
            body = b""
            with answer:
                for piece in answer.iter_content(_PIECE):
                    body += piece
                    if len(body) > LARGEST:
                        raise NoAnswer("too large")
        except (requests.RequestException, OSError) as error:
            raise NoAnswer(type(error).__name__) from None  # its text may quote the address
        return _Answer(answer.status_code, body)


def _again(more: dict[str, Any]) -> dict[str, Any]:
    """Rewind the files of a call, which is made a second time after a new token."""
    for _name, content, _type in more.get("files", {}).values():
        content.seek(0)
    return more


def _code(answer: _Answer) -> str:
    """Return the portal's own code of a refusal, or only the status: its words may quote what was sent."""
    try:
        code = str(answer.json().get("MaLoi", ""))
    except (ValueError, AttributeError):
        code = ""
    return f"{answer.status_code} {code}".strip()[:60] if code.replace("_", "").isalnum() else str(answer.status_code)


def _on_this_machine(address: str) -> bool:
    host = urlsplit(address).hostname or ""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
