from __future__ import annotations

from typing import TYPE_CHECKING, cast

from procrastinate.contrib.django import app

from vamco.kernel.base.jobs import public
from vamco.kernel.base.jobs.services import steering
from vamco.kernel.base.jobs.services.recovery import recover

if TYPE_CHECKING:
    from procrastinate import JobContext

    from vamco.kernel.base.jobs.services.turns import Turns

STALLED_AFTER_S = 30


@app.periodic(cron="* * * * *")
@app.task(name="jobs.retry_stalled", queue="jobs", queueing_lock="jobs.retry_stalled", pass_context=True)
async def retry_stalled(context: JobContext, timestamp: int) -> None:  # noqa: ARG001  # when it was due
    """Put the jobs of workers that died, and what this one lost sight of, back into their queues."""
    manager = cast("Turns", context.app.job_manager)
    mine = context.job.worker_id
    await recover(manager, silent_for_s=STALLED_AFTER_S, also=await manager.lost(mine) if mine is not None else ())


@public.periodic("jobs.tidy", "41 * * * *")
def tidy() -> None:
    """Forget what failed long ago."""
    steering.tidy()
