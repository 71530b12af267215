from vamco.kernel.base.jobs import public as jobs
from vamco.systems.onestop.services import forming, results

RETRIES = 8  # a time-stamping authority may be away for an hour


@jobs.task(forming.ISSUE, retries=RETRIES)
def issue_form(dossier: int, seq: int) -> None:
    """Issue the form that an act brought."""
    forming.issue(dossier, seq)


@jobs.task(results.ISSUE, retries=RETRIES)
def issue_result(dossier: int) -> None:
    """Issue a signed result and deliver it online."""
    results.issue(dossier)
