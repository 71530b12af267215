"""How pages answer: an error beside the form that met it, a file for download."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import FileResponse

from vamco.kernel.record.files import public as files
from vamco.web.rim import STATUS

if TYPE_CHECKING:
    from vamco.kernel.world.people.models import Person
    from vamco.lib.errors import VamcoError

UNPROCESSABLE = 422


def status_of(error: VamcoError) -> int:
    """The HTTP status of an error that a page shows itself."""
    return STATUS.get(type(error), 409)


def download(file: files.File, reader: Person | None) -> FileResponse:
    """A stored file to be saved, never to be shown inside the site."""
    found = files.served(file, to=reader)
    response = FileResponse(
        found.path.open("rb"), as_attachment=True, filename=found.name, content_type=found.media_type
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["Cache-Control"] = "private, no-store"
    return response
