"""Who is next: each room may have one job under way in a worker, and a free thread goes to the room served longest ago.

So a room that floods the queue delays another's job by nothing while a thread is free, and else until one of the running jobs
ends, however long its own queue is.
"""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any

from procrastinate.jobs import Job, Status
from procrastinate.manager import JobManager
from procrastinate.worker import Worker

from vamco.kernel.base.jobs.services import progress
from vamco.lib.traces import Trace

if TYPE_CHECKING:
    from collections.abc import Iterable

    from procrastinate.connector import BaseConnector

BEAT_S = 0.5
_FETCH = """
SELECT id, status, task_name, priority, lock, queueing_lock, args, scheduled_at, queue_name, attempts, worker_id
FROM jobs_fetch(%(busy)s::varchar[], %(served)s::varchar[], %(worker_id)s)
"""
log = logging.getLogger(__name__)


class Turns(JobManager):
    """procrastinate's door to the queue, for one worker; it knows what this worker has in hand."""

    def __init__(self, connector: BaseConnector, *, until_empty: bool) -> None:
        super().__init__(connector)
        self.in_hand: dict[int, str] = {}  # number of a job: its room
        self.news = asyncio.Event()  # a job has come or ended: the worker should look again
        self._served: list[str] = []  # rooms, the latest last
        self._count = 0  # of news
        self._looking = asyncio.Lock()  # held from the question for a job until it is in hand
        self._until_empty = until_empty

    def tell(self) -> None:
        """Have the worker look again, even if it is just looking."""
        self._count += 1
        self.news.set()

    async def fetch_job(self, queues: Iterable[str] | None, worker_id: int) -> Job | None:  # noqa: ARG002  # all rooms
        """Give the next job. Without one it returns None, but not while news came that its look may have missed.

        A worker that goes when nothing is left waits for what is under way, which may leave more to do.
        """
        while True:
            before = self._count
            async with self._looking:
                row = await self.connector.execute_query_one_async(
                    query=_FETCH, busy=list(self.in_hand.values()), served=self._served, worker_id=worker_id
                )
                if row["id"] is not None:
                    return self._taken(Job.from_row(row))
            if before != self._count:
                continue
            if not (self._until_empty and self.in_hand):
                return None
            self.news.clear()
            await self.news.wait()

    def _taken(self, job: Job) -> Job:
        assert job.id is not None  # noqa: S101  # it comes from the table
        self.in_hand[job.id] = job.queue
        if job.queue in self._served:
            self._served.remove(job.queue)
        self._served.append(job.queue)
        return job

    async def finish_job(self, job: Job, status: Status, delete_job: bool) -> None:  # noqa: FBT001  # procrastinate's signature
        """Write down how a job ended; it is out of hand even when that fails, and then `recover` finds it."""
        assert job.id is not None  # noqa: S101  # it comes from the table
        running = progress.BOARD.running.pop(job.id, None)
        if running is None and status == Status.FAILED and job.id in self.in_hand:
            running = progress.Running(job.id, job.task_name, lambda: None, outcome=progress.State.FAILED)
            running.trace = Trace("TaskNotFound", "")
        try:
            if running is not None and running.telling:
                await self.connector.execute_query_async(query=progress.WRITE, **progress.row(running, ended=True))
            await super().finish_job(job, status, delete_job)
        finally:
            self.in_hand.pop(job.id, None)
            self.tell()

    async def lost(self, worker_id: int) -> list[Job]:
        """Give the jobs that this worker seems to be doing and is not: the database went away when it reported their end.

        What is in hand is noted before the queue is asked, and nothing is fetched meanwhile: a job that begins or ends at this
        moment is not lost.
        """
        async with self._looking:
            known = set(self.in_hand)
            held = await self.list_jobs_async(status=Status.DOING.value, worker_id=worker_id)
        return [job for job in held if job.id not in known]

    async def write_progress(self) -> None:
        """Write down how far the jobs are that have reported something new."""
        for running in list(progress.BOARD.running.values()):
            if running.step is not None and running.step != running.written and running.job in self.in_hand:
                step = running.step
                await self.connector.execute_query_async(query=progress.WRITE, **progress.row(running, ended=False))
                running.written = step


class TurnsWorker(Worker):
    """procrastinate's worker, woken whenever there may be something to do, and writing progress down."""

    manager: Turns

    def __init__(self, manager: Turns, **options: Any) -> None:
        super().__init__(**options)
        self.manager = manager
        self._new_job_event = manager.news

    async def _handle_notification(self, *, channel: str, notification: Any) -> None:
        self.manager.tell()
        await super()._handle_notification(channel=channel, notification=notification)

    def _start_side_tasks(self) -> list[asyncio.Task[Any]]:
        return [*super()._start_side_tasks(), asyncio.create_task(self._beat(), name="progress")]

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(BEAT_S)
            try:
                await self.manager.write_progress()
            except Exception:  # progress is worth no worker: the next beat tries again
                log.warning("progress could not be written", exc_info=True)
