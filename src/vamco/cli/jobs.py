"""`vamco jobs list | watch | stop | again`: what waits, runs and failed in the background.

A job that waits is taken out of its queue; one that runs stops at its next report, and what its transaction did is undone.
"""

from __future__ import annotations

import argparse
import time
from typing import TYPE_CHECKING, Final

from vamco.cli.console import say, wording
from vamco.lib.errors import N_

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from vamco.kernel.base.jobs.public import UnderWay

CHAIN: Final = "jobs"  # of the audit log, for what is done at the terminal
EVERY_S: Final = 1.0
SHOWN: Final = 20
BAR: Final = 24


def main(argv: Sequence[str]) -> int:
    """Run one of the four."""
    parser = argparse.ArgumentParser(prog="vamco jobs", description=__doc__)
    does = parser.add_subparsers(dest="does", required=True)
    does.add_parser("list", help="what waits, what runs and how far it is, what failed of late")
    does.add_parser("watch", help="the same, again and again, until Ctrl-C")
    stop = does.add_parser("stop", help="take a job out of its queue, or ask one that runs to stop")
    again = does.add_parser("again", help="put a job that failed for good back into its queue")
    for one in (stop, again):
        one.add_argument("job", type=int, help="its number")
    asked = parser.parse_args(argv)
    from vamco.config.start import start

    start()
    if asked.does == "watch":
        _watch()
    elif asked.does == "list":
        print("\n".join(lines()))
    else:
        _act(asked.does, asked.job)
    return 0


def _act(does: str, job: int) -> None:
    from django.db import transaction

    from vamco.kernel.base.audit import public as audit
    from vamco.kernel.base.jobs import public as jobs

    with transaction.atomic():
        (jobs.stop if does == "stop" else jobs.again)(job)
        audit.record(f"jobs.{does}", actor=audit.SYSTEM, chain=CHAIN, subject=f"job:{job}")
    say(N_("Job %(job)s was told to stop.") if does == "stop" else N_("Job %(job)s waits again."), job=job)


def _watch() -> None:
    from rich.live import Live
    from rich.text import Text

    with Live(Text("\n".join(lines())), auto_refresh=False) as shown:
        while True:
            time.sleep(EVERY_S)
            shown.update(Text("\n".join(lines())), refresh=True)


def lines() -> Iterator[str]:
    """Give the present state of the queues, line by line."""
    from vamco.kernel.base.jobs import public as jobs

    rooms = jobs.rooms()
    if not rooms:
        yield wording(N_("No job waits or runs."))
    for room in rooms:
        yield wording(
            N_("%(room)s: %(waiting)s waiting, %(later)s for later, %(running)s running, %(failed)s failed"),
            room=f"{room.name:<12}",
            waiting=room.waiting,
            later=room.later,
            running=room.running,
            failed=room.failed,
        )
    for one in jobs.under_way():
        yield f"  {one.job:>8}  {one.task:<28} {_far(one)}"
    ended = jobs.ended_badly(SHOWN)
    if ended:
        yield wording(N_("Failed or stopped of late:"))
    for last in ended:
        why = wording(N_("stopped")) if last.stopped else last.reason
        yield f"  {last.job:>8}  {last.task:<28} {last.at:%Y-%m-%d %H:%M} UTC  {why}"


def _far(one: UnderWay) -> str:
    if one.stopping:
        return wording(N_("is about to stop"))
    if one.done is None:
        return wording(N_("runs"))
    if not one.total:
        return f"{one.done:,}"
    full = min(one.done * BAR // one.total, BAR)
    return f"[{'█' * full}{'·' * (BAR - full)}] {one.done:,} / {one.total:,}"
