from vamco.kernel.base.jobs import public as jobs
from vamco.systems.identity import services
from vamco.systems.identity.services import staff, staff_import


@jobs.periodic("identity.clear_sessions", "37 * * * *")
def clear_sessions() -> None:
    services.clear_sessions()


@jobs.periodic("identity.end_expired_stays", "*/10 * * * *")
def end_expired_stays() -> None:
    services.end_expired()


@jobs.periodic("identity.forget_failures", "17 2 * * *")
def forget_failures() -> None:
    services.forget_failures()
    services.forget_codes()


@jobs.periodic("identity.ask_eid_again", "* * * * *")
def ask_eid_again() -> None:
    services.ask_eid_again()


@jobs.periodic("identity.close_left", "12 * * * *")
def close_left() -> None:
    """Close the accounts of those whose last post has ended, and drop lists that nobody took in."""
    staff.close_left()
    staff_import.forget_old()
