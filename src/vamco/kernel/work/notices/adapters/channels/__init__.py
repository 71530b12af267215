"""Ways to a person behind one port: e-mail, SMS, Web Push, Zalo. Which of them serve, and how, the operator sets."""

from __future__ import annotations

import hmac
from functools import lru_cache
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.crypto import salted_hmac

from vamco.kernel.work.notices.contracts import CHANNELS
from vamco.lib.errors import N_, Missing

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vamco.kernel.work.notices.contracts import Channel, ChannelName, Report

SIMULATED = "simulated"


def serves(channel: ChannelName) -> bool:
    """Whether the operator has set the channel up."""
    return bool(settings.VAMCO_CHANNELS[channel])


def channel(name: ChannelName) -> Channel:
    """Give the adapter of a channel that serves."""
    return _adapter(name, settings.VAMCO_CHANNELS[name], settings.VAMCO_SITE_URL)


def report_path(name: ChannelName) -> str:
    """Give the path on this site at which the provider of a channel tells what was delivered; nobody else knows it."""
    return f"/notices/reports/{name}/{_token(name)}"


def read_report(
    name: str, token: str, headers: Mapping[str, str], query: Mapping[str, str], body: bytes
) -> tuple[ChannelName, Report] | None:
    """Read what came there; None when it is nothing to note, Missing for whoever does not know the path."""
    known = next((channel for channel in CHANNELS if channel == name and serves(channel)), None)
    if known is None or not hmac.compare_digest(token.encode(), _token(known).encode()):
        raise Missing("notices.no_report", N_("There is nothing here."))
    found = channel(known).read_report(headers, query, body)
    return (known, found) if found else None


def _token(name: ChannelName) -> str:
    return salted_hmac("vamco.notices.report", name, algorithm="sha256").hexdigest()[:32]


@lru_cache(maxsize=32)
def _adapter(name: ChannelName, url: str, site: str) -> Channel:
    if url == SIMULATED:
        from vamco.kernel.work.notices.adapters.channels.simulated import Simulated

        return Simulated(name)
    match name:
        case "email":
            from vamco.kernel.work.notices.adapters.channels.email import Email

            return Email(url)
        case "sms":
            from vamco.kernel.work.notices.adapters.channels.sms import Sms

            return Sms(url, site + report_path("sms"))
        case "push":
            from vamco.kernel.work.notices.adapters.channels.push import Push

            return Push(url)
        case "zalo":
            from vamco.kernel.work.notices.adapters.channels.zalo import Zalo

            return Zalo(url)
