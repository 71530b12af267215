from vamco.systems.warnings.queries import (
    alarm,
    directive,
    directives_by_indicator,
    levels,
    open_alarms,
    past_alarms,
    steps,
)
from vamco.systems.warnings.services.deciding import confirm, dismiss, issue_directive

__all__ = [
    "alarm",
    "confirm",
    "directive",
    "directives_by_indicator",
    "dismiss",
    "issue_directive",
    "levels",
    "open_alarms",
    "past_alarms",
    "steps",
]
