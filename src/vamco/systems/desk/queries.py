from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from vamco.kernel.work.cases import public as cases
from vamco.kernel.world.access import public as access
from vamco.kernel.world.agencies import public as agencies
from vamco.lib.errors import N_, Missing
from vamco.systems.hub import public as hub

if TYPE_CHECKING:
    from collections.abc import Iterable

    from vamco.kernel.record.files import public as files
    from vamco.kernel.world.people.models import Person
    from vamco.systems.hub.contracts import RunView


def evidence(file_id: int, person: Person) -> files.File:
    """A file that hangs on a case which the person may see; to others it does not exist."""
    entry = cases.Entry.objects.filter(files=file_id, case__in=cases.visible(person)).prefetch_related("files").first()
    if entry is None:
        raise Missing("desk.no_file", N_("There is no file %(file)s."), file=file_id)
    return next(file for file in entry.files.all() if file.pk == file_id)


@dataclass(frozen=True)
class Reach:
    """The agencies, by code, in which a person may do an act; `owners` is None for all."""

    owners: frozenset[str] | None

    def covers(self, agency: str) -> bool:
        """Whether the agency with a code is among them."""
        return self.owners is None or agency in self.owners


def reach(person: Person, act: str) -> Reach:
    """Where a person may do an act, for what is known by an agency's code only."""
    scope = access.scope(person, act)
    if scope.everywhere:
        return Reach(None)
    paths = agencies.of_kind().values_list("code", "path")
    return Reach(frozenset(code for code, path in paths if scope.covers(path)))


def run(run_id: int, person: Person) -> RunView:
    """A run of a dataset whose owner lies in the person's reach; to others it does not exist."""
    found = hub.run(run_id)
    if not access.allow(person, "hub.view_runs", agencies.get(found.owner)):
        raise Missing("hub.no_run", N_("There is no run %(run)s."), run=run_id)
    return found


def agency_names(codes: Iterable[str]) -> dict[str, tuple[str, str]]:
    """The names of agencies, in Vietnamese and in English, by code."""
    rows = agencies.of_kind().filter(code__in=set(codes)).values_list("code", "name", "name_en")
    return {code: (name, name_en) for code, name, name_en in rows}
