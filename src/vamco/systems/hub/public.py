from vamco.systems.hub.queries import (
    contract,
    delivered_on,
    engine,
    freshness,
    quarantine,
    relation,
    run,
    run_of,
    runs,
    source_row,
    sources,
)
from vamco.systems.hub.services import close_abandoned, collect, receive, tell_late

__all__ = [
    "close_abandoned",
    "collect",
    "contract",
    "delivered_on",
    "engine",
    "freshness",
    "quarantine",
    "receive",
    "relation",
    "run",
    "run_of",
    "runs",
    "source_row",
    "sources",
    "tell_late",
]
