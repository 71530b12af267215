from vamco.kernel.base import clock
from vamco.kernel.base.jobs import public as jobs
from vamco.systems.hub import queries, services


@jobs.task(services.COLLECT, retries=5)  # for a database that is away; the schedule comes after that
def collect(source: str) -> None:
    services.collect(source)


@jobs.periodic("hub.collect_due", "* * * * *")
def collect_due() -> None:
    """Has each source whose time has come collected from; one lock a source, so that a slow one keeps no other waiting."""
    for source in queries.codes_of_due_sources(clock.now()):
        services.collect_later(source)


@jobs.periodic("hub.watch_freshness", "*/5 * * * *")
def watch_freshness() -> None:
    services.tell_late()


@jobs.periodic("hub.close_abandoned", "*/5 * * * *")
def close_abandoned() -> None:
    services.close_abandoned()


@jobs.periodic("hub.sweep", "17 3 * * *")
def sweep() -> None:
    services.sweep()
