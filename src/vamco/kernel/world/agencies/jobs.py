from __future__ import annotations

from vamco.kernel.base import clock
from vamco.kernel.base.jobs import public as jobs
from vamco.kernel.world.agencies import services


@jobs.periodic("agencies.turn", "2 * * * *")
def turn() -> None:
    """A version that begins today shows from its first hour on; an hour that was missed is made up by the next."""
    services.turn(clock.today())
