"""One at a time: a lock that lives exactly as long as the database connection of the process that holds it."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, Literal

from django.db import connection

from vamco.lib.errors import N_, Unavailable

if TYPE_CHECKING:
    from collections.abc import Iterator

_KINDS: Final = {"dataset": 0x4855_4201, "source": 0x4855_4202}
PATIENCE_S: Final = 300.0
_PAUSE_S: Final = 0.05


@contextmanager
def alone(kind: Literal["dataset", "source"], number: int, *, patience: float = PATIENCE_S) -> Iterator[None]:
    """Holds the lock for the length of the block; Unavailable when another process does not let go of it in time.

    Not a row lock: it must outlive the transactions inside the block, and free itself when the process is killed.
    """
    deadline = time.monotonic() + patience
    while not _ask("pg_try_advisory_lock", kind, number):
        if time.monotonic() > deadline:
            raise Unavailable(
                "hub.busy", N_("Somebody else is taking in data for this just now. Try again in a moment.")
            )
        time.sleep(_PAUSE_S)
    try:
        yield
    finally:
        if connection.connection is not None and not connection.connection.closed:
            _release(kind, number)


def _release(kind: str, number: int) -> None:
    from django.db import Error

    try:
        _ask("pg_advisory_unlock", kind, number)
    except Error:  # the connection is lost or its transaction is: it is closed below, and the lock goes with it
        connection.close()


def _ask(function: str, kind: str, number: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s, %s)", [_KINDS[kind], number % 0x8000_0000])
        return bool(cursor.fetchone()[0])
