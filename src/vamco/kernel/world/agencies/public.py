from vamco.kernel.world.agencies.contracts import AgencyOn, CodeFound
from vamco.kernel.world.agencies.models import Agency
from vamco.kernel.world.agencies.queries import (
    ancestors,
    at_work,
    by_code,
    code_of,
    find,
    get,
    history,
    in_force,
    of_kind,
    on,
    predecessors,
    serving,
    subtree,
    successors,
)

__all__ = [
    "Agency",
    "AgencyOn",
    "CodeFound",
    "ancestors",
    "at_work",
    "by_code",
    "code_of",
    "find",
    "get",
    "history",
    "in_force",
    "of_kind",
    "on",
    "predecessors",
    "serving",
    "subtree",
    "successors",
]
