from __future__ import annotations

import errno
import hashlib
import os
import secrets
from pathlib import Path
from typing import IO, TYPE_CHECKING

from django.conf import settings
from django.db import transaction

from vamco.kernel.base import clock
from vamco.kernel.base.audit import public as audit
from vamco.kernel.record.files import rules
from vamco.kernel.record.files.models import File
from vamco.lib.errors import N_, Missing, Refused, Unavailable
from vamco.lib.text import nfc

if TYPE_CHECKING:
    from vamco.kernel.world.agencies.models import Agency

CHUNK = 1 << 20
MAX_BYTES = 2 << 30
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
    sha256, size, head = _write(stream, max_bytes)
    with transaction.atomic():
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


def _write(stream: IO[bytes], max_bytes: int) -> tuple[str, int, bytes]:
    folder = Path(settings.VAMCO_DATA) / "files" / "incoming"
    folder.mkdir(parents=True, exist_ok=True)
    part = folder / secrets.token_hex(16)
    try:
        digest, size, head = _copy(stream, part, max_bytes)
        target = _path(digest)
        target.parent.mkdir(parents=True, exist_ok=True)
        part.replace(target)
    except OSError as error:
        part.unlink(missing_ok=True)
        if error.errno in FULL_DISK:
            raise Unavailable("files.disk_full", N_("The disk is full; nothing was stored.")) from error
        raise
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    return digest, size, head


def _copy(stream: IO[bytes], part: Path, max_bytes: int) -> tuple[str, int, bytes]:
    digest, size, head = hashlib.sha256(), 0, b""
    with part.open("xb") as out:
        while chunk := stream.read(CHUNK):
            size += len(chunk)
            if size > max_bytes:
                raise Refused("files.too_large", N_("The file is larger than %(limit)s bytes."), limit=max_bytes)
            head = head or chunk[: rules.HEAD]
            digest.update(chunk)
            out.write(chunk)
        out.flush()
        os.fsync(out.fileno())
    return digest.hexdigest(), size, head
