"""How pages answer: an error beside the form that met it, a file for download."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import FileResponse

from vamco.kernel.record.files import public as files
from vamco.web.rim import STATUS

if TYPE_CHECKING:
    from vamco.lib.errors import VamcoError

UNPROCESSABLE = 422


def status_of(error: VamcoError) -> int:
    """The HTTP status of an error that a page shows itself."""
    return STATUS.get(type(error), 409)


def download(file: files.File) -> FileResponse:
    """A stored file to be saved, never to be shown inside the site."""
    response = FileResponse(
        files.content_path(file).open("rb"), as_attachment=True, filename=file.name, content_type=file.media_type
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["Cache-Control"] = "private, no-store"
    return response
