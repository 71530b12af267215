from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from vamco.kernel.record.files import public as files
from vamco.kernel.work.cases import public as cases
from vamco.kernel.world.people import public as people

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.core.files.uploadedfile import UploadedFile

    from vamco.kernel.world.people.models import Person

MAX_FILES = 10
MAX_BYTES = 20 * 1024 * 1024


def act(  # noqa: PLR0913  # an act has that many parts
    case_id: int,
    code: str,
    *,
    by: Person,
    seen: int,
    note: str,
    uploads: Sequence[UploadedFile],
) -> cases.Case:
    """Does an act on a case with its evidence. When the act is refused, no file of it stays behind."""
    with transaction.atomic():
        kept = [
            files.store(upload, name=upload.name or "", agency=people.home(by), by=str(by.pk), max_bytes=MAX_BYTES)
            for upload in uploads
        ]
        return cases.act(case_id, code, by=by, seen=seen, note=note, files=kept)
