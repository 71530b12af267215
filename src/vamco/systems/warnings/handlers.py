from vamco.kernel.base import clock
from vamco.kernel.base.events import public as events
from vamco.systems.hub import public as hub
from vamco.systems.warnings import judging
from vamco.vocab import DatasetLate, DatasetPublished, ValuesSettled


@events.handler("warnings.judge", ValuesSettled)
def judge(event: ValuesSettled) -> None:
    """A new value may raise an alarm or end one."""
    judging.judge(event.indicator)


@events.handler("warnings.late", DatasetLate)
def late(event: DatasetLate) -> None:
    """A dataset that did not come raises an alarm with its owner, unless it has come while the news was on its way."""
    if not any(found.dataset == event.dataset and found.late_by for found in hub.freshness(clock.now())):
        return
    judging.dataset_late(event.dataset, hub.contract(event.dataset).owner, event.due_at)


@events.handler("warnings.came", DatasetPublished)
def came(event: DatasetPublished) -> None:
    """A dataset that came ends its alarm."""
    judging.dataset_came(event.dataset)
