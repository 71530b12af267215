from vamco.kernel.work.worktime.contracts import SAME_DAY, Amount, Calendar, Pause, Reason, Step, Unit, Worked
from vamco.kernel.work.worktime.queries import calendar_of, calendars_of
from vamco.kernel.work.worktime.rules.explaining import explain
from vamco.kernel.work.worktime.rules.reckoning import due, running_since, worked

__all__ = [
    "SAME_DAY",
    "Amount",
    "Calendar",
    "Pause",
    "Reason",
    "Step",
    "Unit",
    "Worked",
    "calendar_of",
    "calendars_of",
    "due",
    "explain",
    "running_since",
    "worked",
]
