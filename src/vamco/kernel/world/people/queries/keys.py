"""Where the keys for identity numbers are: in VAMCO_IDENTITY_KEYS, or in a file of the data folder, made when first needed."""

from __future__ import annotations

import os
import secrets
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings

from vamco.lib.errors import N_, Refused, Unavailable
from vamco.lib.registry import Registry

if TYPE_CHECKING:
    from vamco.kernel.world.people.models import Sealed
    from vamco.kernel.world.people.rules.sealing import Keyring

NAME = "identity_keys"


_tables: Registry[str, type[Sealed]] = Registry("sealed table")


def keep(table: type[Sealed]) -> None:
    """Tell of a table whose rows are sealed under these keys: they rotate with them and none is thrown away before."""
    _tables.add(f"{table.__module__}.{table.__qualname__}", table)


def tables() -> tuple[type[Sealed], ...]:
    """Give all tables that stand under these keys."""
    return tuple(_tables.values())


def keyring() -> Keyring:
    """Give the keys; a file that another process has changed is read anew."""
    if settings.VAMCO_IDENTITY_KEYS is not None:
        return _read(settings.VAMCO_IDENTITY_KEYS.get_secret_value())
    path = Path(settings.VAMCO_DATA) / NAME
    try:
        found = path.stat()
    except FileNotFoundError:
        if any(table.objects.exists() for table in tables()):  # a new key would hide that the old ones are lost
            raise Unavailable(
                "people.keys_missing", N_("The key file %(file)s is missing: bring it back."), file=str(path)
            ) from None
        _make(path)
        found = path.stat()
    if found.st_mode & 0o077:
        raise Unavailable(
            "people.open_keys", N_("The key file %(file)s can be read by others: chmod 600."), file=str(path)
        )
    return _read_file(path, found.st_ino, found.st_mtime_ns)


def replace(keys: Keyring) -> None:
    """Make these the keys of the file, all at once; Refused when they come from the environment."""
    if settings.VAMCO_IDENTITY_KEYS is not None:
        raise Refused(
            "people.keys_from_environment",
            N_("The keys come from VAMCO_IDENTITY_KEYS: add the new one there, as the last, and start again."),
        )
    path = Path(settings.VAMCO_DATA) / NAME
    fresh = _write(path, keys)
    fresh.replace(path)
    _settle(path.parent)


@lru_cache(maxsize=4)
def _read(text: str) -> Keyring:
    from vamco.kernel.world.people.rules.sealing import Keyring

    return Keyring.read(text)


@lru_cache(maxsize=4)
def _read_file(path: Path, _inode: int, _changed: int) -> Keyring:
    return _read(path.read_text(encoding="ascii"))


def _make(path: Path) -> None:
    from vamco.kernel.world.people.rules.sealing import Keyring, new_key

    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = _write(path, Keyring([new_key()]))
    try:
        path.hardlink_to(fresh)  # two processes may start at once: one key wins
        _settle(path.parent)
    except FileExistsError:
        pass
    finally:
        fresh.unlink()


def _write(path: Path, keys: Keyring) -> Path:
    """Write keys beside their place, for the owner only, and on the disk before the first number is sealed with them."""
    fresh = path.with_name(f"{NAME}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as out:
        out.write(keys.write())
        out.flush()
        os.fsync(out.fileno())
    return fresh


def _settle(folder: Path) -> None:
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
