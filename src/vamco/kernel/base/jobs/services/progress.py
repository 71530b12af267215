"""How far a running job is, and whether it should stop: notes in the worker's memory, so that a report costs a job nothing."""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from procrastinate.job_context import AbortReason

from vamco.kernel.base.jobs.models import Work

if TYPE_CHECKING:
    from collections.abc import Callable

    from vamco.lib.traces import Trace

State = Work.State


class Stopped(BaseException):
    """Somebody asked the job to stop. No `except Exception` on the way out may take it for a failure."""


class PutBack(BaseException):
    """The worker must go before the job is done: it goes back into the queue."""


@dataclass(slots=True)
class Running:
    """A job that a thread of this worker is doing. The thread writes, the worker's loop reads."""

    job: int
    task: str
    asked: Callable[[], AbortReason | None]
    step: tuple[int, int | None] | None = None  # (done, total), in one assignment
    written: tuple[int, int | None] | None = None  # what the loop has written down last
    outcome: State = State.DONE
    trace: Trace | None = None

    @property
    def telling(self) -> bool:
        """Whether there is anything to write down at its end."""
        return self.step is not None or self.outcome in {State.FAILED, State.STOPPED}


@dataclass(slots=True)
class Board:
    """The jobs of this process by number."""

    running: dict[int, Running] = field(default_factory=dict)


BOARD = Board()
present: ContextVar[Running | None] = ContextVar("job", default=None)


def report(done: int, total: int | None = None) -> None:
    """Say how far the present job is: so many of so many, or of nobody knows how many. Outside a job it does nothing.

    This is where a job stops when it was asked to (its transaction rolls back), so a long one should report often.
    """
    running = present.get()
    if running is None:
        return
    running.step = (done, total)
    wish = running.asked()
    if wish is AbortReason.USER_REQUEST:
        raise Stopped
    if wish is AbortReason.SHUTDOWN:
        raise PutBack


WRITE = """
INSERT INTO jobs_work AS known (job, task, state, done, total, reason, trace, began_at, changed_at)
VALUES (%(job)s, %(task)s, %(state)s, %(done)s, %(total)s, %(reason)s, %(trace)s, now(), now())
ON CONFLICT (job) DO UPDATE SET state = excluded.state, done = excluded.done, total = excluded.total, reason = excluded.reason,
    trace = excluded.trace, changed_at = excluded.changed_at
"""


def row(running: Running, *, ended: bool) -> dict[str, Any]:
    """Give what WRITE needs."""
    done, total = running.step or (0, None)
    reason, trace = (running.trace.reason, running.trace.text) if ended and running.trace else ("", "")
    return {
        "job": running.job,
        "task": running.task,
        "state": str(running.outcome if ended else State.RUNNING),
        "done": done,
        "total": total,
        "reason": reason[:200],
        "trace": trace,
    }
