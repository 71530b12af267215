"""The line to the portal: who it is, and whether this platform talks to it in its present mode."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.conf import settings

from vamco.kernel.base.modes import public as modes
from vamco.systems.national.adapters import portal as port

if TYPE_CHECKING:
    from vamco.systems.national.adapters.portal import Portal

_SYSTEM = "national"
_kept: dict[tuple[str, ...], Portal] = {}


def connected() -> Portal | None:
    """Return the portal; None where the operator has named none, or while the mode says that the portal does not run.

    In the mode "until it runs" what is to be told waits, and goes in order when the mode is changed: nothing is lost by waiting.
    """
    if not settings.VAMCO_NATIONAL_PORTAL or modes.mode_of(_SYSTEM) is not modes.Mode.CONNECTOR:
        return None
    secret = settings.VAMCO_NATIONAL_SECRET.get_secret_value() if settings.VAMCO_NATIONAL_SECRET else ""
    named = (settings.VAMCO_NATIONAL_PORTAL, settings.VAMCO_NATIONAL_CLIENT, secret, settings.VAMCO_NATIONAL_PROFILE)
    if named not in _kept:
        _kept.clear()
        address, client, _secret, spoken = named
        _kept[named] = port.HttpPortal(address, client, secret, port.profile(spoken), simulated=settings.VAMCO_DEMO)
    return _kept[named]


def filing_link(procedure: str) -> str:
    """Return where the demonstration's simulated portal takes dossiers of a procedure; "" beside a real portal, whose links the pack has."""
    address = settings.VAMCO_NATIONAL_PORTAL
    if not settings.VAMCO_DEMO or not address.startswith("http://"):
        return ""
    return f"{address}/p/home/dvc-chi-tiet-thu-tuc-hanh-chinh.html?{urlencode({'ma_thu_tuc': procedure})}"
