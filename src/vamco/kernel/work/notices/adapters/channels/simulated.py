from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from vamco.kernel.work.notices.adapters.simulators.provider import RETRY_AFTER_S, Mood, Provider
from vamco.kernel.work.notices.contracts import Outcome, Receipt, Report

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from vamco.kernel.work.notices.contracts import ChannelName, Parcel

KEPT = 1000


class Simulated:
    """A channel in this process that reaches nobody: for the demonstration, and to see what would be sent."""

    reports = False

    def __init__(self, name: ChannelName, provider: Provider | None = None) -> None:
        self.provider = provider or Provider(idempotent=name == "sms", keep=KEPT)
        self.idempotent = self.provider.idempotent

    @contextlib.contextmanager
    def open(self) -> Iterator[SimulatedLine]:
        """Give a line."""
        yield SimulatedLine(self.provider)

    def read_report(self, headers: Mapping[str, str], query: Mapping[str, str], body: bytes) -> Report | None:  # noqa: ARG002
        """It tells nothing."""
        return None


class SimulatedLine:
    """A line to it."""

    def __init__(self, provider: Provider) -> None:
        self._provider = provider

    def send(self, parcel: Parcel) -> Receipt:
        """Send one message to nobody."""
        found = self._provider.receive(parcel.key, parcel.to, parcel.title, parcel.text)
        match found.mood:
            case Mood.TAKES:
                return Receipt(Outcome.TAKEN, "duplicate" if found.duplicate else "", found.reference)
            case Mood.BUSY:
                return Receipt(Outcome.BUSY, "busy", after=RETRY_AFTER_S)
            case Mood.DOWN:
                return Receipt(Outcome.LATER, "down")
            case Mood.LOSES | Mood.SILENT:
                return Receipt(Outcome.DOUBTFUL, found.mood.value)
            case Mood.REFUSES:
                return Receipt(Outcome.REFUSED, "no_addressee", bars=True)
            case Mood.BROKE:
                return Receipt(Outcome.STOPPED, "no_service")
