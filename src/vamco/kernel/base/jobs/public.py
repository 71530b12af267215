"""Slow work, done by the worker: procrastinate behind a few names, so that a job is deferred by its name alone."""

from __future__ import annotations

import contextlib
import logging
import time
from typing import TYPE_CHECKING, Any

from django.db import InterfaceError, OperationalError, connection, transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException

from vamco.kernel.base.jobs.worker import run as work

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from procrastinate import JobContext
    from procrastinate.jobs import Job

__all__ = ["later", "names", "periodic", "task", "work"]

LONGEST_WAIT_S = 300
LONGEST_AWAY_S = 600  # so long the database may be away without a failed job being lost
PAUSE_S = 0.5
log = logging.getLogger(__name__)


def task(name: str, *, retries: int = 0) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Register a job under a name. It must be safe to repeat: a worker may die at its last line.

    `retries`: how often it is tried again after an error, after 2, 4, 8 … s and never more than LONGEST_WAIT_S.
    """

    def register(function: Callable[..., None]) -> Callable[..., None]:
        def run(context: JobContext, /, _failures: int = 0, **args: Any) -> None:
            try:
                with _connected():
                    function(**args)
            except Exception:
                if _failures >= retries:
                    raise
                log.exception("job %s failed and is tried again", name)
                _again(context.job, _failures + 1, args)

        app.task(name=name, pass_context=True)(run)
        return function

    return register


@contextlib.contextmanager
def _connected() -> Iterator[None]:
    """Let the job have a connection of its own and leave none behind: the threads of a worker come and go."""
    try:
        yield
    finally:
        if not connection.in_atomic_block:  # but not that of a test
            connection.close()


def _again(job: Job, failures: int, args: dict[str, Any]) -> None:
    """Defer a failed job anew; procrastinate's own retry breaks where a job with the same key waits already.

    While the database is away this waits: most likely that is why the job failed, and without it there is nothing to do.
    """
    wait = min(2**failures, LONGEST_WAIT_S)
    deadline = time.monotonic() + LONGEST_AWAY_S
    while True:
        try:
            with _connected():
                later(job.task_name, key=job.queueing_lock, lock=job.lock, after=wait, _failures=failures, **args)
        except (OperationalError, InterfaceError, ConnectorException):
            if time.monotonic() > deadline:
                raise
            time.sleep(PAUSE_S)
        else:
            return


def periodic(name: str, cron: str) -> Callable[[Callable[[], None]], Callable[[], None]]:
    """Register a job that the worker itself starts by the clock; a second one does not queue up behind the first."""

    def register(function: Callable[[], None]) -> Callable[[], None]:
        def run(timestamp: int) -> None:  # noqa: ARG001  # procrastinate says for when it was due
            with _connected():
                function()

        app.periodic(cron=cron)(app.task(name=name, queueing_lock=name)(run))
        return function

    return register


def later(name: str, /, *, key: str | None = None, lock: str | None = None, after: int = 0, **args: Any) -> bool:
    """Defer a job, if and only if the present transaction commits.

    `key`: at most one waiting job with this key; False says that one is waiting already. `lock`: jobs with the same lock
    run one after the other. `after`: seconds to wait first.
    """
    job = app.configure_task(name, queueing_lock=key, lock=lock, schedule_in={"seconds": after} if after else None)
    try:
        with transaction.atomic():  # a savepoint: a job that waits already must not spoil the caller's transaction
            job.defer(**args)
    except AlreadyEnqueued:
        return False
    return True


def names() -> set[str]:
    """Give the names of all registered jobs."""
    return set(app.tasks)
