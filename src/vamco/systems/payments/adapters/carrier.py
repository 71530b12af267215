"""The carrier of electronic receipts: a licensed service through which they reach the tax office (TT 91/2026, Đ. 12).

No carrier's format was found published; this port is ours: each call carries our own id and may be repeated. Failure is Unavailable.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import requests
from django.conf import settings

from vamco.lib.errors import N_, Unavailable

if TYPE_CHECKING:
    from collections.abc import Mapping

_TIMEOUT_S = 10


class Carrier(Protocol):
    """What a carrier does."""

    def receipt(self, content: Mapping[str, Any]) -> str:
        """Take a receipt, and return the carrier's own id of it; the same again for the same `id`."""

    def void(self, carrier_id: str, reason: str) -> None:
        """Take note that a receipt is void."""

    def summary(self, content: Mapping[str, Any]) -> str:
        """Take a day's summary, and return the carrier's own id of it."""


class HttpCarrier:
    """A carrier behind an address, with a key."""

    def __init__(self, address: str, key: str) -> None:
        self._address, self._key = address.rstrip("/"), key

    def receipt(self, content: Mapping[str, Any]) -> str:
        """Take a receipt."""
        return str(self._call("/receipts", content)["id"])

    def void(self, carrier_id: str, reason: str) -> None:
        """Take note that a receipt is void."""
        self._call("/voids", {"id": carrier_id, "reason": reason})

    def summary(self, content: Mapping[str, Any]) -> str:
        """Take a day's summary."""
        return str(self._call("/summaries", content)["id"])

    def _call(self, path: str, content: Mapping[str, Any]) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {self._key}"}
        try:
            answer = requests.post(self._address + path, json=dict(content), headers=headers, timeout=_TIMEOUT_S)
            answer.raise_for_status()
            return dict(answer.json())
        except (requests.RequestException, ValueError, TypeError) as error:
            raise Unavailable("payments.carrier", N_("The carrier of receipts does not answer.")) from error


def port() -> Carrier | None:
    """Return the carrier that the operator has set, None without one."""
    if not settings.VAMCO_RECEIPT_CARRIER:
        return None
    key = settings.VAMCO_RECEIPT_CARRIER_KEY
    return HttpCarrier(settings.VAMCO_RECEIPT_CARRIER, key.get_secret_value() if key else "")
