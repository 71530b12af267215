from vamco.kernel.base.jobs import public as jobs
from vamco.systems.national import public
from vamco.systems.onestop import public as onestop


@jobs.task("national.send", retries=3)
def send(case: int) -> None:
    public.send(case)


@jobs.periodic("national.sweep", "* * * * *")
def sweep() -> None:
    """Send what is due and has lost its job, and read what the portal says."""
    public.sweep()
    public.read("statuses")
    public.read("dossiers")


@jobs.periodic("national.match", "7 * * * *")
def match() -> None:
    """Give dossiers that wait for somebody unknown to whoever has become known since."""
    onestop.match_waiting()
