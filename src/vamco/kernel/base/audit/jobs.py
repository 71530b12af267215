from vamco.kernel.base.audit import services
from vamco.kernel.base.jobs import public as jobs


@jobs.periodic("audit.checkpoint", "23 * * * *")
def checkpoint() -> None:
    """Sign where the chains end, each hour in which one grew."""
    services.checkpoint()
