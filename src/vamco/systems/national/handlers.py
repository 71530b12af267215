from vamco.kernel.base.events import public as events
from vamco.systems.national import public
from vamco.vocab.onestop import DossierMoved


@events.handler("national.put", DossierMoved)
def put(event: DossierMoved) -> None:
    """Put down what the portal is to be told of an act."""
    public.put(event.case, event.number, event.seq)
