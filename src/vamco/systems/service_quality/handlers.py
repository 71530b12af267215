from vamco.kernel.base.events import public as events
from vamco.systems.service_quality import public
from vamco.vocab.onestop import DossierMoved, DossierSynchronised


@events.handler("service_quality.moved", DossierMoved)
def moved(event: DossierMoved) -> None:
    """Write anew what counts of a dossier that moved."""
    public.note(event.case)


@events.handler("service_quality.synchronised", DossierSynchronised)
def synchronised(event: DossierSynchronised) -> None:
    """Write anew what counts of a dossier that the portal now knows, or does not."""
    public.note(event.case)
