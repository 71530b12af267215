from vamco.systems.warnings.queries import (
    alarm,
    directed_about,
    directive,
    directives_by_indicator,
    levels,
    open_alarms,
    past_alarms,
    register,
    register_counts,
    registered,
    steps,
    words_of,
)
from vamco.systems.warnings.services.deciding import confirm, dismiss, issue_directive

__all__ = [
    "alarm",
    "confirm",
    "directed_about",
    "directive",
    "directives_by_indicator",
    "dismiss",
    "issue_directive",
    "levels",
    "open_alarms",
    "past_alarms",
    "register",
    "register_counts",
    "registered",
    "steps",
    "words_of",
]
