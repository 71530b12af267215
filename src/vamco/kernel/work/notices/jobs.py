from __future__ import annotations

from typing import TYPE_CHECKING

from vamco.kernel.base.jobs import public as jobs
from vamco.kernel.work.notices.services import delivering, sending

if TYPE_CHECKING:
    from vamco.kernel.work.notices.contracts import ChannelName


@jobs.task(sending.DISPATCH)
def dispatch() -> None:
    sending.dispatch()


@jobs.task(sending.DELIVER)
def deliver(channel: ChannelName) -> None:
    delivering.deliver(channel)


@jobs.periodic("notices.wake", "* * * * *")
def wake() -> None:
    """Send what backed off, what somebody died over, what was queued unheard."""
    sending.dispatch()


@jobs.periodic("notices.gather", "*/10 * * * *")
def gather() -> None:
    delivering.gather()
