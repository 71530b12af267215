from vamco.kernel.base.events import services
from vamco.kernel.base.jobs import public as jobs


@jobs.task(services.DELIVER)
def deliver(delivery: int) -> None:
    services.deliver(delivery)
