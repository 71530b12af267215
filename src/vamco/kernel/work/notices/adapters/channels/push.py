from __future__ import annotations

import contextlib
import fnmatch
import json
import time
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qs, urlsplit

from vamco.kernel.work.notices.adapters.channels.http import HttpLine, refusal
from vamco.kernel.work.notices.contracts import Outcome, Receipt, Report
from vamco.kernel.work.notices.rules.webpush import encrypt, padded, point, signed, unpadded

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

    from vamco.kernel.work.notices.contracts import Parcel

HOSTS: Final = (
    "fcm.googleapis.com",
    "*.push.services.mozilla.com",
    "*.push.apple.com",
    "*.notify.windows.com",
)
TTL_S: Final = 3 * 86_400
_TOKEN_S: Final = 12 * 3600
_RENEW_S: Final = 3600
_GONE: Final = {404, 410}
_MOST_TEXT: Final = 800  # characters of title and text: a payload has at most 3,993 bytes


class Push:
    """Web Push (RFC 8030) with VAPID (RFC 8292), encrypted for the browser alone (RFC 8291).

    The setting is vapid://PRIVATE_KEY@host?contact=mailto:…, the key 32 bytes in base64url. An address is what the browser gave: it
    names a server, so only those of the browsers' makers are asked (`hosts` adds one). A push service drops nothing by a key, but
    the browser shows notifications with the same tag once.
    """

    idempotent = False
    reports = False

    def __init__(self, url: str, timeout: float = 10.0) -> None:
        from cryptography.hazmat.primitives.asymmetric import ec

        parts = urlsplit(url)
        query = parse_qs(parts.query)
        self._contact = query.get("contact", [""])[0]
        self._hosts = (*HOSTS, *query.get("hosts", []))
        self._insecure = query.get("hosts", [])  # an own server of a test may do without TLS
        number = int.from_bytes(unpadded(parts.netloc.partition("@")[0]))
        self._key: EllipticCurvePrivateKey = ec.derive_private_key(number, ec.SECP256R1())
        self._public = padded(point(self._key))
        self._tokens: dict[str, tuple[float, str]] = {}
        self._timeout = timeout

    @contextlib.contextmanager
    def open(self) -> Iterator[PushLine]:
        """Give a line."""
        line = HttpLine(self._timeout)
        try:
            yield PushLine(self, line)
        finally:
            line.close()

    def read_report(self, headers: Mapping[str, str], query: Mapping[str, str], body: bytes) -> Report | None:  # noqa: ARG002
        """Push services tell nothing."""
        return None

    def allowed(self, endpoint: str) -> bool:
        """Whether an address is a push service, and not some machine in our own network."""
        parts = urlsplit(endpoint)
        host = parts.hostname or ""
        secure = parts.scheme == "https" and parts.port in {None, 443}
        return any(fnmatch.fnmatchcase(host, known) for known in self._hosts) and (secure or host in self._insecure)

    def headers(self, endpoint: str, parcel: Parcel) -> dict[str, str]:
        """Give the headers of a request; `Topic` lets a newer attempt replace one that waits at the service."""
        return {
            "Authorization": f"vapid t={self._token(endpoint)}, k={self._public}",
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": str(TTL_S),
            "Urgency": "high" if parcel.urgent else "normal",
            "Topic": parcel.key[:32],
        }

    def _token(self, endpoint: str) -> str:
        parts = urlsplit(endpoint)
        audience = f"{parts.scheme}://{parts.netloc}"
        made, token = self._tokens.get(audience, (0.0, ""))
        now = time.time()
        if now > made + _RENEW_S:
            claims: dict[str, str | int] = {"aud": audience, "exp": int(now) + _TOKEN_S, "sub": self._contact}
            token = signed(self._key, claims)
            self._tokens[audience] = (now, token)
        return token


class PushLine:
    """A line to the push services."""

    def __init__(self, channel: Push, line: HttpLine) -> None:
        self._channel, self._line = channel, line

    def send(self, parcel: Parcel) -> Receipt:
        """Send one message."""
        subscription = json.loads(parcel.to)
        endpoint, keys = subscription["endpoint"], subscription["keys"]
        if not self._channel.allowed(endpoint):
            return Receipt(Outcome.REFUSED, "foreign_host", bars=True)
        content = {
            "title": parcel.title[:_MOST_TEXT],
            "body": parcel.text[:_MOST_TEXT],
            "url": parcel.url,
            "tag": parcel.key,
        }
        try:
            body = encrypt(
                json.dumps(content, ensure_ascii=False).encode(), unpadded(keys["p256dh"]), unpadded(keys["auth"])
            )
        except ValueError:  # no point of the curve
            return Receipt(Outcome.REFUSED, "wrong_key", bars=True)
        answer = self._line.post(endpoint, body, self._channel.headers(endpoint, parcel))
        if isinstance(answer, Receipt):
            return answer
        if answer.status in _GONE:
            return Receipt(Outcome.REFUSED, str(answer.status), bars=True)
        refused = refusal(answer)
        if refused is not None and refused.outcome == Outcome.STOPPED:
            # Perhaps this one subscription was made with another key of ours: that must not stop the others.
            return Receipt(Outcome.LATER, refused.reason)
        return refused or Receipt(Outcome.TAKEN, reference=_location(answer.headers))


def _location(headers: Mapping[str, str]) -> str:
    """Give the service's own name of the message: the end of where it says that it is."""
    found = next((value for name, value in headers.items() if name.lower() == "location"), "")
    return found.rstrip("/").rpartition("/")[2][:100]
