"""Runs and datasets for a person: those whose owner lies in the person's reach."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vamco.kernel.base import clock
from vamco.kernel.world.access import public as access
from vamco.kernel.world.agencies import public as agencies
from vamco.lib.errors import N_, Missing
from vamco.systems.hub import public as hub

if TYPE_CHECKING:
    from vamco.kernel.world.people.public import Person
    from vamco.systems.hub.contracts import DatasetStatus, RunView

VIEW = "hub.view_runs"


def run(run_id: int, person: Person) -> RunView:
    """Return a run that the person may see; to others it does not exist."""
    found = hub.run(run_id)
    if not access.allow(person, VIEW, agencies.get(found.owner)):
        raise Missing("hub.no_run", N_("There is no run %(run)s."), run=run_id)
    return found


def dataset(code: str, person: Person) -> DatasetStatus:
    """Return how fresh a dataset is that the person may see; to others it does not exist."""
    found = next((status for status in hub.freshness(clock.now()) if status.dataset == code), None)
    if found is None or not access.allow(person, VIEW, agencies.get(found.owner)):
        raise Missing("hub.no_dataset", N_("There is no dataset %(dataset)s."), dataset=code)
    return found
