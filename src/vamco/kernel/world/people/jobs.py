from vamco.kernel.base.jobs import public as jobs
from vamco.kernel.world.people.services import numbering


@jobs.task("people.rotate", retries=5)
def rotate() -> None:
    """Seal with the newest key what older ones sealed: after a key was added to the environment, or a run broke off."""
    numbering.rotate(new_key=False)
