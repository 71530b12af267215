from __future__ import annotations

from uuid import UUID

from vamco.kernel.base.jobs import public as jobs
from vamco.systems.privacy.services import erasing, exports, requests, retention


@jobs.task(requests.MAKE_EXPORT, retries=5)
def make_export(export: str) -> None:
    """Make a copy of somebody's data."""
    exports.make(UUID(export))


@jobs.task(requests.ERASE, retries=5)
def erase(case: int) -> None:
    """Erase what a request asks for."""
    erasing.erase(case)


@jobs.periodic("privacy.remind", "*/20 * * * *")
def remind() -> None:
    """Notify officials of answers that are overdue."""
    requests.remind()


@jobs.periodic("privacy.sweep", "7 * * * *")
def sweep() -> None:
    """Drop copies that were fetched or have expired, and take up again what a crash has left."""
    exports.sweep()
    requests.resume()


@jobs.periodic("privacy.retain", "47 1 * * *")
def retain() -> None:
    """Go through the retention table."""
    retention.run()
