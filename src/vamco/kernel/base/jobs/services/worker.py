"""The worker process: does up to THREADS jobs at a time, one of each room, and stops cleanly on SIGTERM or SIGINT."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, cast

from asgiref.sync import sync_to_async
from django.db import connections
from procrastinate.contrib.django import app
from procrastinate.jobs import DeleteJobCondition

from vamco.kernel.base.jobs.services.recovery import recover
from vamco.kernel.base.jobs.services.threads import close_kept
from vamco.kernel.base.jobs.services.turns import Turns, TurnsWorker

if TYPE_CHECKING:
    from procrastinate.contrib.django.django_connector import DjangoConnector

THREADS = 4
STOP_WITHIN_S = (
    20.0  # so long a job may go on after the worker was told to stop; then it is put back at its next report
)


async def _run(*, alone: bool, wait: bool) -> None:
    # A second app over its own connections fetches the jobs; code inside a job still defers through Django's connection,
    # so that what it defers rolls back with it.
    connector = cast("DjangoConnector", app.connector).get_worker_connector()
    worker = app.with_connector(connector)
    worker.job_manager = manager = Turns(connector, until_empty=not wait)
    pool = ThreadPoolExecutor(THREADS, thread_name_prefix="job")
    asyncio.get_running_loop().set_default_executor(pool)  # where procrastinate runs jobs; the loop shuts it down
    try:
        async with worker.open_async():
            if alone:
                await recover(manager, silent_for_s=0)
            worker.perform_import_paths()  # type: ignore[no-untyped-call]
            await TurnsWorker(  # type: ignore[no-untyped-call]
                manager,
                app=worker,
                wait=wait,
                concurrency=THREADS,
                install_signal_handlers=wait,
                delete_jobs=DeleteJobCondition.SUCCESSFUL,
                fetch_job_polling_interval=2.0,
                shutdown_graceful_timeout=STOP_WITHIN_S,
            ).run()
    finally:
        await sync_to_async(connections.close_all)()  # the periodic jobs were deferred through a thread of their own


def run(*, alone: bool = False, wait: bool = True) -> None:
    """Work until told to stop, or (`wait=False`) until no job is left. `alone`: no other worker is alive."""
    try:
        asyncio.run(_run(alone=alone, wait=wait))
    finally:
        close_kept()
