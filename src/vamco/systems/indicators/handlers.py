from vamco.kernel.base.events import public as events
from vamco.systems.indicators import queries, services
from vamco.vocab.hub import DatasetPublished


@events.handler("indicators.recompute", DatasetPublished)
def recompute(event: DatasetPublished) -> None:
    """Computes only what depends on the dataset."""
    if queries.using(event.dataset):
        services.settle_later(event.dataset)
