from vamco.kernel.base.events.contracts import Plan, ReplayView
from vamco.kernel.base.events.queries import dead_letters, discarded_letters, replays
from vamco.kernel.base.events.services.delivering import discard, emit, handler, retry
from vamco.kernel.base.events.services.replaying import heard, plan, replay, view
from vamco.kernel.base.events.services.replaying import stop as stop_replay

__all__ = [
    "Plan",
    "ReplayView",
    "dead_letters",
    "discard",
    "discarded_letters",
    "emit",
    "handler",
    "heard",
    "plan",
    "replay",
    "replays",
    "retry",
    "stop_replay",
    "view",
]
