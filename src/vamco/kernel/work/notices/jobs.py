from __future__ import annotations

from typing import TYPE_CHECKING

from vamco.kernel.base.jobs import public as jobs
from vamco.kernel.work.notices import delivering, services

if TYPE_CHECKING:
    from vamco.kernel.work.notices.contracts import ChannelName


@jobs.task(services.DISPATCH)
def dispatch() -> None:
    services.dispatch()


@jobs.task(services.DELIVER)
def deliver(channel: ChannelName) -> None:
    delivering.deliver(channel)


@jobs.periodic("notices.wake", "* * * * *")
def wake() -> None:
    """Send what backed off, what somebody died over, what was queued unheard."""
    services.dispatch()


@jobs.periodic("notices.gather", "*/10 * * * *")
def gather() -> None:
    delivering.gather()
