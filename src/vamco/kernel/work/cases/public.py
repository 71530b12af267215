from vamco.kernel.work.cases.contracts import (
    Act,
    Deadline,
    Definition,
    Escalation,
    Given,
    Kind,
    Need,
    Part,
    Party,
    Reason,
    State,
    Turn,
)
from vamco.kernel.work.cases.definitions import kinds
from vamco.kernel.work.cases.definitions import newest_of as newest
from vamco.kernel.work.cases.definitions import of as definition_of
from vamco.kernel.work.cases.diagram import Diagram, draw
from vamco.kernel.work.cases.holding import ASSIGN, assign, claim, give_back, may_take, receive, release
from vamco.kernel.work.cases.inbox import EVERYTHING, MOST_COUNTED, Filter, Inbox, Key, Page, View
from vamco.kernel.work.cases.migrating import MIGRATE, Effect, effect, migrate
from vamco.kernel.work.cases.models import Case, Entry, Promise
from vamco.kernel.work.cases.opening import open_case
from vamco.kernel.work.cases.queries import (
    Load,
    acts_for,
    get,
    holding_for,
    load,
    number,
    promises,
    timeline,
    visible,
    watched,
)
from vamco.kernel.work.cases.remarks import comment, followers, watch
from vamco.kernel.work.cases.rules import wants_agency
from vamco.kernel.work.cases.services import Outcome, act, each, kind, register

__all__ = [
    "ASSIGN",
    "EVERYTHING",
    "MIGRATE",
    "MOST_COUNTED",
    "Act",
    "Case",
    "Deadline",
    "Definition",
    "Diagram",
    "Effect",
    "Entry",
    "Escalation",
    "Filter",
    "Given",
    "Inbox",
    "Key",
    "Kind",
    "Load",
    "Need",
    "Outcome",
    "Page",
    "Part",
    "Party",
    "Promise",
    "Reason",
    "State",
    "Turn",
    "View",
    "act",
    "acts_for",
    "assign",
    "claim",
    "comment",
    "definition_of",
    "draw",
    "each",
    "effect",
    "followers",
    "get",
    "give_back",
    "holding_for",
    "kind",
    "kinds",
    "load",
    "may_take",
    "migrate",
    "newest",
    "number",
    "open_case",
    "promises",
    "receive",
    "register",
    "release",
    "timeline",
    "visible",
    "wants_agency",
    "watch",
    "watched",
]
