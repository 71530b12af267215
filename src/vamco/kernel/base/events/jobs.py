from vamco.kernel.base.events import services
from vamco.kernel.base.jobs import public as jobs


@jobs.task(services.DELIVER, retries=20)
def deliver(delivery: int) -> None:
    """Hand one event to its handler. The retries are for a database that is away; a handler's failures are counted there."""
    services.deliver(delivery)


@jobs.periodic("events.sweep", "*/5 * * * *")
def sweep() -> None:
    """Look for deliveries whose job was lost."""
    services.sweep()
