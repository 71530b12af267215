from vamco.kernel.base.jobs import public as jobs
from vamco.systems.indicators import services


@jobs.task(services.SETTLE)
def settle(code: str) -> None:
    services.settle(code)
