from __future__ import annotations

import datetime as dt
import errno
import hashlib
import secrets
import shutil
from typing import TYPE_CHECKING, Any

from vamco.lib.errors import N_, Unavailable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from vamco.kernel.record.files.adapters.stores.disk import Disk

CHUNK = 1 << 20
CONNECT_S, REQUEST_S = 5, 60


class Bucket:
    """A bucket that speaks S3, at "s3://key:secret@bucket/prefix?endpoint_override=…"; what is read is fetched to a folder first.

    An object appears when its upload is complete and never in part.
    """

    def __init__(self, address: str, near: Disk) -> None:
        self.address = address
        self.near = near

    def put(self, part: Path, sha256: str) -> None:
        """Upload a finished file under its key and look whether it lies there in full.

        What lies there already is left alone: an upload that is broken off may leave a part of it, and other files need the whole.
        """
        size = part.stat().st_size
        if self.has(sha256, size):
            return
        bucket, prefix = self._bucket()
        key = _key(prefix, sha256)
        try:
            with part.open("rb") as source:
                out = bucket.open_output_stream(key)
                while chunk := source.read(CHUNK):
                    out.write(chunk)
                out.close()  # not by `with`: closing after an error would complete a part
        except OSError as error:
            raise _away() from error
        if not self.has(sha256, size):
            self.remove(sha256)
            raise _away()

    def has(self, sha256: str, size: int) -> bool:
        """Whether the content lies in the bucket with that size."""
        bucket, prefix = self._bucket()
        try:
            return bool(bucket.get_file_info(_key(prefix, sha256)).size == size)
        except OSError as error:
            raise _away() from error

    def path(self, sha256: str) -> Path | None:
        """Fetch the content to this machine, unless it lies here from before; what is not its fingerprint is not given."""
        if near := self.near.path(sha256):
            return near
        from pyarrow.fs import FileType

        bucket, prefix = self._bucket()
        key = _key(prefix, sha256)
        part = self.near.root.parent / "incoming" / secrets.token_hex(16)
        part.parent.mkdir(parents=True, exist_ok=True)
        try:
            if bucket.get_file_info(key).type != FileType.File:
                return None
            with bucket.open_input_stream(key) as source, part.open("xb") as out:
                shutil.copyfileobj(source, out, CHUNK)
            with part.open("rb") as fetched:
                if hashlib.file_digest(fetched, "sha256").hexdigest() != sha256:
                    raise _away()
            self.near.put(part, sha256)
        except OSError as error:
            if error.errno in {errno.ENOSPC, errno.EDQUOT}:
                raise
            raise _away() from error
        finally:
            part.unlink(missing_ok=True)
        return self.near.path(sha256)

    def remove(self, sha256: str) -> None:
        """Take the content out of the bucket and from this machine."""
        bucket, prefix = self._bucket()
        self.near.remove(sha256)
        try:
            bucket.delete_file(_key(prefix, sha256))
        except FileNotFoundError:
            return
        except OSError as error:
            raise _away() from error

    def older(self, sha256: str, before: dt.datetime) -> bool:
        """Whether the content was uploaded before a moment of the bucket's clock."""
        bucket, prefix = self._bucket()
        try:
            uploaded = bucket.get_file_info(_key(prefix, sha256)).mtime
        except OSError as error:
            raise _away() from error
        return bool(uploaded is not None and uploaded.astimezone(dt.UTC) < before)

    def old(self, before: dt.datetime) -> Iterator[str]:
        """Give the contents that were uploaded before a moment; forgets what was fetched before it."""
        from pyarrow.fs import FileSelector

        for sha256 in list(self.near.old(before)):
            self.near.remove(sha256)
        bucket, prefix = self._bucket()
        try:
            listed = bucket.get_file_info(FileSelector(prefix, allow_not_found=True, recursive=True))
        except OSError as error:
            raise _away() from error
        for info in listed:
            if info.is_file and info.mtime is not None and info.mtime.astimezone(dt.UTC) < before:
                yield "".join(info.path.removeprefix(prefix).split("/"))

    def _bucket(self) -> tuple[Any, str]:
        """Give pyarrow's file system and the prefix; held by the module, because each one holds threads."""
        if self.address not in _open:
            from urllib.parse import urlsplit

            from pyarrow.fs import FileSystem, S3FileSystem

            system, prefix = FileSystem.from_uri(self.address)
            if not isinstance(system, S3FileSystem):
                raise Unavailable(
                    "files.wrong_store",
                    N_("VAMCO_FILES is not an address of the form s3://…"),
                    scheme=urlsplit(self.address).scheme,
                )
            _open[self.address] = system, prefix.rstrip("/")
        return _open[self.address]


_open: dict[str, tuple[Any, str]] = {}


def _key(prefix: str, sha256: str) -> str:
    return f"{prefix}/{sha256[:2]}/{sha256[2:]}"


def _away() -> Unavailable:
    return Unavailable("files.store_away", N_("The file store does not answer; please try again later."))
