from vamco.kernel.base.events.services import delivering, replaying
from vamco.kernel.base.jobs import public as jobs


@jobs.task(delivering.DELIVER, retries=20)
def deliver(delivery: int) -> None:
    """Hand one event to its handler. The retries are for a database that is away; a handler's failures are counted there."""
    delivering.deliver(delivery)


@jobs.task(replaying.REPLAY, retries=20, stopped=replaying.stopped)
def replay(replay: int) -> None:
    """Hand the events of a span of time to one handler again. The retries are for a database that is away."""
    replaying.run(replay)


@jobs.periodic("events.sweep", "*/5 * * * *")
def sweep() -> None:
    """Look for deliveries and replays whose job was lost."""
    delivering.sweep()
    replaying.sweep()
