"""Django's connections in the worker's threads: each thread keeps one for its jobs, and they are closed when the worker goes."""

from __future__ import annotations

import contextlib
import threading
from typing import TYPE_CHECKING

from django.db import connection, connections

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.backends.base.base import BaseDatabaseWrapper

_lock = threading.Lock()
_kept: list[BaseDatabaseWrapper] = []


@contextlib.contextmanager
def connected() -> Iterator[None]:
    """Let a job have a connection and leave none behind that is broken or in a state of its own."""
    try:
        yield
    finally:
        if not connection.in_atomic_block:  # but not that of a test
            connection.close()


@contextlib.contextmanager
def kept() -> Iterator[None]:
    """Let a job of the worker have its thread's connection, for which the next job asks again whether it still works."""
    mine = connections[connection.alias]
    with _lock:
        if mine not in _kept:
            _kept.append(mine)
    mine.close_if_unusable_or_obsolete()
    try:
        yield
    finally:
        mine.close_if_unusable_or_obsolete()
        if mine.in_atomic_block:  # cannot be, and if it were, the next job would lose its work
            mine.close()


def close_kept() -> None:
    """Close what the threads have kept; no job runs any more."""
    with _lock:
        for one in _kept:
            one.inc_thread_sharing()
            try:
                one.close()
            finally:
                one.dec_thread_sharing()
        _kept.clear()
