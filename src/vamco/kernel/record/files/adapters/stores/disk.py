from __future__ import annotations

import os
import re
import secrets
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator
    from pathlib import Path

SHA256 = re.compile(r"[0-9a-f]{64}")


class Disk:
    """A folder; a content is a file whose name is its SHA-256."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def put(self, part: Path, sha256: str) -> None:
        """Give a finished file, on the same disk and forced to it, its second name, and force that to the disk too."""
        target = self._at(sha256)
        fresh = not target.parent.exists()
        target.parent.mkdir(parents=True, exist_ok=True)
        name = part.with_name(f"{part.name}.{secrets.token_hex(4)}")
        os.link(part, name)
        try:
            os.utime(name)
            name.replace(target)
        finally:
            name.unlink(missing_ok=True)  # two names of one file do not replace each other
        force(target.parent)
        if fresh:
            force(self.root)

    def has(self, sha256: str, size: int) -> bool:
        """Whether the content lies here with that size."""
        try:
            return self._at(sha256).stat().st_size == size
        except FileNotFoundError:
            return False

    def path(self, sha256: str) -> Path | None:
        """Give the file."""
        path = self._at(sha256)
        return path if path.exists() else None

    def remove(self, sha256: str) -> None:
        """Take the file away."""
        self._at(sha256).unlink(missing_ok=True)

    def older(self, sha256: str, before: dt.datetime) -> bool:
        """Whether the content was laid down before a moment of the machine's clock."""
        try:
            return self._at(sha256).stat().st_mtime < before.timestamp()
        except FileNotFoundError:  # just swept by another
            return False

    def old(self, before: dt.datetime) -> Iterator[str]:
        """Give the contents that were laid down before a moment of the machine's clock."""
        for path in self.root.glob("??/*"):
            sha256 = path.parent.name + path.name
            if SHA256.fullmatch(sha256) and self.older(sha256, before):
                yield sha256

    def _at(self, sha256: str) -> Path:
        return self.root / sha256[:2] / sha256[2:]


def force(folder: Path) -> None:
    """Force the names in a folder to the disk: a row must not outlive its file when the power fails."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
