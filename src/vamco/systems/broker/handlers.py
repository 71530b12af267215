from __future__ import annotations

from typing import Final

from vamco.kernel.base.events import public as events
from vamco.systems.broker import services
from vamco.vocab.identity import StayEnded

_OWN_WISH: Final = ("left", "expired", "replaced")


@events.handler("broker.leave", StayEnded)
def leave(event: StayEnded) -> None:
    """A stay that ended ends at every client; what was given for use without it lasts, unless it ended for a reason to worry."""
    services.leave(event.sid, at_once=True, everything=event.why not in _OWN_WISH)
