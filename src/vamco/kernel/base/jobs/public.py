"""Slow work, done by the worker: procrastinate behind a few names, so that a job is deferred by its name alone."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING, Any

from django.db import InterfaceError, OperationalError, transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException, JobAborted

from vamco.kernel.base.jobs.contracts import Ended, Room, UnderWay
from vamco.kernel.base.jobs.queries import ended_badly, rooms, under_way
from vamco.kernel.base.jobs.services.progress import BOARD, PutBack, Running, State, Stopped, present, report
from vamco.kernel.base.jobs.services.steering import WHEN_STOPPED, again, stop
from vamco.kernel.base.jobs.services.threads import connected, kept
from vamco.kernel.base.jobs.services.worker import run as work
from vamco.lib.traces import trace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from procrastinate import JobContext
    from procrastinate.jobs import Job

__all__ = [
    "Ended",
    "Room",
    "Stopped",
    "UnderWay",
    "again",
    "ended_badly",
    "later",
    "later_each",
    "names",
    "periodic",
    "report",
    "room_of",
    "rooms",
    "stop",
    "task",
    "under_way",
    "work",
]

LONGEST_WAIT_S = 300
LONGEST_AWAY_S = 600  # so long the database may be away without a failed job being lost
PAUSE_S = 0.5
log = logging.getLogger(__name__)


class JobFailed(Exception):  # noqa: N818  # an error is a noun phrase here
    """What procrastinate is told of a failure, and so logs: the class and code of the error, never its text."""


def task(
    name: str, *, retries: int = 0, stopped: Callable[..., object] | None = None
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Register a job under a name. It must be safe to repeat: a worker may die at its last line.

    `retries`: how often it is tried again after an error, after 2, 4, 8 … s and never more than LONGEST_WAIT_S. `stopped` is called
    with the job's arguments when it ends undone: somebody took it out of the queue before it began, or too many workers died of it.
    """

    def register(function: Callable[..., None]) -> Callable[..., None]:
        if stopped is not None:
            WHEN_STOPPED.add(name, stopped)

        def run(context: JobContext, /, _failures: int = 0, **args: Any) -> None:
            _run(context, lambda: function(**args), retries=retries, failures=_failures, args=args)

        app.task(name=name, queue=room_of(name), pass_context=True)(run)
        return function

    return register


def periodic(name: str, cron: str) -> Callable[[Callable[[], None]], Callable[[], None]]:
    """Register a job that the worker itself starts by the clock; a second one does not queue up behind the first."""

    def register(function: Callable[[], None]) -> Callable[[], None]:
        def run(context: JobContext, /, timestamp: int) -> None:  # procrastinate says for when it was due
            _run(context, function, args={"timestamp": timestamp})

        made = app.task(name=name, queue=room_of(name), queueing_lock=name, pass_context=True)(run)
        app.periodic(cron=cron)(made)
        return function

    return register


def room_of(name: str) -> str:
    """Give the room that a name belongs to: what stands before its first dot."""
    return name.partition(".")[0]


def _run(
    context: JobContext, function: Callable[[], None], *, args: dict[str, Any], retries: int = 0, failures: int = 0
) -> None:
    """Do a job in a thread of the worker, and say to procrastinate how it ended."""
    job = context.job
    assert job.id is not None  # noqa: S101  # it comes from the table
    running = BOARD.running[job.id] = Running(job.id, job.task_name, context.abort_reason)
    token = present.set(running)
    try:
        with kept():
            function()
    except Stopped:
        running.outcome = State.STOPPED
        raise JobAborted from None
    except PutBack:
        running.outcome = State.AGAIN
        _again(job, failures, args, after=0)
    except Exception as error:  # noqa: BLE001  # whatever a handler or a job raises
        running.trace = trace(error)
        running.outcome = State.FAILED if failures >= retries else State.AGAIN
        log.error("job %s %s failed: %s", job.task_name, job.id, running.trace.text)  # noqa: TRY400  # no text of errors
        if failures >= retries:
            raise JobFailed(running.trace.reason) from None
        _again(job, failures + 1, args, after=min(2 ** (failures + 1), LONGEST_WAIT_S))
    finally:
        present.reset(token)


def _again(job: Job, failures: int, args: dict[str, Any], *, after: int) -> None:
    """Defer a job anew; procrastinate's own retry breaks where a job with the same key waits already.

    While the database is away this waits: most likely that is why the job failed, and without it there is nothing to do.
    """
    deadline = time.monotonic() + LONGEST_AWAY_S
    while True:
        try:
            with connected():
                later(
                    job.task_name,
                    key=job.queueing_lock,
                    lock=job.lock,
                    room=job.queue,
                    after=after,
                    **({"_failures": failures} if failures else {}),
                    **args,
                )
        except (OperationalError, InterfaceError, ConnectorException):
            if time.monotonic() > deadline:
                raise
            time.sleep(PAUSE_S)
        else:
            return


def later(
    name: str, /, *, key: str | None = None, lock: str | None = None, room: str = "", after: int = 0, **args: Any
) -> bool:
    """Defer a job, if and only if the present transaction commits.

    `key`: at most one waiting job with this key; False says that one is waiting already. `lock`: jobs with the same lock
    run one after the other. `room`: in whose turn it is done, by default that of its name. `after`: seconds to wait first.
    """
    job = app.configure_task(
        name,
        queue=room or room_of(name),
        queueing_lock=key,
        lock=lock,
        schedule_in={"seconds": after} if after else None,
    )
    try:
        with transaction.atomic():  # a savepoint: a job that waits already must not spoil the caller's transaction
            job.defer(**args)
    except AlreadyEnqueued:
        return False
    return True


def later_each(name: str, /, wanted: Iterable[tuple[str, str, dict[str, Any]]]) -> None:
    """Defer jobs in one statement, if and only if the present transaction commits: (key, room, arguments) of each.

    Only for keys that are new; where one waits already, the whole transaction is spoilt.
    """
    deferred = [
        app.configure_task(name, queue=room, queueing_lock=key).make_new_job(**args) for key, room, args in wanted
    ]
    if deferred:
        app.job_manager.batch_defer_jobs(deferred)


def names() -> set[str]:
    """Give the names of all registered jobs."""
    return set(app.tasks)
