from vamco.kernel.base.jobs import public as jobs
from vamco.kernel.record.search import services


@jobs.task("search.reindex")
def reindex(kind: str) -> None:
    services.reindex(kind)
