from vamco.kernel.base.jobs import public as jobs
from vamco.systems.warnings.services import deciding, judging


@jobs.task(judging.END_OVER)
def end_over() -> None:
    """What has recovered before anybody decided waits at nobody any more."""
    deciding.end_over()
