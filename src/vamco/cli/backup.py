"""`vamco backup TARGET [--keys FOLDER]`: database, files and lake of one moment, while the province runs; `--check` verifies one.

Each backup is a folder of its own in TARGET, named after its moment. Files that the one before holds are linked, not copied. The
keys go to another folder, which must be kept elsewhere: without them a backup opens no sealed number.
"""

from __future__ import annotations

import argparse
import errno
import fcntl
import os
import shutil
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from vamco.cli import backup_database, backup_format, backup_keys
from vamco.cli.backup_format import DUMP, UNFINISHED, Kept, Manifest, copy, shown
from vamco.cli.console import say
from vamco.cli.province import chosen_folder
from vamco.lib.errors import N_, Refused, Unavailable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from vamco.cli.backup_database import Base

_FULL: Final = {errno.ENOSPC, errno.EDQUOT}
_NO_LINKS: Final = {errno.EPERM, errno.EXDEV, errno.EMLINK, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS}
_DATA: Final = ".parquet"  # files of the lake whose names are never used again


@dataclass
class Facts:
    """What the database says at the moment of the backup."""

    moment: str
    server: int
    contents: list[tuple[str, int]]
    folder: Path | None
    lake_root: str
    lake_files: list[str]
    lake: dict[str, list[list[int]]]
    rows: dict[str, int]
    rights: dict[str, str]
    migrations: list[str]
    audit: dict[str, list[Any]]
    keys: dict[str, bytes]
    sealed: dict[str, int]


@dataclass
class Making:
    """A backup that is being written to `part`; `earlier` is the one whose files are linked."""

    part: Path
    earlier: Path | None
    known: dict[str, Kept]
    files: dict[str, Kept] = field(default_factory=dict)
    absent: list[str] = field(default_factory=list)
    copied: int = 0
    linked: int = 0

    def keep(self, path: str, source: Path, *, size: int | None = None, sha256: str = "", same: bool = False) -> None:
        """Bring a file into the backup at `path`: linked when the earlier backup has it, else copied.

        `size` and `sha256`: what it has to have. `same`: a file of that path and size in the earlier backup is this file. One that
        is missing or damaged is noted: the rest is worth keeping all the same.
        """
        before = self.known.get(path)
        if same and before is not None and before.size == size and self._link(path, before):
            return
        target = self.part / path
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            kept = copy(source, target)
        except FileNotFoundError:
            self.absent.append(path)
            return
        if (size is not None and kept.size != size) or (sha256 and kept.sha256 != sha256):
            target.unlink()
            self.absent.append(path)
            return
        if kept == before and self._link(path, before):
            return
        self.files[path] = kept
        self.copied += kept.size

    def _link(self, path: str, before: Kept) -> bool:
        assert self.earlier is not None  # noqa: S101  # what is known is known from there
        source, target = self.earlier / path, self.part / path
        target.parent.mkdir(parents=True, exist_ok=True)
        fresh = target.with_name(f"{target.name}.link")
        try:
            if source.stat().st_size != before.size:
                return False
            os.link(source, fresh)
        except FileNotFoundError:
            return False
        except OSError as error:
            if error.errno in _NO_LINKS:
                return False
            raise
        fresh.replace(target)
        self.files[path] = before
        self.linked += before.size
        return True


def main(argv: Sequence[str]) -> int:
    """Make a backup or check one; 1 when the one checked is not whole, or a file could not be read."""
    options = _arguments(argv)
    if options.check:
        return _check(backup_format.chosen(options.target))
    passphrase = backup_keys.read_passphrase(options.passphrase_file)
    data = options.data or chosen_folder()
    os.umask(0o077)
    target = _target(options.target, data, options.keys)
    with _only_backup(target), backup_database.opened(data) as base:
        made = _begin(base, target, full=options.full)
        try:
            manifest, keys = _make(base, made, without_files=options.without_files)
            if options.keys:
                apart = options.keys / f"vamco-keys-{manifest.moment}.json"
                backup_keys.write(apart, keys, moment=manifest.moment, passphrase=passphrase)
            done = _finish(made.part, target / manifest.moment, manifest)
        except OSError as error:
            if error.errno in _FULL:
                raise _no_room(target) from error
            raise
        except Unavailable as error:
            if "No space left" in str(error.data.get("tail", "")):
                raise _no_room(target) from error
            raise
        finally:
            shutil.rmtree(made.part, ignore_errors=True)
    _say(done, manifest, made, kept_apart=options.keys is not None, encrypted=bool(passphrase))
    for old in backup_format.complete(target)[: -options.keep] if options.keep else ():
        _remove(old)
    return 1 if manifest.absent else 0


def _arguments(argv: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="vamco backup", description=__doc__)
    parser.add_argument("target", type=Path, metavar="TARGET", help="folder of backups; with --check also one of them")
    parser.add_argument(
        "--check", action="store_true", help="read every byte of a backup and compare it with its manifest"
    )
    parser.add_argument("--data", type=Path, help="data folder (default: VAMCO_DATA, or .vamco in the checkout)")
    parser.add_argument("--keys", type=Path, metavar="FOLDER", help="write the keys there: a folder kept elsewhere")
    parser.add_argument("--passphrase-file", type=Path, metavar="FILE", help="encrypt the keys with what is in FILE")
    parser.add_argument("--full", action="store_true", help="copy every file again, link none")
    parser.add_argument("--keep", type=_positive, metavar="N", help="afterwards remove all but the newest N backups")
    parser.add_argument(
        "--without-files", action="store_true", help="leave the files out: they lie in a bucket (VAMCO_FILES)"
    )
    return parser.parse_args(argv)


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError(text)
    return number


def _target(target: Path, data: Path, keys: Path | None) -> Path:
    """Make the folders; Refused where backup, keys and data would lie in each other."""
    target = target.resolve()
    if target.is_relative_to(data.resolve()):
        raise Refused("backup.inside", N_("The backup may not lie in the data folder: both would be lost together."))
    if keys is not None and (keys.resolve().is_relative_to(target) or target.is_relative_to(keys.resolve())):
        raise Refused(
            "backup.keys_inside", N_("Keep the keys apart from the backup: who finds both can open everything.")
        )
    for folder in filter(None, (target, keys)):
        folder.mkdir(parents=True, exist_ok=True)
    return target


@contextmanager
def _only_backup(target: Path) -> Iterator[None]:
    """Let one backup at a time write to a folder, and remove what a broken one left there."""
    descriptor = os.open(target / ".lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Refused(
                "backup.target_in_use", N_("Another backup writes to %(target)s just now."), target=target
            ) from None
        for leftover in target.glob(f"*{UNFINISHED}"):
            shutil.rmtree(leftover)
        yield
    finally:
        os.close(descriptor)


def _begin(base: Base, target: Path, *, full: bool) -> Making:
    """Choose the earlier backup of the same data whose files need not be copied again."""
    part = target / f"backup{UNFINISHED}"
    part.mkdir()
    earlier = None if full else next(iter(reversed(backup_format.complete(target))), None)
    if earlier is None:
        return Making(part, None, {})
    try:
        known = backup_format.read(earlier)
    except Refused:  # nothing of a damaged one is reused
        return Making(part, None, {})
    same_lake = known.lake_root == str(base.data / "lake")
    files = {path: kept for path, kept in known.files.items() if same_lake or not path.startswith("lake/")}
    return Making(part, earlier, files)


def _make(base: Base, made: Making, *, without_files: bool) -> tuple[Manifest, dict[str, bytes]]:
    """Read the database at one moment, then copy what it names, while nobody removes files; gives the keys apart."""
    from importlib.metadata import version

    os.environ |= {"DATABASE_URL": base.owner, "DATABASE_OWNER_URL": base.owner, "VAMCO_DATA": str(base.data)}
    from vamco.config.start import start

    start()
    from vamco.kernel.base.removals import public as removals

    with removals.suspended():
        facts = _read(base, made.part, without_files=without_files)
        if facts.folder is not None:
            _keep_contents(made, facts.folder, facts.contents)
        _keep_lake(made, facts)
        dumped = backup_format.digest(made.part / DUMP)
        made.files[DUMP] = Kept(*dumped)
        made.copied += dumped[0]
        if not removals.held():
            raise Unavailable(
                "backup.lock_lost", N_("The connection to the database was lost; files may be missing. Try again.")
            )
    manifest = Manifest(
        moment=facts.moment,
        vamco=version("vamco"),
        postgres=facts.server,
        migrations=facts.migrations,
        rows=facts.rows,
        rights=facts.rights,
        files=made.files,
        store="folder" if facts.folder is not None else "bucket",
        contents=len(facts.contents),
        absent=sorted(made.absent),
        lake_root=facts.lake_root,
        lake=facts.lake,
        audit=facts.audit,
        keys=backup_keys.fingerprints(facts.keys),
        sealed=facts.sealed,
    )
    return manifest, facts.keys


def _read(base: Base, part: Path, *, without_files: bool) -> Facts:
    """Read everything in one snapshot of the database, which pg_dump reads, too."""
    from django.db import connection, transaction

    from vamco.kernel.base.audit import public as audit
    from vamco.kernel.record.files import public as files
    from vamco.systems.hub import public as hub

    folder = files.contents_folder()
    if folder is None and not without_files:
        raise Refused(
            "backup.bucket",
            N_(
                "The files lie in a bucket (VAMCO_FILES): turn on versioning or replication there, and make this backup "
                "with --without-files. It notes the fingerprint of each file, and a restore looks for all of them."
            ),
        )
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute("SELECT pg_export_snapshot(), current_setting('server_version_num')::int, now()")
        snapshot, server, now = cursor.fetchone()
        keys = _keys(base.data)
        sealed = _sealed(keys)
        raw = connection.connection
        migrations = raw.execute("SELECT app || '.' || name FROM django_migrations ORDER BY 1").fetchall()
        lake = hub.lake()
        facts = Facts(
            moment=now.strftime("%Y-%m-%dT%H%M%SZ"),
            server=server,
            contents=files.contents(),
            folder=folder,
            lake_root=lake.root,
            lake_files=sorted(lake.files()),
            lake={name: [[state.id, state.rows] for state in lake.history(name)] for name in lake.tables()},
            rows=backup_database.count_rows(raw),
            rights=backup_database.read_rights(raw),
            migrations=[name for (name,) in migrations],
            audit={chain: [end.seq, end.hash.hex()] for chain, end in audit.heads().items()},
            keys=keys,
            sealed=sealed,
        )
        backup_database.dump(base, server // 10_000, snapshot, part / DUMP)
    return facts


def _keys(data: Path) -> dict[str, bytes]:
    from vamco.config.environment import environment

    given = environment()
    secrets = (key.get_secret_value() if key else None for key in (given.secret_key, given.identity_keys))
    return backup_keys.gather(data, *secrets)


def _sealed(keys: dict[str, bytes]) -> dict[str, int]:
    """Return how many numbers stand under each key. Without any key none was ever made, and none shall be now."""
    from vamco.kernel.world.people import public as people

    return people.key_use() if backup_keys.IDENTITY in keys else {}


def _keep_contents(made: Making, folder: Path, contents: list[tuple[str, int]]) -> None:
    for sha256, size in shown(N_("Files"), contents):
        place = f"{sha256[:2]}/{sha256[2:]}"
        made.keep(f"files/{place}", folder / place, size=size, sha256=sha256, same=True)


def _keep_lake(made: Making, facts: Facts) -> None:
    root = Path(facts.lake_root)
    for location in shown(N_("Lake"), facts.lake_files):
        source = Path(location)
        path = f"lake/{source.relative_to(root).as_posix()}"
        size = source.stat().st_size if source.suffix == _DATA and source.exists() else None
        made.keep(path, source, size=size, same=source.suffix == _DATA)


def _finish(part: Path, final: Path, manifest: Manifest) -> Path:
    """Force all to the disk, write the manifest last and give the backup its name."""
    if final.exists():
        raise Refused("backup.exists", N_("There is already a backup %(folder)s."), folder=final)
    os.sync()
    backup_format.write(part, manifest)
    part.rename(final)
    backup_format.settle(final.parent)
    return final


def _remove(old: Path) -> None:
    """Remove a backup, which is none from the first moment on."""
    gone = old.with_name(f"removed{UNFINISHED}")
    old.rename(gone)
    shutil.rmtree(gone)
    say(N_("Removed the backup %(folder)s."), folder=old)


def _no_room(target: Path) -> Unavailable:
    return Unavailable(
        "backup.disk_full",
        N_(
            "The disk of %(target)s is full. The backup was given up and nothing of it is left; earlier ones are as they were."
        ),
        target=target,
    )


def _say(done: Path, manifest: Manifest, made: Making, *, kept_apart: bool, encrypted: bool) -> None:
    say(
        N_(
            "Backup %(folder)s: %(rows)s rows, %(contents)s files, %(tables)s tables of the lake; %(copied)s copied, %(linked)s linked."
        ),
        folder=done,
        rows=f"{sum(manifest.rows.values()):,}",
        contents=f"{manifest.contents:,}",
        tables=len(manifest.lake),
        copied=size_shown(made.copied),
        linked=size_shown(made.linked),
    )
    if manifest.store == "bucket":
        say(N_("The files themselves are not in it: they lie in the bucket."))
    for path in manifest.absent:
        say(N_("Missing or damaged, and so not in the backup: %(path)s"), path=path)
    if not kept_apart:
        say(
            N_(
                "The keys are not in it. Without them %(sealed)s sealed numbers cannot be opened: back them up with --keys."
            ),
            sealed=f"{sum(manifest.sealed.values()):,}",
        )
    elif not encrypted:
        say(N_("The keys were written without a passphrase: keep that folder under lock."))


def size_shown(size: int) -> str:
    """Return a number of bytes as people read it."""
    return f"{size / 1_000_000:,.1f} MB"


def _check(folder: Path) -> int:
    found = backup_format.check(folder)
    for message, paths in (
        (N_("Missing: %(path)s"), found.missing),
        (N_("Altered: %(path)s"), found.altered),
        (N_("Not in the manifest: %(path)s"), found.unknown),
        (N_("Missing or damaged, and so not in the backup: %(path)s"), found.manifest.absent),
    ):
        for path in paths:
            say(message, path=path)
    if not found.whole:
        say(N_("%(folder)s is not whole. Use another backup."), folder=folder)
        return 1
    say(
        N_("%(folder)s is whole: %(files)s files, %(size)s, as of %(moment)s."),
        folder=folder,
        files=f"{found.files:,}",
        size=size_shown(found.size),
        moment=found.manifest.moment,
    )
    return 0
