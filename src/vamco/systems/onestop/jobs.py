from vamco.kernel.base import clock
from vamco.kernel.base.jobs import public as jobs
from vamco.systems.onestop.services import forming, reminding, results

RETRIES = 8  # a time-stamping authority may be away for an hour


@jobs.periodic("onestop.remind", "11 1 * * *")
def remind() -> None:
    """Tell people in the morning of drafts that end soon, and of supplements that wait."""
    now = clock.now()
    reminding.remind_of_drafts(now)
    reminding.remind_of_supplements(now)


@jobs.periodic("onestop.clear_preparations", "53 2 * * *")
def clear_preparations() -> None:
    """Delete what was prepared with drafts that have ended."""
    reminding.clear(clock.now())


@jobs.task(forming.ISSUE, retries=RETRIES)
def issue_form(dossier: int, seq: int) -> None:
    """Issue the form that an act brought."""
    forming.issue(dossier, seq)


@jobs.task(results.ISSUE, retries=RETRIES)
def issue_result(dossier: int) -> None:
    """Issue a signed result and deliver it online."""
    results.issue(dossier)
