from __future__ import annotations

from typing import TYPE_CHECKING

from procrastinate.contrib.django import app

from vamco.kernel.base.jobs.recovery import recover

if TYPE_CHECKING:
    from procrastinate import JobContext

STALLED_AFTER_S = 30


@app.periodic(cron="* * * * *")
@app.task(name="jobs.retry_stalled", queueing_lock="jobs.retry_stalled", pass_context=True)
async def retry_stalled(context: JobContext, timestamp: int) -> None:  # noqa: ARG001  # when it was due
    """Put the jobs of workers that died, and what this one lost sight of, back into their queues."""
    await recover(context.app.job_manager, silent_for_s=STALLED_AFTER_S, present=context.job)
