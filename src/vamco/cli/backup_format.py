"""What a backup is: a folder with a manifest, which is written last. Without one, or with a wrong one, it is none.

2026-11-30T021500Z/manifest.json   what is in it, and what it proves
2026-11-30T021500Z/database.dump   pg_dump's custom format
2026-11-30T021500Z/files/ab/cdef…  contents by their SHA-256
2026-11-30T021500Z/lake/…          data and metadata of the lake
"""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Final, TypeVar

from vamco.lib.errors import N_, Missing, Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

FORMAT: Final = 1
MANIFEST: Final = "manifest.json"
DUMP: Final = "database.dump"
UNFINISHED: Final = ".part"
_CHUNK: Final = 1 << 20
Thing = TypeVar("Thing")


@dataclass(frozen=True)
class Kept:
    """A file of a backup: its size and its SHA-256."""

    size: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """What a backup holds and what it was made of; `restore` compares all of it with what it has restored.

    `rights`: what others than the owner may do with each table and function. `lake`: the snapshots of each table, the oldest first, with the rows of the table then. `audit`: number and hash of the last
    entry of each chain. `keys`: SHA-256 of each key of that moment, none of which is in the backup. `sealed`: how many numbers
    stand under each identity key. `absent`: files that rows name and that could not be read when the backup was made.
    """

    moment: str
    vamco: str
    postgres: int
    migrations: list[str]
    rows: dict[str, int]
    rights: dict[str, str]
    files: dict[str, Kept]
    store: str
    contents: int
    absent: list[str]
    lake_root: str
    lake: dict[str, list[list[int]]]
    audit: dict[str, list[Any]]
    keys: dict[str, str]
    sealed: dict[str, int]
    format: int = FORMAT


@dataclass
class Checked:
    """What a look at every byte of a backup has found."""

    manifest: Manifest
    files: int = 0
    size: int = 0
    missing: list[str] = field(default_factory=list)
    altered: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)

    @property
    def whole(self) -> bool:
        """Whether all is there as it was written."""
        return not (self.missing or self.altered or self.unknown)


def write(folder: Path, manifest: Manifest) -> None:
    """Make a folder a backup. All that it holds is on the disk before."""
    content = asdict(manifest)
    text = json.dumps({**content, "checksum": _checksum(content)}, ensure_ascii=False, indent=1, sort_keys=True)
    with (folder / f"{MANIFEST}.new").open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    (folder / f"{MANIFEST}.new").rename(folder / MANIFEST)
    settle(folder)


def read(folder: Path) -> Manifest:
    """Return the manifest of a backup; Refused when it is none, is damaged or was written by a newer version."""
    try:
        content = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise Refused(
            "backup.none",
            N_("%(folder)s is no complete backup: it has no %(manifest)s."),
            folder=folder,
            manifest=MANIFEST,
        ) from None
    except (ValueError, OSError) as error:
        raise _damaged(folder) from error
    if not isinstance(content, dict):
        raise _damaged(folder)
    version = content.get("format")
    if isinstance(version, int) and version > FORMAT:
        raise Refused(
            "backup.newer",
            N_(
                "%(folder)s was made by a newer Vàm Cỏ (%(vamco)s, format %(version)s), and this one reads format %(known)s. "
                "Install that version and try again."
            ),
            folder=folder,
            vamco=content.get("vamco", "?"),
            version=version,
            known=FORMAT,
        )
    if content.pop("checksum", None) != _checksum(content):
        raise _damaged(folder)
    files = {path: Kept(**kept) for path, kept in content.pop("files").items()}
    return Manifest(**content, files=files)


def _damaged(folder: Path) -> Refused:
    return Refused("backup.damaged", N_("The %(manifest)s of %(folder)s is damaged."), folder=folder, manifest=MANIFEST)


def _checksum(content: dict[str, Any]) -> str:
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def complete(target: Path) -> list[Path]:
    """Return the backups in a folder of backups, the oldest first."""
    return sorted(path.parent for path in target.glob(f"*/{MANIFEST}") if path.parent.suffix != UNFINISHED)


def chosen(folder: Path) -> Path:
    """Return the backup that a folder is, or the newest one in it; Missing when there is none."""
    if (folder / MANIFEST).is_file():
        return folder
    if found := complete(folder):
        return found[-1]
    raise Missing("backup.not_found", N_("There is no complete backup in %(folder)s."), folder=folder)


def check(folder: Path, tick: Callable[[str], None] = lambda _path: None) -> Checked:
    """Read every byte of a backup and compare it with the manifest; `tick` is called before each file."""
    found = Checked(read(folder))
    for path, kept in sorted(found.manifest.files.items()):
        tick(path)
        try:
            size, sha256 = digest(folder / path)
        except FileNotFoundError:
            found.missing.append(path)
            continue
        except OSError:  # a block of the disk that cannot be read any more
            size, sha256 = 0, ""
        found.files, found.size = found.files + 1, found.size + size
        if Kept(size, sha256) != kept:
            found.altered.append(path)
    known = {*found.manifest.files, MANIFEST}
    found.unknown = sorted(path for path in _present(folder) if path not in known)
    return found


def _present(folder: Path) -> Iterator[str]:
    return (path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir() or path.is_symlink())


def digest(path: Path) -> tuple[int, str]:
    """Return the size and the SHA-256 of a file."""
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        return file.tell(), sha256


def copy(source: Path, target: Path) -> Kept:
    """Copy a file, and return what was written: the bytes that are hashed are those."""
    found, size = hashlib.sha256(), 0
    with source.open("rb") as taken, target.open("wb") as out:
        while chunk := taken.read(_CHUNK):
            found.update(chunk)
            out.write(chunk)
            size += len(chunk)
    return Kept(size, found.hexdigest())


def shown(title: str, things: Sequence[Thing]) -> Iterable[Thing]:
    """Go through things with a bar that shows how far it is."""
    from rich.progress import track

    from vamco.cli.console import wording

    return track(things, description=wording(title))


def settle(folder: Path) -> None:
    """Force the names in a folder to the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
