from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING, Final

from django.conf import settings

if TYPE_CHECKING:
    from django.http import HttpRequest

_IPV4_PREFIX: Final = 24
_IPV6_PREFIX: Final = 48


def address(request: HttpRequest) -> str:
    """Give the reader's address: as the proxy in front says it, where there is one, else as the socket does."""
    return known_as(str(request.META.get("REMOTE_ADDR", "")), request.headers.get("X-Forwarded-For"))


def known_as(peer: str, forwarded: str | None) -> str:
    """Return the address of whoever stands behind the socket's `peer`: `forwarded` counts only where a proxy writes it."""
    if settings.SECURE_PROXY_SSL_HEADER and forwarded is not None:
        return forwarded.rsplit(",", 1)[-1].strip()[:45]
    return peer[:45]


def network(address: str) -> str:
    """Return the network that an address belongs to, as far as one household, office or provider's customer reaches.

    An IPv4 address that an IPv6 socket shows counts as what it is; what is no address is a network of its own.
    """
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped is not None:
        found = found.ipv4_mapped
    prefix = _IPV4_PREFIX if found.version == 4 else _IPV6_PREFIX  # noqa: PLR2004
    return str(ipaddress.ip_network((found, prefix), strict=False))
