"""Takes contents out of the store, and never one that a row names or is about to."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from django.db import DatabaseError, connection, transaction

from vamco.kernel.base.removals import public as removals
from vamco.kernel.record.files.adapters import stores
from vamco.kernel.record.files.models import Content
from vamco.lib.errors import Unavailable

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

log = logging.getLogger(__name__)


def lock(name: str, *, shared: bool = False) -> None:
    """Hold a name until the transaction ends."""
    way = "pg_advisory_xact_lock_shared" if shared else "pg_advisory_xact_lock"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {way}(hashtextextended(%s::text, 0))", [name])


def try_lock(name: str) -> bool:
    """Hold a name alone, until the transaction ends, if nobody else has it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s::text, 0))", [name])
        return bool(cursor.fetchone()[0])


def remove(sha256: str, before: dt.datetime | None = None) -> bool:
    """Take a content out of the store unless a row names it or is about to; with `before` only an older one.

    False also while a backup runs, whose rows may still name it: the sweep comes back for it.
    """
    place = stores.store()
    with transaction.atomic():
        if not removals.allowed() or not try_lock(sha256) or Content.objects.filter(pk=sha256).exists():
            return False
        if before is not None and not place.older(sha256, before):
            return False
        place.remove(sha256)
    return True


def discard(contents: Iterable[str]) -> None:
    """Remove what was laid down for something that was refused. Raises nothing: what stays here, the sweep removes."""
    if connection.in_atomic_block and connection.needs_rollback:
        return  # the caller's transaction takes no statement any more
    for sha256 in contents:
        try:
            remove(sha256)
        except (DatabaseError, OSError, Unavailable) as error:
            log.warning("the content %s of a refused file stays until the sweep: %s", sha256, type(error).__name__)
