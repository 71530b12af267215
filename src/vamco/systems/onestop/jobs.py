from django.conf import settings

from vamco.kernel.base.jobs import public as jobs
from vamco.systems.onestop.demo import filling


@jobs.task(filling.FILE_ALL, retries=2)
def file_demonstration() -> None:
    """File the demonstration's dossiers."""
    if settings.VAMCO_DEMO:
        filling.file_planned()
