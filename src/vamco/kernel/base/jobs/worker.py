"""The worker process: fetches jobs one by one, each in a thread, and stops cleanly on SIGTERM or SIGINT."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, cast

from asgiref.sync import sync_to_async
from django.db import connections
from procrastinate.contrib.django import app

from vamco.kernel.base.jobs.recovery import recover

if TYPE_CHECKING:
    from procrastinate.contrib.django.django_connector import DjangoConnector


async def _run(*, alone: bool, wait: bool) -> None:
    # A second app over its own connections fetches the jobs; code inside a job still defers through Django's connection,
    # so that what it defers rolls back with it.
    connector = cast("DjangoConnector", app.connector).get_worker_connector()
    worker = app.with_connector(connector)
    try:
        async with worker.open_async():
            if alone:
                await recover(worker.job_manager, silent_for_s=0)
            await worker.run_worker_async(
                wait=wait,
                concurrency=1,
                install_signal_handlers=wait,
                delete_jobs="successful",
                fetch_job_polling_interval=2.0,
                shutdown_graceful_timeout=20.0,
            )
    finally:
        await sync_to_async(connections.close_all)()  # the periodic jobs were deferred through a thread of their own


def run(*, alone: bool = False, wait: bool = True) -> None:
    """Work until told to stop, or (`wait=False`) until no job is left. `alone`: no other worker is alive."""
    asyncio.run(_run(alone=alone, wait=wait))
