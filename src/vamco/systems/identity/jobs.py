from vamco.kernel.base.jobs import public as jobs
from vamco.systems.identity import services


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
