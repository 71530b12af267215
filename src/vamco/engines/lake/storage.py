"""The folder or bucket under which the lake's files lie."""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pyarrow.fs import FileInfo, FileSelector, FileType
from pyiceberg.io.pyarrow import PyArrowFileIO

from vamco.lib.errors import N_, Unavailable

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Iterator, Mapping

    from pyarrow.fs import FileSystem


@contextlib.contextmanager
def storage_errors() -> Iterator[None]:
    """Turn what a disk or an object store says into Unavailable: a full disk, a folder that is not ours, a lost network."""
    try:
        yield
    except OSError as error:
        raise Unavailable(
            "lake.storage",
            N_("The lake's storage does not answer as it should: %(reason)s"),
            reason=error.strerror or str(error),
        ) from error


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file under the root. `path` is as metadata files write it."""

    path: str
    changed_at: dt.datetime


class Storage:
    """Files by location: an absolute path, or a URL such as `s3://bucket/folder` with PyIceberg's `s3.*` options."""

    def __init__(self, root: str, options: Mapping[str, str]) -> None:
        remote = "://" in root and not root.startswith("file://")
        self.local = not remote
        # Plain paths, not file:// URLs: in a URL a folder named "tỉnh #1" would need quoting, and engines differ in it.
        self.root = root.rstrip("/") if remote else str(Path(root.removeprefix("file://")).absolute())
        self.io = PyArrowFileIO(dict(options))

    def table(self, name: str) -> str:
        """Give the location of a table."""
        return f"{self.root}/{name}"

    def at(self, location: str) -> tuple[FileSystem, str]:
        """Give the file system of a location, and its path there."""
        scheme, host, path = PyArrowFileIO.parse_location(location)
        return self.io.fs_by_scheme(scheme, host), path

    def files(self, location: str) -> list[StoredFile]:
        """Give all files under a location, at any depth."""
        system, path = self.at(location)
        prefix = location.removesuffix(path)
        found: list[FileInfo] = system.get_file_info(FileSelector(path, recursive=True, allow_not_found=True))
        return [StoredFile(prefix + info.path, info.mtime) for info in found if info.type == FileType.File]

    def delete(self, location: str) -> None:
        """Remove a file; one that is gone already is no failure."""
        system, path = self.at(location)
        with contextlib.suppress(FileNotFoundError):
            system.delete_file(path)

    def settle(self, locations: Iterable[str]) -> None:
        """Force files to the disk, so that a power cut after the database's commit cannot take them."""
        if not self.local:
            return
        paths = list(locations)
        for path in [*paths, *{os.path.dirname(path) for path in paths}]:  # noqa: PTH120 - a location, not a Path
            handle = os.open(path, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)
