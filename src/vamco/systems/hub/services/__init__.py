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
from vamco.systems.hub.services.holding import RELEASE, reject, release
from vamco.systems.hub.services.missing import missing_rows
from vamco.systems.hub.services.offering import publish
from vamco.systems.hub.services.receiving import receive
from vamco.systems.hub.services.registering import put_contracts, put_sources
from vamco.systems.hub.services.upkeep import close_abandoned, sweep, tell_late
from vamco.systems.hub.services.voiding import open_rows, restore_rows, void_rows, voidings

__all__ = [
    "COLLECT",
    "RELEASE",
    "close_abandoned",
    "collect",
    "collect_later",
    "collect_now",
    "disclose",
    "file_access",
    "missing_rows",
    "open_rows",
    "publish",
    "put_contracts",
    "put_sources",
    "quarantine",
    "receive",
    "reject",
    "release",
    "restore_rows",
    "sight",
    "source_file",
    "source_row",
    "sweep",
    "tell_late",
    "void_rows",
    "voidings",
]
