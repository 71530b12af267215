from __future__ import annotations

from vamco.kernel.base.jobs import public as jobs
from vamco.systems.traffic.services import registering, reviewing


@jobs.task(reviewing.ASK_REGISTER, retries=5)
def ask_register(case: int, seq: int) -> None:
    """Ask the vehicle register about a violation that was decided on."""
    registering.ask(case, seq)
