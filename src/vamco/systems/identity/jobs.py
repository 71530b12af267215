from vamco.kernel.base.jobs import public as jobs
from vamco.systems.identity import services


@jobs.periodic("identity.clear_sessions", "37 * * * *")
def clear_sessions() -> None:
    services.clear_sessions()


@jobs.periodic("identity.ask_eid_again", "* * * * *")
def ask_eid_again() -> None:
    services.ask_eid_again()
