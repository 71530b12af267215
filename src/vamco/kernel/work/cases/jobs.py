from vamco.kernel.base.jobs import public as jobs
from vamco.kernel.work.cases.services import escalating, holding, succeeding


@jobs.periodic("cases.escalate", "*/5 * * * *")
def escalate() -> None:
    escalating.escalate()


@jobs.periodic("cases.succeed", "7 * * * *")
def succeed() -> None:
    """After the hour's turn of the agencies: what agencies, and then what persons had who are gone goes on with others."""
    succeeding.follow()
    holding.release_left()
