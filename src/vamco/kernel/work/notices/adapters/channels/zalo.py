from __future__ import annotations

import contextlib
import hashlib
import hmac
import json
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qs, unquote, urlsplit

from vamco.kernel.work.notices.adapters.channels.http import HttpLine, refusal
from vamco.kernel.work.notices.contracts import Outcome, Receipt, Report
from vamco.lib.errors import N_, Refused

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from vamco.kernel.work.notices.contracts import Parcel

# Source: zalo.cloud/zns/guidelines/handle-error-code, read November 2026.
_UNSURE: Final = {-100}
_NIGHT, _QUOTA_WAIT_S, _NIGHT_WAIT_S = -133, 6 * 3600, 3600
_QUOTA: Final = {-144, -147}
_GONE: Final = {-108, -118}  # no such number, no such account
_PERSON: Final = {-110, -114, -119, -139, -141}  # cannot, or does not want to, be told this way
# Application, account, token, balance.
_ACCOUNT: Final = {-101, -102, -103, -104, -105, -106, -115, -120, -121, -124, -125, -126, -127, -135, -136, -137, -140}
_MESSAGE: Final = {-109, -111, -112, -113, -116, -117, -130, -131, -132, -145, -146}  # the template or its values


class Zalo:
    """Zalo Notification Service: https://:TOKEN@business.openapi.zalo.me/message/template?app=ID&secret=OA_SECRET.

    It sends registered templates only, to a telephone number. `tracking_id` is for tracking: a second request with the same one is
    sent again, so a lost answer leaves the delivery doubtful.
    """

    idempotent = False
    reports = True

    def __init__(self, url: str, timeout: float = 10.0) -> None:
        parts = urlsplit(url)
        self._token = unquote(parts.password or "")
        query = parse_qs(parts.query)
        self._app, self._secret = query.get("app", [""])[0], query.get("secret", [""])[0]
        self._url = parts._replace(netloc=parts.netloc.rpartition("@")[2], query="").geturl()
        self._timeout = timeout

    @contextlib.contextmanager
    def open(self) -> Iterator[ZaloLine]:
        """Give a line."""
        line = HttpLine(self._timeout)
        try:
            yield ZaloLine(self, line)
        finally:
            line.close()

    def request(self, parcel: Parcel) -> tuple[str, bytes, dict[str, str]]:
        """Give address, body and headers of a request."""
        body = {
            "phone": parcel.to,
            "template_id": parcel.template,
            "template_data": dict(parcel.data),
            "tracking_id": parcel.key,
        }
        return self._url, json.dumps(body).encode(), {"Content-Type": "application/json", "access_token": self._token}

    def read_report(self, headers: Mapping[str, str], query: Mapping[str, str], body: bytes) -> Report | None:  # noqa: ARG002
        """Read an event of the service; Refused when it does not bear the right signature."""
        try:
            event = json.loads(body)
            stamp, message = str(event["timestamp"]), event.get("message") or {}
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            return None
        if self._secret:
            signed = hashlib.sha256(self._app.encode() + body + stamp.encode() + self._secret.encode()).hexdigest()
            given = next((value for name, value in headers.items() if name.lower() == "x-zevent-signature"), "")
            if not hmac.compare_digest(given.removeprefix("mac=").encode(), signed.encode()):
                raise Refused("notices.forged_report", N_("This report does not come from the provider."))
        if event.get("event_name") != "user_received_message" or not isinstance(message, dict):
            return None
        reference = message.get("msg_id")
        return Report(delivered=True, reference=reference) if isinstance(reference, str) and reference else None


class ZaloLine:
    """A line to the service."""

    def __init__(self, channel: Zalo, line: HttpLine) -> None:
        self._channel, self._line = channel, line

    def send(self, parcel: Parcel) -> Receipt:
        """Send one message."""
        url, body, headers = self._channel.request(parcel)
        answer = self._line.post(url, body, headers)
        if isinstance(answer, Receipt):
            return answer
        if refused := refusal(answer):
            return refused
        said = answer.json()
        code, data = said.get("error"), said.get("data")
        if code == 0:
            return Receipt(Outcome.TAKEN, reference=str(data.get("msg_id", "")) if isinstance(data, dict) else "")
        return _meaning(code)


def _meaning(code: object) -> Receipt:
    if not isinstance(code, int) or code in _UNSURE:
        return Receipt(Outcome.DOUBTFUL, str(code) if isinstance(code, int) else "unreadable")
    if code == _NIGHT:
        return Receipt(Outcome.LATER, str(code), after=_NIGHT_WAIT_S)
    if code in _QUOTA:
        return Receipt(Outcome.STOPPED, str(code), after=_QUOTA_WAIT_S)
    if code in _GONE | _PERSON | _MESSAGE:
        return Receipt(Outcome.REFUSED, str(code), bars=code in _GONE)
    return Receipt(Outcome.STOPPED if code in _ACCOUNT else Outcome.LATER, str(code))
