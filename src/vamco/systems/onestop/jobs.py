from django.conf import settings

from vamco.kernel.base.jobs import public as jobs
from vamco.systems.onestop.demo import FILE_ALL


@jobs.task(FILE_ALL, retries=2)
def file_demonstration() -> None:
    """File the demonstration's dossiers."""
    from vamco.systems.onestop.demo import filling

    if settings.VAMCO_DEMO:
        filling.file_planned()
