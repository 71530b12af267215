"""Temporary files of requests. They have no name, so that a killed process leaves nothing on the disk."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler


def folder() -> Path:
    """Return the folder of temporary files; nobody else may look into it."""
    path = Path(settings.VAMCO_DATA) / "spool"
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def open_file() -> IO[bytes]:
    """Open a file for writing and reading that ends with the process at the latest."""
    return tempfile.TemporaryFile(dir=folder())


def sweep() -> int:
    """Remove what was left with a name, and return how many files that were.

    Only a file system that knows no files without names leaves any, when the process is killed between making the file
    and taking its name away. A sibling process that still writes to such a file is not disturbed: it holds it open.
    """
    swept = 0
    for path in folder().iterdir():
        path.unlink(missing_ok=True)
        swept += 1
    return swept


class UploadHandler(FileUploadHandler):
    """Keep an uploaded file that is too large for memory in the spool, where Django would give it a name in /tmp."""

    file: UploadedFile[Any]

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Open the file for the next upload."""
        super().new_file(*args, **kwargs)
        self.file = UploadedFile(
            open_file(), self.file_name, self.content_type, 0, self.charset, self.content_type_extra
        )

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:  # noqa: ARG002  # Django's signature
        """Write a piece."""
        self.file.write(raw_data)

    def file_complete(self, file_size: int) -> UploadedFile[Any]:
        """Return the file, ready to be read."""
        self.file.seek(0)
        self.file.size = file_size
        return self.file

    def upload_interrupted(self) -> None:
        """Let go of the file when the upload breaks off."""
        if hasattr(self, "file"):
            self.file.close()
