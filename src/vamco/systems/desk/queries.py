from __future__ import annotations

from typing import TYPE_CHECKING

from vamco.kernel.work.cases import public as cases
from vamco.lib.errors import N_, Missing

if TYPE_CHECKING:
    from vamco.kernel.record.files import public as files
    from vamco.kernel.world.people.models import Person


def evidence(file_id: int, person: Person) -> files.File:
    """A file that hangs on a case which the person may see; to others it does not exist."""
    entry = cases.entry_with(file_id, person)
    if entry is None:
        raise Missing("desk.no_file", N_("There is no file %(file)s."), file=file_id)
    return next(file for file in entry.files.all() if file.pk == file_id)
