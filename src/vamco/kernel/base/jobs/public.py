"""Slow work, done by the worker: procrastinate behind four names, so that a job is deferred by its name alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import close_old_connections, transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

if TYPE_CHECKING:
    from collections.abc import Callable

Task = "Callable[..., None]"


def task(name: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Registers a job under a name. It must be safe to repeat: a worker may die at its last line."""

    def register(function: Callable[..., None]) -> Callable[..., None]:
        def run(**args: Any) -> None:
            close_old_connections()
            function(**args)

        app.task(name=name)(run)
        return function

    return register


def periodic(name: str, cron: str) -> Callable[[Callable[[], None]], Callable[[], None]]:
    """Registers a job that the worker itself starts by the clock; a second one does not queue up behind the first."""

    def register(function: Callable[[], None]) -> Callable[[], None]:
        def run(timestamp: int) -> None:  # noqa: ARG001  # procrastinate says for when it was due
            close_old_connections()
            function()

        app.periodic(cron=cron)(app.task(name=name, queueing_lock=name)(run))
        return function

    return register


def later(name: str, *, key: str | None = None, lock: str | None = None, after: int = 0, **args: Any) -> bool:
    """Defers a job, if and only if the present transaction commits.

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
    """All registered jobs."""
    return set(app.tasks)
