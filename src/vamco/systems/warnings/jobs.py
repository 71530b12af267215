from vamco.kernel.base.jobs import public as jobs
from vamco.systems.warnings.services import deciding, judging


@jobs.task(judging.END_OVER)
def end_over() -> None:
    """What has recovered before anybody decided waits at nobody any more."""
    deciding.end_over()


@jobs.periodic("warnings.look_again", "*/15 * * * *")
def look_again() -> None:
    """What became known without any news of it: a source that reported nothing new, a question that was answered."""
    judging.look_again()
