import datetime as dt

from vamco.kernel.base.jobs import public as jobs
from vamco.kernel.record.files import services


@jobs.periodic("files.sweep", "17 2 * * *")
def sweep() -> None:
    """Remove contents that no row names; files carry the machine's time, so it is asked and not the province's clock."""
    services.sweep(dt.datetime.now(dt.UTC))
