"""What rooms hold of persons, as they register it; identity and the kernel, which lie below, are registered by this system."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vamco.lib.registry import Registry

if TYPE_CHECKING:
    from vamco.systems.privacy.contracts import Holding

_holdings: Registry[str, Holding] = Registry("holding of personal data")


def register(holding: Holding) -> None:
    """Add what a room holds of persons; TypeError when another has its code."""
    _holdings.add(holding.code, holding)


def holdings() -> list[Holding]:
    """Return all holdings in the order of their codes, which is that of exports and erasures."""
    return [_holdings[code] for code in sorted(_holdings)]
