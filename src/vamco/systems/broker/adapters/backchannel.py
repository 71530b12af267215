"""Calls a client's back channel: only the host that is registered, never an address inside that was not declared."""

from __future__ import annotations

import logging
import socket
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode, urlsplit

import urllib3
from django.conf import settings

from vamco.systems.broker.rules import addresses

if TYPE_CHECKING:
    from vamco.systems.broker.contracts import Leaver

log = logging.getLogger(__name__)
_CONNECT_S: Final = 2.0
_READ_S: Final = 4.0
_CONFIRMS: Final = (200, 204)


def confirmed(leaver: Leaver) -> bool:
    """Send a log-out token and return whether the client says that its session has ended. Never raises; follows no redirect."""
    parts = urlsplit(leaver.address)
    host, secure = parts.hostname or "", parts.scheme == "https"
    port = parts.port or (443 if secure else 80)
    try:
        ip = _resolve(host, port, private_network=leaver.private_network)
        if ip is None:
            log.warning("back channel of %s lies where it may not", leaver.client)
            return False
        return _post(leaver, ip, host, port, secure=secure)
    except (OSError, urllib3.exceptions.HTTPError) as error:
        log.warning("back channel of %s: %s", leaver.client, type(error).__name__)
        return False


def _resolve(host: str, port: int, *, private_network: bool) -> str | None:
    """Return the first IP address of a host; None if any of them may not be called. It is the one that is then called."""
    found = [str(each[4][0]) for each in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    loopback = settings.VAMCO_DEMO and host in addresses.LOOPBACK
    allowed = [addresses.reachable(ip, private_network=private_network, loopback=loopback) for ip in found]
    return found[0] if found and all(allowed) else None


def _post(leaver: Leaver, ip: str, host: str, port: int, *, secure: bool) -> bool:
    timeout = urllib3.Timeout(connect=_CONNECT_S, read=_READ_S, total=_READ_S)
    pool = (
        urllib3.HTTPSConnectionPool(ip, port, server_hostname=host, assert_hostname=host, timeout=timeout)
        if secure
        else urllib3.HTTPConnectionPool(ip, port, timeout=timeout)
    )
    parts = urlsplit(leaver.address)
    with pool:
        answer = pool.urlopen(
            "POST",
            parts.path + (f"?{parts.query}" if parts.query else "") or "/",
            body=urlencode({"logout_token": leaver.token}),
            headers={"Host": parts.netloc, "Content-Type": "application/x-www-form-urlencoded"},
            redirect=False,
            retries=False,
            preload_content=False,
        )
        answer.close()
    return answer.status in _CONFIRMS
