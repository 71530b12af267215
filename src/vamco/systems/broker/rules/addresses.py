"""Which addresses of clients are taken: where people are sent to, and where the back channel calls."""

from __future__ import annotations

import ipaddress
import re
from typing import Final
from urllib.parse import urlsplit

from vamco.lib.errors import N_

LOOPBACK: Final = ("localhost", "127.0.0.1", "::1")
_HOST: Final = re.compile(r"(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{1,62}")
LONGEST: Final = 300


def fault(address: str, *, demonstration: bool) -> str:
    """Return what is wrong with an address as a msgid, "" for nothing: https and a full host name; this machine in a demonstration."""
    if not address.isascii() or not address.isprintable() or " " in address or len(address) > LONGEST:
        return N_("An address has at most 300 ASCII characters and no spaces.")
    try:
        parts = urlsplit(address)
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        return N_("This is not an address.")
    if any(sign in address for sign in "#*\\") or parts.username is not None:
        return N_("An address must not contain “#”, “*” or a user name.")
    return _host_fault(parts.scheme, host, demonstration=demonstration)


def _host_fault(scheme: str, host: str, *, demonstration: bool) -> str:
    if host in LOOPBACK and scheme in {"http", "https"}:
        return "" if demonstration else N_("An address on this machine is accepted only in the demonstration.")
    if scheme != "https":
        return N_("An address must begin with https://")
    if not _HOST.fullmatch(host):
        return N_("An address needs a full host name, such as baocao.tayninh.gov.vn")
    return ""


def origin(address: str) -> str:
    """Return scheme, host and port of an address."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


def reachable(found: str, *, private_network: bool, loopback: bool) -> bool:
    """Whether the back channel may call an IP address: a public one; a private one only where that was declared."""
    try:
        ip = ipaddress.ip_address(found)
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped is not None:
        ip = ip.ipv4_mapped
    if ip.is_loopback:
        return loopback
    if ip.is_link_local or ip.is_multicast or ip.is_unspecified or ip.is_reserved:
        return False
    return ip.is_global or private_network
