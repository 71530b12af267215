from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import StaticFilesStorage

if TYPE_CHECKING:
    from pathlib import Path


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
        found: str | Path | None = finders.find(name)
        if not found:
            return ""
        with open(found, "rb") as file:  # noqa: PTH123 - `found` may be text or a path
            return f"?v={hashlib.file_digest(file, 'sha256').hexdigest()[:12]}"
