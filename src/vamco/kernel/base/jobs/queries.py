from __future__ import annotations

from django.db import connection

from vamco.kernel.base.jobs.contracts import Ended, Room, UnderWay

_ROOMS = """
SELECT job.queue_name,
    count(*) FILTER (WHERE status = 'todo' AND (scheduled_at IS NULL OR scheduled_at <= now())),
    count(*) FILTER (WHERE status = 'todo' AND scheduled_at > now()),
    count(*) FILTER (WHERE status = 'doing'),
    count(*) FILTER (WHERE status = 'failed'),
    min(coalesce(scheduled_at, (
        SELECT min(at) FROM procrastinate_events AS event WHERE event.job_id = job.id AND event.type = 'deferred'
    ))) FILTER (WHERE status = 'todo' AND (scheduled_at IS NULL OR scheduled_at <= now()))
FROM procrastinate_jobs AS job GROUP BY 1 ORDER BY 1
"""
_UNDER_WAY = """
SELECT job.id, job.task_name,
    (SELECT max(at) FROM procrastinate_events AS event WHERE event.job_id = job.id AND event.type = 'started'),
    work.done, work.total, job.abort_requested
FROM procrastinate_jobs AS job LEFT JOIN jobs_work AS work ON work.job = job.id AND work.state = 'running'
WHERE job.status = 'doing' ORDER BY job.id
"""
_ENDED = """
SELECT work.job, work.task, work.changed_at, work.reason, work.trace, work.state = 'stopped', coalesce(job.status = 'failed', false)
FROM jobs_work AS work LEFT JOIN procrastinate_jobs AS job ON job.id = work.job
WHERE work.state IN ('failed', 'stopped') ORDER BY work.changed_at DESC, work.job DESC LIMIT %s
"""


def rooms() -> list[Room]:
    """Give the queues that hold anything, by name."""
    with connection.cursor() as cursor:
        cursor.execute(_ROOMS)
        return [Room(*row) for row in cursor.fetchall()]


def under_way() -> list[UnderWay]:
    """Give the jobs that workers are doing, the oldest first."""
    with connection.cursor() as cursor:
        cursor.execute(_UNDER_WAY)
        return [UnderWay(*row) for row in cursor.fetchall()]


def ended_badly(limit: int = 50) -> list[Ended]:
    """Give the jobs that failed for good or were stopped, the latest first."""
    with connection.cursor() as cursor:
        cursor.execute(_ENDED, [limit])
        return [Ended(*row) for row in cursor.fetchall()]
