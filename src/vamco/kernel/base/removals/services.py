"""The lock between backups and whoever removes files."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from django.db import connection

from vamco.lib.errors import N_, Unavailable

if TYPE_CHECKING:
    from collections.abc import Iterator

_KEY: Final = 0x5641_4D43_4F42_4B50  # any number that nobody else takes
PATIENCE_S: Final = 300.0
_PAUSE_S: Final = 0.1


def allowed() -> bool:
    """Tell whether files may be removed now, and keep a backup from beginning until the present transaction ends."""
    return _ask("pg_try_advisory_xact_lock_shared")


@contextmanager
def suspended(*, patience: float = PATIENCE_S) -> Iterator[None]:
    """Let no file be removed for the length of the block; Unavailable while another backup runs or removals do not end.

    The lock belongs to this process's database connection, so that it goes when we are killed.
    """
    deadline = time.monotonic() + patience
    while not _ask("pg_try_advisory_lock"):
        if time.monotonic() > deadline:
            raise Unavailable(
                "backup.busy", N_("Another backup of this database is running, or files are being removed just now.")
            )
        time.sleep(_PAUSE_S)
    try:
        yield
    finally:
        if connection.connection is not None and not connection.connection.closed:
            _ask("pg_advisory_unlock")


def held() -> bool:
    """Tell whether this connection still suspends removals: a database that was restarted has forgotten it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid() AND granted"
            " AND mode = 'ExclusiveLock' AND ((classid::bigint << 32) | objid::bigint) = %s",
            [_KEY],
        )
        return bool(cursor.fetchone()[0])


def _ask(function: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s)", [_KEY])
        return bool(cursor.fetchone()[0])
