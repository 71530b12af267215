from vamco.kernel.base.jobs import public as jobs
from vamco.systems.identity import services
from vamco.systems.identity.services import staff


@jobs.periodic("identity.clear_sessions", "37 * * * *")
def clear_sessions() -> None:
    services.clear_sessions()


@jobs.periodic("identity.close_left", "12 * * * *")
def close_left() -> None:
    """Close the accounts of those whose last post has ended."""
    staff.close_left()
