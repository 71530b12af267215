"""Workbooks are ZIP archives: what they would unfold to is looked at before anything unfolds them."""

from __future__ import annotations

import zipfile
import zlib
from typing import TYPE_CHECKING

from vamco.lib.errors import N_, Refused

if TYPE_CHECKING:
    from pathlib import Path

MAX_UNPACKED = 512 << 20
MAX_RATIO = 200
_SMALL = 16 << 20  # a small part may be as dense as it likes
_CHUNK = 1 << 20


def refuse_bomb(path: Path) -> None:
    """Refused when the archive says that it unfolds to far more than it weighs, or unfolds to more than it says."""
    if not zipfile.is_zipfile(path):
        return
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            unpacked = sum(part.file_size for part in parts)
            packed = max(1, sum(part.compress_size for part in parts))
            if unpacked > MAX_UNPACKED or (unpacked > _SMALL and unpacked > MAX_RATIO * packed):
                raise _bomb()
            for part in parts:
                _refuse_lie(path, archive, part)
    except (zipfile.BadZipFile, zlib.error):
        raise Refused("hub.malformed", N_("The file cannot be read as %(format)s"), format="XLSX") from None


def _refuse_lie(path: Path, archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    """Unfolds one part, without keeping it, up to the size that it declares."""
    if part.compress_type != zipfile.ZIP_DEFLATED:
        return
    archive.open(part).close()  # checks that the local header agrees
    with path.open("rb") as file:
        file.seek(part.header_offset + 26)
        name, extra = (int.from_bytes(file.read(2), "little") for _ in range(2))
        file.seek(name + extra, 1)
        inflate, size, left = zlib.decompressobj(-zlib.MAX_WBITS), 0, part.compress_size
        while not inflate.eof and (data := file.read(min(_CHUNK, left))):
            left -= len(data)
            while data:
                size += len(inflate.decompress(data, _CHUNK))
                data = inflate.unconsumed_tail
                if size > part.file_size:
                    raise _bomb()


def _bomb() -> Refused:
    return Refused("hub.bomb", N_("The workbook would unfold to more than it may; it was not opened"))
