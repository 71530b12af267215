from vamco.systems.warnings.queries import (
    alarm,
    alarm_of,
    directive,
    directives_by_indicator,
    levels,
    open_alarms,
    past_alarms,
    steps,
    unanswered,
)
from vamco.systems.warnings.services.deciding import confirm, deciders, dismiss, take_over
from vamco.systems.warnings.services.directing import issue_directive, issue_directives

__all__ = [
    "alarm",
    "alarm_of",
    "confirm",
    "deciders",
    "directive",
    "directives_by_indicator",
    "dismiss",
    "issue_directive",
    "issue_directives",
    "levels",
    "open_alarms",
    "past_alarms",
    "steps",
    "take_over",
    "unanswered",
]
