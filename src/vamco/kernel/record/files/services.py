from __future__ import annotations

import contextlib
import datetime as dt
import errno
import hashlib
import os
import secrets
from pathlib import Path
from typing import IO, TYPE_CHECKING

from django.conf import settings
from django.db import connection, transaction

from vamco.kernel.base import clock
from vamco.kernel.base.audit import public as audit
from vamco.kernel.record.files import rules
from vamco.kernel.record.files.models import File
from vamco.lib.errors import N_, Missing, Refused, Unavailable
from vamco.lib.text import nfc

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vamco.kernel.world.agencies.models import Agency

CHUNK = 1 << 20
MAX_BYTES = 2 << 30
KEPT = dt.timedelta(days=2)
FULL_DISK = {errno.ENOSPC, errno.EDQUOT}


def store(
    stream: IO[bytes],
    *,
    name: str,
    agency: Agency | None = None,
    by: str = audit.SYSTEM,
    max_bytes: int = MAX_BYTES,
) -> File:
    """Keep a content and give it a name.

    The bytes are on disk before the row is written, so a row never points at nothing; a content without a row is swept.
    """
    with _part() as part:
        sha256, size, head = _copy(stream, part, max_bytes)
        with transaction.atomic():
            _hold(sha256)
            _place(part, _path(sha256))
            file = File.objects.create(
                sha256=sha256,
                size=size,
                name=_clean(name),
                media_type=rules.media_type(head),
                agency=agency,
                stored_by=by,
                stored_at=clock.now(),
            )
            audit.record(
                "files.store",
                actor=by,
                chain=agency.code if agency else "files",
                subject=f"file:{file.pk}",
                detail={"sha256": sha256, "size": size},
            )
    return file


def content_path(file: File) -> Path:
    """Where the content of a file lies on this machine."""
    path = _path(file.sha256)
    if not path.exists():
        raise Missing("files.no_content", N_("The content of this file is not stored here."), file=file.pk)
    return path


def _path(sha256: str) -> Path:
    return Path(settings.VAMCO_DATA) / "files" / sha256[:2] / sha256[2:]


def _clean(name: str) -> str:
    last = nfc(name).replace("\\", "/").rsplit("/", 1)[-1]
    kept = "".join(letter for letter in last if letter.isprintable()).strip(". ")
    return kept[-255:] or "file"


def sweep(now: dt.datetime) -> int:
    """Remove contents without a row and unfinished ones, once they are KEPT old; gives their number.

    An upload that goes on longer than that would lose its part, so KEPT is generous.
    """
    root = Path(settings.VAMCO_DATA) / "files"
    limit = (now - KEPT).timestamp()
    return sum(_sweep_one(path, limit) for path in root.glob("*/*"))


def _sweep_one(path: Path, limit: float) -> bool:
    sha256 = path.parent.name + path.name
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtext(%s))", [sha256])
        free = cursor.fetchone()[0]  # else somebody is just giving the content a name
        if not free or path.stat().st_mtime >= limit or File.objects.filter(sha256=sha256).exists():
            return False
        path.unlink()
    return True


def _hold(sha256: str) -> None:
    """Keep the sweeper from a content until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(hashtext(%s))", [sha256])


@contextlib.contextmanager
def _part() -> Iterator[Path]:
    """Give a place for an unfinished content, of which nothing stays; a full disk has an error of its own."""
    part = Path(settings.VAMCO_DATA) / "files" / "incoming" / secrets.token_hex(16)
    try:
        part.parent.mkdir(parents=True, exist_ok=True)
        yield part
    except OSError as error:
        if error.errno in FULL_DISK:
            raise Unavailable("files.disk_full", N_("The disk is full; nothing was stored.")) from error
        raise
    finally:
        part.unlink(missing_ok=True)


def _copy(stream: IO[bytes], part: Path, max_bytes: int) -> tuple[str, int, bytes]:
    digest, size, head = hashlib.sha256(), 0, b""
    with part.open("xb") as out:
        while chunk := stream.read(CHUNK):
            size += len(chunk)
            if size > max_bytes:
                raise Refused("files.too_large", N_("The file is larger than %(limit)s bytes."), limit=max_bytes)
            head += chunk[: rules.HEAD - len(head)]
            digest.update(chunk)
            out.write(chunk)
        out.flush()
        os.fsync(out.fileno())
    return digest.hexdigest(), size, head


def _place(part: Path, target: Path) -> None:
    """Move a content to its place, and its name to the disk: a row must not outlive it when the power fails."""
    target.parent.mkdir(parents=True, exist_ok=True)
    part.replace(target)
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
