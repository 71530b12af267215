"""The key that signs checkpoints: 32 bytes in the data folder, readable by its owner only, never in the database."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Final

from django.conf import settings

from vamco.lib.errors import N_, Refused

SIZE: Final = 32


def path() -> Path:
    """Where the key is."""
    return Path(settings.VAMCO_DATA) / "audit_key"


def private() -> bytes:
    """The key, made when there is none; Refused when others may read it or it is no key."""
    file = path()
    if not file.exists():
        _make(file)
    if file.stat().st_mode & 0o077:
        raise Refused("audit.key_open", N_("Others may read the key %(path)s: set its mode to 0600."), path=str(file))
    key = file.read_bytes()
    if len(key) != SIZE:
        raise Refused("audit.no_key", N_("%(path)s is not a key of 32 bytes."), path=str(file))
    return key


def _make(file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    fresh = file.with_name(f"{file.name}.{secrets.token_hex(4)}")
    fresh.touch(mode=0o600)
    fresh.write_bytes(secrets.token_bytes(SIZE))
    try:
        file.hardlink_to(fresh)  # two processes may begin at once: one key wins
    except FileExistsError:
        pass
    finally:
        fresh.unlink()
