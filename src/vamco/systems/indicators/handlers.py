from vamco.kernel.base.events import public as events
from vamco.systems.indicators import queries, services
from vamco.vocab import DatasetPublished


@events.handler("indicators.recompute", DatasetPublished)
def recompute(event: DatasetPublished) -> None:
    """Computes only what depends on the dataset."""
    for code in queries.using(event.dataset):
        services.settle_later(code)
