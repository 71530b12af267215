from vamco.kernel.base.jobs import public as jobs
from vamco.systems.tickets.services import queue


@jobs.periodic("tickets.close_days", "7 18 * * *")
def close_days() -> None:
    queue.close_days()
