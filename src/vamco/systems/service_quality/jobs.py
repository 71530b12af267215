from vamco.kernel.base.jobs import public as jobs
from vamco.systems.service_quality import public


@jobs.periodic("service_quality.publish", "*/15 * * * *")
def publish() -> None:
    """Publish dossiers and ratings that changed."""
    public.publish()
