"""What a worker that died was doing goes back into the queue, unless it seems to be what kills workers."""

from __future__ import annotations

import datetime as dt
import logging
import random
from typing import TYPE_CHECKING, Final

from asgiref.sync import sync_to_async
from procrastinate.exceptions import ConnectorException, UniqueViolation
from procrastinate.jobs import Status

from vamco.kernel.base.jobs.services import progress, steering
from vamco.lib.traces import Trace

if TYPE_CHECKING:
    from collections.abc import Iterable

    from procrastinate.jobs import Job
    from procrastinate.manager import JobManager

AT_ONCE: Final = 3  # times that a job goes back into the queue at once; then it lets the others go first
MOST: Final = 12  # times that it goes back at all
LONGEST_S: Final = 60
DIED: Final = "WorkerDied"  # the reason that is kept
log = logging.getLogger(__name__)


async def recover(manager: JobManager, *, silent_for_s: float, also: Iterable[Job] = ()) -> None:
    """Put back the jobs of workers that gave no sign of life for so long, and those that the asking worker has lost.

    A job under which MOST workers have died fails for good: the next one would die too, and with it what else it was doing. Who
    died under the same worker comes back one after the other, in any order, and one at most is given up: so what kills is found out.
    """
    lost = [*await manager.get_stalled_jobs(seconds_since_heartbeat=silent_for_s), *also]
    random.shuffle(lost)
    worst = max(lost, key=lambda job: job.attempts, default=None)
    for place, job in enumerate(lost):
        try:
            if job is worst and job.attempts >= MOST:
                await _give_up(manager, job)
            else:
                await manager.retry_job(job, _again_at(job.attempts, place))
        except UniqueViolation:  # a job with the same key waits already and does the same work
            await manager.finish_job(job, status=Status.FAILED, delete_job=True)
        except ConnectorException:  # another worker was faster; whatever it was, the next job must not suffer
            log.warning("job %s could not be put back", job.id, exc_info=True)


def _again_at(attempts: int, place: int) -> dt.datetime:
    wait = 0 if attempts < AT_ONCE else min(2**attempts, LONGEST_S) * (1 + place)
    return dt.datetime.now(dt.UTC) + dt.timedelta(seconds=wait)


async def _give_up(manager: JobManager, job: Job) -> None:
    assert job.id is not None  # noqa: S101  # it comes from the table
    ended = progress.Running(job.id, job.task_name, lambda: None, outcome=progress.State.FAILED, trace=Trace(DIED, ""))
    await manager.connector.execute_query_async(query=progress.WRITE, **progress.row(ended, ended=True))
    await manager.finish_job(job, status=Status.FAILED, delete_job=False)
    await sync_to_async(steering.tell_stopped)(
        job.task_name, job.task_kwargs
    )  # last: it must not keep a job from ending
    log.error("job %s %s was given up: %s workers died while doing it", job.task_name, job.id, job.attempts)
