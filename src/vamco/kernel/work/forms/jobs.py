from vamco.kernel.base import clock
from vamco.kernel.base.jobs import public as jobs
from vamco.kernel.work.forms import services


@jobs.periodic("forms.purge", "47 * * * *")
def purge() -> None:
    """Delete the drafts whose time is over."""
    services.purge(clock.now())
