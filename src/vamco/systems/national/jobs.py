from vamco.kernel.base.jobs import public as jobs
from vamco.systems.national import public


@jobs.task("national.send", retries=3)
def send(case: int) -> None:
    public.send(case)


@jobs.periodic("national.sweep", "* * * * *")
def sweep() -> None:
    """Send what is due and has lost its job, and read what the portal says."""
    public.sweep()
    public.read("statuses")
    public.read("dossiers")
