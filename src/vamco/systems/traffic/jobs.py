from __future__ import annotations

from vamco.kernel.base.jobs import public as jobs
from vamco.systems.traffic.services import alarms, ending, publishing, registering, reviewing, travelling


@jobs.task(reviewing.ASK_REGISTER, retries=5)
def ask_register(case: int, seq: int) -> None:
    """Ask the vehicle register about a violation that was decided on."""
    registering.ask(case, seq)


@jobs.periodic("traffic.end", "23 18 * * *")
def end() -> None:
    """End what is past its limitation, and warn inspection of notices without an answer."""
    ending.end_lapsed()
    ending.warn_inspection()


@jobs.periodic("traffic.ask_silent", "41 */6 * * *")
def ask_silent() -> None:
    """Ask a register that did not answer again, and end what it was silent about for too long."""
    registering.ask_silent()


@jobs.periodic("traffic.retain", "37 19 * * *")
def retain() -> None:
    """Delete what need not be kept any longer."""
    ending.retain()


@jobs.periodic("traffic.alarms", "* * * * *")
def alarm() -> None:
    """Notify operators of cameras in doubt."""
    alarms.look()


@jobs.periodic("traffic.travel", "4 * * * *")
def travel() -> None:
    """Measure travel times of the hour that is over."""
    travelling.measure()


@jobs.periodic("traffic.publish", "9 * * * *")
def publish() -> None:
    """Publish counts, incidents, violations and the health of cameras."""
    publishing.publish()
