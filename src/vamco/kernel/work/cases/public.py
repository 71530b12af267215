from vamco.kernel.work.cases.contracts import (
    Act,
    Deadline,
    Definition,
    Escalation,
    Given,
    Need,
    Part,
    Party,
    Reason,
    State,
    Terms,
    Turn,
)
from vamco.kernel.work.cases.models import Case, Entry, Promise
from vamco.kernel.work.cases.own import OwnCase, OwnEntry, own, own_case
from vamco.kernel.work.cases.queries.cases import (
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
from vamco.kernel.work.cases.queries.definitions import kinds
from vamco.kernel.work.cases.queries.definitions import newest_of as newest
from vamco.kernel.work.cases.queries.definitions import of as definition_of
from vamco.kernel.work.cases.queries.inbox import EVERYTHING, MOST_COUNTED, Filter, Inbox, Key, Page, View
from vamco.kernel.work.cases.queries.kinds import Kind
from vamco.kernel.work.cases.queries.rights import ASSIGN, may_take
from vamco.kernel.work.cases.rules.diagram import Diagram, draw
from vamco.kernel.work.cases.rules.moves import possible, wants_agency
from vamco.kernel.work.cases.services.acting import Outcome, act, demand, each, kind, register
from vamco.kernel.work.cases.services.holding import assign, claim, give_back, recall, receive, release
from vamco.kernel.work.cases.services.migrating import MIGRATE, Effect, effect, migrate
from vamco.kernel.work.cases.services.opening import open_case
from vamco.kernel.work.cases.services.remarks import comment, followers, watch

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
    "OwnCase",
    "OwnEntry",
    "Page",
    "Part",
    "Party",
    "Promise",
    "Reason",
    "State",
    "Terms",
    "Turn",
    "View",
    "act",
    "acts_for",
    "assign",
    "claim",
    "comment",
    "definition_of",
    "demand",
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
    "own",
    "own_case",
    "possible",
    "promises",
    "recall",
    "receive",
    "register",
    "release",
    "timeline",
    "visible",
    "wants_agency",
    "watch",
    "watched",
]
