"""`vamco restore BACKUP --data NEW [--keys FILE]`: a province from its backup, in an empty folder, proved before it may start.

BACKUP is one backup or a folder of them, of which the newest is taken. The database is that of the new folder, or the empty one
at DATABASE_URL and DATABASE_OWNER_URL. A restore that was broken off starts nowhere; run it again, and it begins anew.
"""

from __future__ import annotations

import argparse
import errno
import fcntl
import os
import secrets
import shutil
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from vamco.cli import backup_database, backup_format, backup_keys, ground
from vamco.cli.backup_format import DUMP, copy, shown
from vamco.cli.console import say
from vamco.config.unfinished import MARK, TOKEN
from vamco.lib.errors import N_, Refused, Unavailable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from vamco.cli.backup_database import Base
    from vamco.cli.backup_format import Manifest

_FULL: Final = {errno.ENOSPC, errno.EDQUOT}
_OURS: Final = {MARK, "owner.lock"}  # held while a restore is going on
_LOSSES: Final = {
    backup_keys.IDENTITY: N_("%(sealed)s sealed numbers of citizens and firms cannot be opened."),
    backup_keys.SECRET: N_("Everybody has to log in again, and links in letters and messages open nothing any more."),
    backup_keys.AUDIT: N_("Checkpoints of the log will be signed with a new key."),
    backup_keys.SIGNING: N_("Nothing can be signed until agencies' keys lie in signing/ of the data folder."),
}


def main(argv: Sequence[str]) -> int:
    """Restore and prove; 1 when the log that was backed up is not true."""
    options = _arguments(argv)
    folder = backup_format.chosen(options.backup)
    manifest = backup_format.read(folder)
    keys = _keys(options.keys, backup_keys.read_passphrase(options.passphrase_file), manifest)
    _demand_same_store(manifest)
    _demand_complete(folder, manifest)
    os.umask(0o077)
    with _reserved(options.data) as (home, token):
        say(N_("Restoring the backup of %(moment)s into %(home)s …"), moment=manifest.moment, home=home)
        try:
            _clear(home)
            backup_keys.place(home, keys)
            _copy_files(folder, home, manifest)
            with backup_database.emptied(options.data, token) as base:
                true = _fill(base, folder, manifest, token)
                if not true and not options.accept_broken_log:
                    raise Refused(
                        "restore.log_not_true",
                        N_(
                            "The log of acts is not true, and was not when the backup was made. See --accept-broken-log."
                        ),
                    )
                backup_database.mark(base.owner, None)
        except OSError as error:
            if error.errno in _FULL:
                raise Unavailable(
                    "restore.disk_full",
                    N_("The disk of %(home)s is full. Nothing can be started there; make room and run it again."),
                    home=home,
                ) from error
            raise
        os.sync()
        (home / MARK).unlink()
        backup_format.settle(home)
    _say_losses(manifest, keys)
    say(N_("The restore is complete and proved. Start the platform with --data %(folder)s."), folder=options.data)
    return 0 if true else 1


def _arguments(argv: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="vamco restore", description=__doc__)
    parser.add_argument("backup", type=Path, metavar="BACKUP", help="a backup, or a folder of them")
    parser.add_argument("--data", type=Path, required=True, help="the new data folder, empty or not there yet")
    parser.add_argument("--keys", type=Path, metavar="FILE", help="the file of keys that was kept elsewhere")
    parser.add_argument("--passphrase-file", type=Path, metavar="FILE", help="what the keys are encrypted with")
    parser.add_argument(
        "--accept-broken-log", action="store_true", help="let it start although the log of acts is not true"
    )
    return parser.parse_args(argv)


def _keys(path: Path | None, passphrase: str, manifest: Manifest) -> dict[str, bytes]:
    """Return the keys; Refused when they are not those that open this backup."""
    keys = backup_keys.read(path, passphrase) if path else {}
    found = backup_keys.fingerprints(keys)
    same = {backup_keys.SECRET, backup_keys.AUDIT}
    if any(manifest.keys.get(name) not in {None, found[name]} for name in same & found.keys()):
        raise Refused("restore.other_keys", N_("The keys in %(path)s are those of another province."), path=path)
    if backup_keys.IDENTITY in keys:
        here = backup_keys.identity_ids(keys)
        lost = sorted(key for key, numbers in manifest.sealed.items() if numbers and key not in here)
        if lost:  # keys of another day: one was rotated or retired in between
            raise Refused(
                "restore.keys_too_few",
                N_("The keys in %(path)s lack %(lost)s, which numbers in this backup need."),
                path=path,
                lost=", ".join(lost),
            )
    return keys


def _demand_same_store(manifest: Manifest) -> None:
    """Refuse where the platform would look for the files in another place than the one they are restored to."""
    here = "bucket" if os.environ.get("VAMCO_FILES") else "folder"
    if here == manifest.store:
        return
    if here == "bucket":
        raise Refused(
            "restore.into_bucket",
            N_(
                "The backup holds the files themselves: restore without VAMCO_FILES, and move them to a bucket afterwards."
            ),
        )
    raise Refused(
        "restore.from_bucket",
        N_("The files of this backup lie in a bucket: set VAMCO_FILES to it, so that they can be looked for."),
    )


def _demand_complete(folder: Path, manifest: Manifest) -> None:
    """Refuse a backup that lacks a file or part of one, before anything is written; the bytes are compared as they are copied."""
    for path, kept in manifest.files.items():
        found = folder / path
        if not found.is_file() or found.stat().st_size != kept.size:
            raise _altered(folder, path)


def _altered(folder: Path, path: str) -> Refused:
    return Refused(
        "backup.altered",
        N_("%(path)s of the backup %(folder)s is missing or altered. Use another backup."),
        path=path,
        folder=folder,
    )


@contextmanager
def _reserved(folder: Path) -> Iterator[tuple[Path, str]]:
    """Give the data folder, marked as unfinished, and its token; Refused unless it is empty or a broken restore left it."""
    if folder.exists() and not folder.is_dir():
        raise _not_empty(folder)
    names = {entry.name for entry in folder.iterdir()} if folder.exists() else set()
    if names and not names & {MARK, "elsewhere"}:
        raise _not_empty(folder)
    home = ground.data_folder(folder)
    inside = {entry.name for entry in home.iterdir()} - {"elsewhere"}
    if inside and MARK not in inside:
        raise _not_empty(home)
    descriptor = os.open(home / MARK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Refused("restore.running", N_("Another restore into %(folder)s is running."), folder=folder) from None
        token = os.pread(descriptor, 100, 0).decode("ascii", "replace")
        if not token:
            token = secrets.token_hex(16)
            os.pwrite(descriptor, token.encode("ascii"), 0)
            os.fsync(descriptor)
            backup_format.settle(home)
        os.environ[TOKEN] = token
        yield home, token
    finally:
        os.close(descriptor)


def _not_empty(folder: Path) -> Refused:
    return Refused(
        "restore.not_empty", N_("%(folder)s is not empty. A restore goes into a new or an empty folder."), folder=folder
    )


def _clear(home: Path) -> None:
    """Remove what a broken restore left; its database is removed by who owns it."""
    for entry in home.iterdir():
        if entry.name in _OURS or entry.name == "pgdata":
            continue
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        else:
            entry.unlink()


def _copy_files(folder: Path, home: Path, manifest: Manifest) -> None:
    """Copy all but the dump, comparing each byte's sum on the way."""
    for path, kept in shown(N_("Files"), sorted(manifest.files.items())):
        if path == DUMP:
            continue
        target = home / path
        target.parent.mkdir(parents=True, exist_ok=True)
        if copy(folder / path, target) != kept:
            raise _altered(folder, path)


def _fill(base: Base, folder: Path, manifest: Manifest, token: str) -> bool:
    """Load the database and prove that it, the files and the lake are those of the backup; tells whether the log is true."""
    from vamco.cli import restore_proof

    version = _server(base)
    if version // 10_000 < manifest.postgres // 10_000:
        raise Refused(
            "restore.old_server",
            N_("The backup was made of PostgreSQL %(found)s, and this server is older (%(here)s)."),
            found=manifest.postgres // 10_000,
            here=version // 10_000,
        )
    os.environ |= {"DATABASE_URL": base.owner, "DATABASE_OWNER_URL": base.owner, "VAMCO_DATA": str(base.data)}
    from vamco.config.start import start

    start()
    restore_proof.demand_known_migrations(manifest)
    if backup_format.digest(folder / DUMP)[1] != manifest.files[DUMP].sha256:
        raise _altered(folder, DUMP)
    backup_database.mark(base.owner, token)
    backup_database.load(base, version // 10_000, folder / DUMP)
    return restore_proof.prove(base, manifest)


def _server(base: Base) -> int:
    import psycopg

    with psycopg.connect(base.owner) as connection:
        return connection.info.server_version


def _say_losses(manifest: Manifest, keys: dict[str, bytes]) -> None:
    """Say plainly what stays closed without the keys that were not given."""
    for name, message in _LOSSES.items():
        had = any(key.split("/")[0] == name for key in manifest.keys)
        if had and not any(key.split("/")[0] == name for key in keys):
            say(N_("Restored without %(name)s:"), name=name)
            say(message, sealed=f"{sum(manifest.sealed.values()):,}")
    for path in manifest.absent:
        say(N_("Missing or damaged, and so not in the backup: %(path)s"), path=path)
