from __future__ import annotations

from typing import TYPE_CHECKING

from vamco.kernel.base import clock
from vamco.kernel.base.events import public as events
from vamco.systems.hub import public as hub
from vamco.systems.warnings.services import judging
from vamco.vocab.hub import DatasetInTime, DatasetLate, DatasetPublished
from vamco.vocab.indicators import ValuesSettled

if TYPE_CHECKING:
    from vamco.systems.hub.contracts import DatasetStatus


@events.handler("warnings.judge", ValuesSettled)
def judge(event: ValuesSettled) -> None:
    """A new value may raise an alarm or end one."""
    judging.judge(event.indicator)


@events.handler("warnings.late", DatasetLate)
def late(event: DatasetLate) -> None:
    """A dataset that did not come raises an alarm with its owner: as late as it is now, whichever news of it comes first."""
    found = _late(event.dataset)
    if found is not None and found.missed_at is not None:
        owner = hub.contract(event.dataset).owner
        judging.dataset_late(event.dataset, owner, found.missed_at, missed=found.missed_times)
        judging.judge_after(event.dataset)


@events.handler("warnings.came", DatasetPublished)
def came(event: DatasetPublished) -> None:
    """A dataset that came ends its alarm, unless this is old news and it is late again, or what came covers too little."""
    if _late(event.dataset) is None:
        judging.dataset_came(event.dataset)
        judging.judge_after(event.dataset)


@events.handler("warnings.in_time", DatasetInTime)
def in_time(event: DatasetInTime) -> None:
    """A dataset that is no longer late ends its alarm, also when nothing was published: it came unchanged, or there is nothing."""
    if _late(event.dataset) is None:
        judging.dataset_came(event.dataset)


def _late(dataset: str) -> DatasetStatus | None:
    return next((found for found in hub.freshness(clock.now()) if found.dataset == dataset and found.late_by), None)
