from vamco.kernel.base.jobs import public as jobs
from vamco.systems.counterparts.services import post, tax


@jobs.task("counterparts.send_tax", retries=20)
def send_tax(message: int) -> None:
    tax.send(message)


@jobs.task("counterparts.send_parcel", retries=20)
def send_parcel(parcel: int) -> None:
    post.announce(parcel)


@jobs.periodic("counterparts.collect_tax", "* * * * *")
def collect_tax() -> None:
    tax.collect()


@jobs.periodic("counterparts.follow_parcels", "*/2 * * * *")
def follow_parcels() -> None:
    post.follow()
