from __future__ import annotations

import datetime as dt
import os
import stat
import time
import zipfile
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, Final

from vamco.lib.errors import N_, Refused, Unavailable
from vamco.lib.text import nfc
from vamco.systems.hub.adapters.connectors.port import Fetched, State, setting
from vamco.systems.hub.contracts import Delivery

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vamco.systems.hub.rules.feeds import FeedItem, SourceItem

STABLE_S: Final = 2.0
OPEN_S: Final = 300.0
"""How old a file that does not end must be, in seconds, before it is taken all the same (and refused for it)."""
_UNDER_WAY: Final = (".part", ".partial", ".tmp", ".temp", ".crdownload", ".download", ".filepart", ".swp", "~")
_TYPES = {"csv": "text/csv", "jsonl": "application/x-ndjson", "xlsx": "application/vnd.ms-excel"}
_CHUNK = 1 << 20


class FolderConnector:
    """Files in a folder, each one delivery. A file that is still being written waits for the next time, by name or by look."""

    def fetch(
        self,
        source: SourceItem,
        feed: FeedItem,
        state: State,
        workspace: Path,
        *,
        whole: bool,
        single: bool = False,
    ) -> Iterator[Fetched]:
        """See the port."""
        folder = _folder(Path(setting(source.folder_from)), source.folder)
        found_names = [path.name for path in folder.iterdir() if _wanted(path.name, feed.pattern)]
        # Rows are added in the order in which they were written; of files that replace one another the newest comes first.
        sign = -1 if whole else 1
        names = sorted(found_names, key=lambda name: (sign * _changed(folder / name), name))
        if single:
            _refuse_several([name for name in names if _is_file(folder / name)])
        links = [name for name in names if (folder / name).is_symlink()]
        known: dict[str, list[int]] = {name: mark for name, mark in state.get("files", {}).items() if name in names}
        for name in names:
            if name in links:
                continue
            copy = workspace / "delivery"
            found = _take(folder / name, copy, known.get(name))
            if found is not None and not _under_way(feed.format, copy, found):
                known = {**known, name: _mark(found)}
                at = dt.datetime.fromtimestamp(found.st_mtime, dt.UTC)
                delivery = Delivery(
                    source.code,
                    nfc(name),
                    _TYPES[feed.format],
                    copy,
                    at,
                    layout=feed.layout(),
                    beside=tuple(nfc(other) for other in names if other != name),
                )
                yield Fetched(delivery, {"files": known})
        if links:
            raise Refused("hub.symlink", N_("“%(name)s” is a link, not a file; links are not followed"), name=links[0])


def _wanted(name: str, pattern: str) -> bool:
    hidden = name.startswith((".", "~$")) or name.lower().endswith(_UNDER_WAY)
    return not hidden and fnmatchcase(nfc(name), nfc(pattern))


def _under_way(form: str, copy: Path, found: os.stat_result) -> bool:
    """Whether a file may still be growing: it is young, and does not end as such a file does. It is looked at again next time."""
    if abs(time.time() - found.st_mtime) > OPEN_S or not found.st_size:
        return False
    with copy.open("rb") as file:
        if form == "xlsx":
            return file.read(2) == b"PK" and not zipfile.is_zipfile(copy)
        file.seek(max(0, found.st_size - 2))
        return not file.read().endswith((b"\n", b"\r", b"\n\0"))


def _changed(path: Path) -> int:
    try:
        return path.lstat().st_mtime_ns
    except OSError:
        return 0


def _is_file(path: Path) -> bool:
    try:
        return stat.S_ISREG(path.lstat().st_mode)
    except OSError:
        return False


def _refuse_several(names: list[str]) -> None:
    if len(names) > 1:
        raise Refused(
            "hub.several_files",
            N_("Each delivery replaces all rows, so that one file is expected, and several lie there: %(names)s"),
            names=", ".join(map(nfc, names)),
        )


def _folder(root: Path, below: str) -> Path:
    folder = root / below
    try:
        inside = folder.resolve(strict=True) == root.resolve(strict=True) / below
        if not inside or not folder.is_dir():
            raise Refused("hub.outside", N_("The folder “%(folder)s” does not lie in the shared folder"), folder=below)
    except OSError:
        raise Unavailable("hub.no_folder", N_("The folder “%(folder)s” cannot be opened"), folder=below) from None
    return folder


def _mark(found: os.stat_result) -> list[int]:
    """What changes when a file does; the time of the last change cannot be set back by a program that copies times."""
    return [found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino]


def _take(path: Path, copy: Path, known: list[int] | None) -> os.stat_result | None:
    """Copies a file that is new and at rest; None when it is neither."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except FileNotFoundError:
        return None
    except OSError:
        raise Unavailable("hub.unreadable", N_("The file “%(name)s” cannot be read"), name=path.name) from None
    before = os.fstat(handle)
    if not stat.S_ISREG(before.st_mode) or _mark(before) == known:
        os.close(handle)
        return None
    with os.fdopen(handle, "rb") as file:
        time.sleep(min(STABLE_S, max(0.0, before.st_mtime + STABLE_S - time.time())))
        with copy.open("wb") as out:
            while chunk := file.read(_CHUNK):
                out.write(chunk)
        return before if _mark(os.fstat(handle)) == _mark(before) else None
