from __future__ import annotations

import contextlib
import json
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qs, unquote, urlsplit

from vamco.kernel.work.notices.adapters.channels.http import HttpLine, refusal
from vamco.kernel.work.notices.contracts import Outcome, Receipt, Report
from vamco.kernel.work.notices.rules.segments import size

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from vamco.kernel.work.notices.contracts import Parcel

TAKEN, DUPLICATE = "100", "124"
# Keys, account, balance, brand name: no message to anybody would pass.
_STOPS: Final = {"101", "102", "103", "104", "118"}
_UNSURE: Final = {"99", ""}
_MESSAGE: Final = {"108", "131", "145", "146"}  # the number, the length, the registered words
CUSTOMER_CARE: Final = "2"
_REACHED: Final = "5"


class Sms:
    """A brand-name gateway with the interface of eSMS: https://KEY:SECRET@rest.esms.vn/…/?brandname=NAME.

    It drops a second request with the same RequestId for 24 hours, and tells the delivery by a call of its own.
    Source: developers.esms.vn, read November 2026; the codes beside 100 second-hand: compare them with the contract.
    """

    idempotent = True
    reports = True

    def __init__(self, url: str, report_url: str = "", timeout: float = 10.0) -> None:
        parts = urlsplit(url)
        self._key, self._secret = unquote(parts.username or ""), unquote(parts.password or "")
        self._brand = parse_qs(parts.query).get("brandname", [""])[0]
        self._url = parts._replace(netloc=parts.netloc.rpartition("@")[2], query="").geturl()
        self._report_url, self._timeout = report_url, timeout

    @contextlib.contextmanager
    def open(self) -> Iterator[SmsLine]:
        """Give a line."""
        line = HttpLine(self._timeout)
        try:
            yield SmsLine(self, line)
        finally:
            line.close()

    def request(self, parcel: Parcel) -> tuple[str, bytes]:
        """Give the address and the body of a request."""
        body = {
            "ApiKey": self._key,
            "SecretKey": self._secret,
            "Brandname": self._brand,
            "SmsType": CUSTOMER_CARE,
            "IsUnicode": "0" if size(parcel.text).alphabet == "gsm-7" else "1",
            "Phone": parcel.to,
            "Content": parcel.text,
            "RequestId": parcel.key,
            "CallbackUrl": self._report_url,
        }
        return self._url, json.dumps(body).encode()

    def read_report(self, headers: Mapping[str, str], query: Mapping[str, str], body: bytes) -> Report | None:  # noqa: ARG002
        """Read a call of the gateway: RequestId is our key, SendStatus 5 is the end, SendFailed counts whom it did not reach."""
        if query.get("SendStatus") != _REACHED or not query.get("RequestId"):
            return None
        failed = query.get("SendFailed", "0") not in {"0", ""}
        said = query.get("ErrorInfo", "")  # words of the gateway's, which may name somebody: only a code is kept
        why = said if said.isascii() and said.isdigit() else "not_reached"
        return Report(not failed, key=_uuid(query["RequestId"]), reason=why if failed else "")


class SmsLine:
    """A line to the gateway."""

    def __init__(self, channel: Sms, line: HttpLine) -> None:
        self._channel, self._line = channel, line

    def send(self, parcel: Parcel) -> Receipt:
        """Send one message."""
        url, body = self._channel.request(parcel)
        answer = self._line.post(url, body, {"Content-Type": "application/json"})
        if isinstance(answer, Receipt):
            return answer
        if refused := refusal(answer):
            return refused
        said = answer.json()
        code = str(said.get("CodeResult", ""))
        if code in {TAKEN, DUPLICATE}:
            return Receipt(Outcome.TAKEN, "" if code == TAKEN else "duplicate", str(said.get("SMSID", "")))
        if code in _UNSURE:
            return Receipt(Outcome.DOUBTFUL, code or "unreadable")
        if code in _MESSAGE:
            return Receipt(Outcome.REFUSED, code)
        return Receipt(Outcome.STOPPED if code in _STOPS else Outcome.LATER, code)


def _uuid(text: str) -> str:
    """Give our key when it can be one, "" otherwise."""
    return text if len(text) == 32 and all(sign in "0123456789abcdef" for sign in text) else ""  # noqa: PLR2004  # hexadecimal
