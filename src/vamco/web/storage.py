from __future__ import annotations

import hashlib
from pathlib import Path

from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import StaticFilesStorage


class VersionedStaticFiles(StaticFilesStorage):
    """Static files with their content's hash in the address, `…/base.css?v=1f3a…`, without a collecting step.

    A browser may keep what it has; a changed file has another address. Hashes are taken once a process.
    """

    def __init__(self) -> None:
        super().__init__()
        self._urls: dict[str, str] = {}

    def url(self, name: str | None) -> str:
        """Give the address of a file; of one that does not exist, the address without a version."""
        name = name or ""
        if name not in self._urls:
            self._urls[name] = super().url(name) + self._version(name)
        return self._urls[name]

    @staticmethod
    def _version(name: str) -> str:
        found = finders.find(name)
        if not found or not Path(found).is_file():
            return ""
        with Path(found).open("rb") as file:
            return f"?v={hashlib.file_digest(file, 'sha256').hexdigest()[:12]}"
