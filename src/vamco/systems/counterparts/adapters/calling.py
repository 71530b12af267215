"""A line to a counterpart over HTTP: signed both ways, with one deadline, retries and a circuit. What goes wrong is Unavailable."""

from __future__ import annotations

import ipaddress
import json
import secrets
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote, urlsplit

import requests

from vamco.lib.errors import N_, Refused, Unavailable
from vamco.systems.counterparts.rules import signing

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

DEADLINE_S: Final = 6.0
TRIES: Final = 3
LARGEST: Final = 256 << 10
FAILURES: Final = 3  # in a row, and the line rests
REST_S: Final = 30.0
_PAUSES: Final = (0.2, 0.6)
_SERVER: Final = 500
_TOO_MANY: Final = 429


class NoAnswer(Unavailable):
    """A counterpart did not answer in time, or not as agreed. `reason` is a word for logs, never what was asked."""

    def __init__(self, line: str, reason: str) -> None:
        super().__init__("counterparts.no_answer", N_("%(line)s does not answer now."), line=line)
        self.reason = reason


class NotAgreed(Refused):
    """The counterpart understood and said no: `code` is its own."""

    def __init__(self, line: str, said: str) -> None:
        super().__init__("counterparts.refused", N_("%(line)s refused the question (%(said)s)."), line=line, said=said)
        self.said = said


@dataclass
class Circuit:
    """Lets a line rest after failures in a row, so that pages do not wait for one that is down."""

    clock: Callable[[], float] = time.monotonic
    failures: int = 0
    until: float = 0.0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def rests(self) -> bool:
        """Return whether nobody is to be asked now."""
        with self.lock:
            return self.failures >= FAILURES and self.clock() < self.until

    def note(self, *, well: bool) -> None:
        """Note how a call went."""
        with self.lock:
            self.failures = 0 if well else self.failures + 1
            if self.failures >= FAILURES:
                self.until = self.clock() + REST_S


class HttpLine:
    """One counterpart at `https://client:secret@host/path`. `name` is what messages call it, a msgid."""

    def __init__(
        self,
        name: str,
        address: str,
        *,
        simulated: bool = False,
        deadline: float = DEADLINE_S,
        circuit: Circuit | None = None,
    ) -> None:
        parts = urlsplit(address)
        if parts.scheme not in {"http", "https"} or not parts.hostname or not parts.username or not parts.password:
            raise Refused(
                "counterparts.address",
                N_("The address of %(line)s must be https://client:secret@host/path."),
                line=name,
            )
        if parts.scheme != "https" and not (simulated and _on_this_machine(parts.hostname)):
            raise Refused("counterparts.insecure", N_("%(line)s must be reached by https."), line=name)
        self.name = name
        self._client, self._secret = unquote(parts.username), unquote(parts.password)
        port = f":{parts.port}" if parts.port else ""
        host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
        self._base, self._before = f"{parts.scheme}://{host}{port}", parts.path.rstrip("/")
        self._deadline, self._circuit = deadline, circuit or Circuit()
        self._session = requests.Session()
        if _on_this_machine(parts.hostname):
            self._session.trust_env = False

    def ask(self, method: str, path: str, content: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Send a message and return the answer. The same message may arrive twice: what changes something carries an id of its own.

        NoAnswer when nobody answers in time or the answer is not signed as agreed, NotAgreed when the counterpart says no.
        """
        if self._circuit.rests():
            raise NoAnswer(self.name, "resting")
        ends, failure = time.monotonic() + self._deadline, NoAnswer(self.name, "slow")
        for attempt in range(TRIES):
            left = ends - time.monotonic()
            if left <= 0:
                break
            try:
                answer = self._once(method, path, content, left)
            except NoAnswer as found:
                failure = found
                if attempt < len(_PAUSES):
                    time.sleep(min(_PAUSES[attempt], max(0.0, ends - time.monotonic())))
                continue
            except NotAgreed:
                self._circuit.note(well=True)  # it is there
                raise
            self._circuit.note(well=True)
            return answer
        self._circuit.note(well=False)
        raise failure

    def _once(self, method: str, path: str, content: Mapping[str, Any] | None, left: float) -> dict[str, Any]:
        body = b"" if content is None else json.dumps(content, ensure_ascii=False, sort_keys=True).encode()
        moment, nonce, full = str(int(time.time())), secrets.token_hex(16), f"{self._before}{path}"
        headers = {
            "Content-Type": "application/json",
            "X-Client": self._client,
            "X-Time": moment,
            "X-Nonce": nonce,
            "X-Signature": signing.signature(self._secret, method, full, moment, nonce, body=body),
        }
        try:
            with self._session.request(
                method,
                self._base + full,
                data=body,
                headers=headers,
                timeout=(min(2.0, left), left),
                allow_redirects=False,
                stream=True,
            ) as answer:
                found = self._read(answer, time.monotonic() + left)
                status, proof = answer.status_code, answer.headers.get("X-Signature", "")
        except requests.RequestException as error:
            raise NoAnswer(self.name, type(error).__name__) from None  # its text may quote the address
        if status >= _SERVER or status == _TOO_MANY:
            raise NoAnswer(self.name, str(status))
        if not signing.holds(proof, signing.signature(self._secret, str(status), nonce, body=found)):
            raise NoAnswer(self.name, "unproven")
        return self._content(found, status)

    def _read(self, answer: requests.Response, ends: float) -> bytes:
        body = b""
        for piece in answer.iter_content(16 << 10):
            body += piece
            if len(body) > LARGEST:
                raise NoAnswer(self.name, "size")
            if time.monotonic() > ends:
                raise NoAnswer(self.name, "slow")
        return body

    def _content(self, body: bytes, status: int) -> dict[str, Any]:
        try:
            found = json.loads(body)
        except ValueError:
            found = None
        if not isinstance(found, dict):
            raise NoAnswer(self.name, "no_json")
        if status not in {200, 202}:
            said = found.get("loi", "")
            raise NotAgreed(self.name, said if isinstance(said, str) and said.isidentifier() else str(status))
        return found


def _on_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
