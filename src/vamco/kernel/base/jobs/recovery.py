"""What a worker that died was doing goes back into the queue."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from procrastinate.exceptions import ConnectorException, UniqueViolation
from procrastinate.jobs import Status

if TYPE_CHECKING:
    from collections.abc import Iterable

    from procrastinate.jobs import Job
    from procrastinate.manager import JobManager

log = logging.getLogger(__name__)


async def recover(manager: JobManager, *, silent_for_s: float, also: Iterable[Job] = ()) -> None:
    """Put back the jobs of workers that gave no sign of life for so long, and those that the asking worker has lost."""
    lost = [*await manager.get_stalled_jobs(seconds_since_heartbeat=silent_for_s), *also]
    for job in lost:
        try:
            await manager.retry_job(job)
        except UniqueViolation:  # a job with the same key waits already and does the same work
            await manager.finish_job(job, status=Status.FAILED, delete_job=True)
        except ConnectorException:  # another worker was faster; whatever it was, the next job must not suffer
            log.warning("job %s could not be put back", job.id, exc_info=True)
