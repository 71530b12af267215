from vamco.kernel.base.events import public as events
from vamco.systems.indicators import queries, services
from vamco.vocab.hub import DatasetHeard, DatasetPublished


@events.handler("indicators.recompute", DatasetPublished)
def recompute(event: DatasetPublished) -> None:
    """Computes only what depends on the dataset."""
    if queries.using(event.dataset):
        services.settle_later(event.dataset)


@events.handler("indicators.heard", DatasetHeard)
def heard(event: DatasetHeard) -> None:
    """Who has reported is part of what a value says: a place that has nothing to report has nought, one that is silent no value."""
    if queries.using(event.dataset):
        services.settle_later(event.dataset)
