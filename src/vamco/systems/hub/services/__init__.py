"""The hub's acts."""

from vamco.systems.hub.services.collecting import COLLECT, collect, collect_later, collect_now
from vamco.systems.hub.services.receiving import receive
from vamco.systems.hub.services.registering import put_contracts, put_sources
from vamco.systems.hub.services.upkeep import close_abandoned, sweep, tell_late

__all__ = [
    "COLLECT",
    "close_abandoned",
    "collect",
    "collect_later",
    "collect_now",
    "put_contracts",
    "put_sources",
    "receive",
    "sweep",
    "tell_late",
]
