from vamco.kernel.work.cases.contracts import Act, Definition, Kind, State
from vamco.kernel.work.cases.models import Case, Entry
from vamco.kernel.work.cases.queries import acts_for, definition_of, get, inbox, timeline, visible
from vamco.kernel.work.cases.services import act, kind, open_case, register

__all__ = [
    "Act",
    "Case",
    "Definition",
    "Entry",
    "Kind",
    "State",
    "act",
    "acts_for",
    "definition_of",
    "get",
    "inbox",
    "kind",
    "open_case",
    "register",
    "timeline",
    "visible",
]
