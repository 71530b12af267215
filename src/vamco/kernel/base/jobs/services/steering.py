from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction
from procrastinate.contrib.django import app

from vamco.kernel.base.jobs.models import Work
from vamco.lib.errors import N_, Missing, Refused
from vamco.lib.registry import Registry

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

KEPT = dt.timedelta(days=14)  # what failed or was stopped, for those who look after the platform
KEPT_PERIODIC = dt.timedelta(days=1)  # of a job that the clock starts again anyway
LARGEST = 2**63 - 1  # number of a job; an address may name a larger one

WHEN_STOPPED: Registry[str, Callable[..., object]] = Registry("end of a stopped job")  # see tell_stopped

_TIDY = """
DELETE FROM procrastinate_jobs AS job
WHERE job.status NOT IN ('todo', 'doing') AND coalesce(
    (SELECT max(event.at) FROM procrastinate_events AS event WHERE event.job_id = job.id), '-infinity'
) < now() - CASE WHEN job.task_name = ANY(%s) THEN make_interval(secs => %s) ELSE make_interval(secs => %s) END
"""


def stop(job: int) -> None:
    """Take a job that waits out of the queue, or ask one that runs to stop, which it does at its next report; audit is the caller's."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT status = 'todo', task_name, args FROM procrastinate_jobs WHERE id = %s AND status IN ('todo', 'doing') FOR UPDATE",
            [min(job, LARGEST)],
        )
        found = cursor.fetchone()
        if found is None or not app.job_manager.cancel_job_by_id(job, abort=True):
            raise Missing("jobs.no_job", N_("Job %(job)s neither waits nor runs."), job=job)
        waited, name, args = found
        if waited:
            tell_stopped(name, json.loads(args))


def tell_stopped(name: str, args: Mapping[str, Any]) -> None:
    """Do what is to be done when a job ends without having been done: stopped before it began, or given up."""
    if name in WHEN_STOPPED:
        WHEN_STOPPED[name](**{key: value for key, value in args.items() if not key.startswith("_")})


def again(job: int) -> None:
    """Put a job that failed for good back into its queue; audit is the caller's."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT queueing_lock FROM procrastinate_jobs WHERE id = %s AND status = 'failed' FOR UPDATE",
            [min(job, LARGEST)],
        )
        found = cursor.fetchone()
        if found is None:
            raise Missing("jobs.not_failed", N_("There is no failed job %(job)s."), job=job)
        cursor.execute("SELECT 1 FROM procrastinate_jobs WHERE status = 'todo' AND queueing_lock = %s", found)
        if cursor.fetchone():
            raise Refused("jobs.waits_already", N_("The same job waits already."))
        cursor.execute("SELECT procrastinate_retry_job_v2(%s, now(), NULL, NULL, NULL)", [job])
        # As many workers may die of it as of a new one.
        cursor.execute("UPDATE procrastinate_jobs SET attempts = 0 WHERE id = %s", [job])
        Work.objects.filter(job=job).delete()


def tidy() -> None:
    """Forget what failed or was stopped long ago. Without it the failures of a dead database would stay for ever."""
    periodic = [entry.task.name for entry in app.periodic_registry.periodic_tasks.values()]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_TIDY, [periodic, KEPT_PERIODIC.total_seconds(), KEPT.total_seconds()])
        cursor.execute(
            "DELETE FROM jobs_work WHERE changed_at < now() - make_interval(secs => %s)", [KEPT.total_seconds()]
        )
