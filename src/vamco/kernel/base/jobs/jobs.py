from __future__ import annotations

from procrastinate import JobContext
from procrastinate.contrib.django import app

STALLED_AFTER_S = 30


@app.periodic(cron="* * * * *")
@app.task(name="jobs.retry_stalled", queueing_lock="jobs.retry_stalled", pass_context=True)
async def retry_stalled(context: JobContext, timestamp: int) -> None:  # noqa: ARG001  # when it was due
    """Puts the jobs of workers that died back into their queues."""
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_AFTER_S):
        await manager.retry_job(job)
