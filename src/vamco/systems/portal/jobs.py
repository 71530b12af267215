"""What the platform finds out about itself, for its label."""

from __future__ import annotations

from vamco.kernel.base.jobs import public as jobs
from vamco.systems.portal import public


@jobs.periodic("portal.beat", "*/10 * * * *")
def beat() -> None:
    """Note that the platform runs."""
    public.beat()


@jobs.periodic("portal.examine", "41 3 * * *")
def examine() -> None:
    """Verify the log of acts, once a night."""
    public.examine_log()
