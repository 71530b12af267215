"""One connection to a provider that speaks HTTP, and what its silence and its refusals mean."""

from __future__ import annotations

import contextlib
import http.client
import json
import ssl
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import SplitResult, urlsplit

from vamco.kernel.work.notices.contracts import Outcome, Receipt

if TYPE_CHECKING:
    from collections.abc import Mapping

TIMEOUT_S: Final = 10.0
LONGEST_ANSWER: Final = 1 << 16
LONGEST_HOLD_S: Final = 3600
# A gateway that says these does not know what the one behind it has done.
_UNSURE: Final = {500, 502, 504}


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server said."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> dict[str, Any]:
        """Give the body as JSON; empty when it is none."""
        try:
            found = json.loads(self.body)
        except (ValueError, RecursionError):
            return {}
        return found if isinstance(found, dict) else {}


class HttpLine:
    """A connection that is kept while it holds, to whichever server the last request went. Redirects are not followed."""

    def __init__(self, timeout: float = TIMEOUT_S) -> None:
        self._timeout = timeout
        self._origin = ("", "")
        self._connection: http.client.HTTPConnection | None = None

    def close(self) -> None:
        """End the connection."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Answer | Receipt:
        """Give the server's answer, or what it means that there is none. Never raises for network or server."""
        parts = urlsplit(url)
        try:
            connection = self._connected(parts)
        except (OSError, ssl.SSLError, ValueError):
            self.close()
            return Receipt(Outcome.LATER, "no_connection")
        try:
            path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            connection.request("POST", path, body, dict(headers))
            response = connection.getresponse()
            answer = Answer(response.status, dict(response.headers.items()), response.read(LONGEST_ANSWER))
        except TimeoutError:
            self.close()
            return Receipt(Outcome.DOUBTFUL, "timeout")
        except (OSError, http.client.HTTPException):
            self.close()
            return Receipt(Outcome.DOUBTFUL, "no_answer")
        if response.will_close or not response.isclosed():
            self.close()
        return answer

    def _connected(self, parts: SplitResult) -> http.client.HTTPConnection:
        origin = (parts.scheme, parts.netloc)
        if self._connection is None or origin != self._origin:
            self.close()
            kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
            self._connection = kind(parts.hostname or "", parts.port, timeout=self._timeout)
            self._origin = origin
        if self._connection.sock is None:
            self._connection.connect()
        return self._connection


def refusal(answer: Answer) -> Receipt | None:
    """Give what an HTTP status alone means, None for 2xx. A provider's own codes come after."""
    status = answer.status
    if 200 <= status < 300:  # noqa: PLR2004  # the statuses of success
        return None
    code = str(status)
    if status == http.client.TOO_MANY_REQUESTS:
        return Receipt(Outcome.BUSY, code, after=retry_after(answer))
    if status in _UNSURE:
        return Receipt(Outcome.DOUBTFUL, code)
    # Trouble of the server's own, before it did anything; or of this message or all of ours: who knows, so it counts as a try.
    if status >= 500 or status in {400, 408, 425}:  # noqa: PLR2004
        return Receipt(Outcome.LATER, code, after=retry_after(answer, 0))
    # A wrong address or key of ours, a page that moved: no other message would fare better. But one may be too large, or not fit.
    return Receipt(Outcome.REFUSED if status in {413, 415, 422} else Outcome.STOPPED, code)


def retry_after(answer: Answer, otherwise: int = 30) -> int:
    """Give the seconds that a server asks to wait, as a number; a date or nonsense gives `otherwise`."""
    said = next((value for name, value in answer.headers.items() if name.lower() == "retry-after"), "")
    with contextlib.suppress(ValueError):
        return min(max(int(said), 1), LONGEST_HOLD_S)
    return otherwise
