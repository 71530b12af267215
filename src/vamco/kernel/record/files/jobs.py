import datetime as dt

from vamco.kernel.base import clock
from vamco.kernel.base.jobs import public as jobs
from vamco.kernel.record.files.services import keeping


@jobs.periodic("files.sweep", "17 2 * * *")
def sweep() -> None:
    """Remove contents that no row names; files carry the machine's time, so it is asked and not the province's clock."""
    keeping.sweep(dt.datetime.now(dt.UTC))


@jobs.periodic("files.purge", "37 2 * * *")
def purge() -> None:
    """Drop what had to be kept until yesterday."""
    keeping.purge(clock.today())


@jobs.periodic("files.look_again", "*/10 * * * *")
def look_again() -> None:
    """Have the scanner read what it could not read before."""
    keeping.look_again(clock.now())
