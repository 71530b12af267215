from vamco.systems.portal.queries import (
    announcement,
    announcements,
    current,
    earliest_begin,
    findings,
    offices,
    services,
)
from vamco.systems.portal.services import (
    ANNOUNCE,
    announce_downtime,
    beat,
    correct_downtime,
    examine_log,
    withdraw_downtime,
)

__all__ = [
    "ANNOUNCE",
    "announce_downtime",
    "announcement",
    "announcements",
    "beat",
    "correct_downtime",
    "current",
    "earliest_begin",
    "examine_log",
    "findings",
    "offices",
    "services",
    "withdraw_downtime",
]
