"""The hub's acts."""

from vamco.systems.hub.services.collecting import collect
from vamco.systems.hub.services.receiving import receive
from vamco.systems.hub.services.registering import put_contracts, put_sources
from vamco.systems.hub.services.upkeep import close_abandoned, sweep, tell_late

__all__ = ["close_abandoned", "collect", "put_contracts", "put_sources", "receive", "sweep", "tell_late"]
