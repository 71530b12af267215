from vamco.kernel.base.jobs import public as jobs
from vamco.kernel.work.cases import escalating, holding, succeeding


@jobs.periodic("cases.escalate", "*/5 * * * *")
def escalate() -> None:
    escalating.escalate()


@jobs.periodic("cases.succeed", "7 * * * *")
def succeed() -> None:
    """After the hour's turn of the agencies; an hour that was missed is made up by the next."""
    succeeding.follow()


@jobs.periodic("cases.release", "12 * * * *")
def release() -> None:
    """What somebody had claimed who has left waits for the colleagues again."""
    holding.release_left()
