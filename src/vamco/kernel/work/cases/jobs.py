from vamco.kernel.base.jobs import public as jobs
from vamco.kernel.work.cases import escalating


@jobs.periodic("cases.escalate", "*/5 * * * *")
def escalate() -> None:
    escalating.escalate()
