"""The hub's acts."""

from vamco.systems.hub.services.collecting import COLLECT, collect, collect_later, collect_now
from vamco.systems.hub.services.disclosing import (
    disclose,
    file_access,
    quarantine,
    sight,
    source_file,
    source_row,
)
from vamco.systems.hub.services.receiving import receive
from vamco.systems.hub.services.registering import put_contracts, put_sources
from vamco.systems.hub.services.shortfalls import coverage, missing_rows, shortfall
from vamco.systems.hub.services.upkeep import close_abandoned, sweep, tell_late

__all__ = [
    "COLLECT",
    "close_abandoned",
    "collect",
    "collect_later",
    "collect_now",
    "coverage",
    "disclose",
    "file_access",
    "missing_rows",
    "put_contracts",
    "put_sources",
    "quarantine",
    "receive",
    "shortfall",
    "sight",
    "source_file",
    "source_row",
    "sweep",
    "tell_late",
]
