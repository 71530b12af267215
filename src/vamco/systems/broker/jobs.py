from vamco.kernel.base.jobs import public as jobs
from vamco.systems.broker import services


@jobs.task("broker.tell_client", retries=6)
def tell_client(visit: int) -> None:
    services.tell_client(visit)


@jobs.periodic("broker.tend_keys", "23 3 * * *")
def tend_keys() -> None:
    services.tend_keys()


@jobs.periodic("broker.clear_old", "41 3 * * *")
def clear_old() -> None:
    services.clear_old()
