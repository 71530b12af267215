from vamco.kernel.base.jobs import public as jobs
from vamco.systems.indicators import queries, services


@jobs.task(services.SETTLE, retries=8)
def settle(dataset: str) -> None:
    services.settle(queries.using(dataset))
