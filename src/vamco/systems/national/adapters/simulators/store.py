"""What the simulated portal remembers: in a file, so that it knows after a crash what it had taken before."""

from __future__ import annotations

import json
import sqlite3
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_TABLES: Final = """
CREATE TABLE IF NOT EXISTS taken (key TEXT PRIMARY KEY, id INTEGER, number TEXT, call TEXT, body TEXT, times INTEGER);
CREATE TABLE IF NOT EXISTS dossier (number TEXT PRIMARY KEY, status INTEGER, body TEXT);
CREATE TABLE IF NOT EXISTS file (ref TEXT PRIMARY KEY, digest TEXT UNIQUE, name TEXT, content BLOB, times INTEGER);
CREATE TABLE IF NOT EXISTS counter (name TEXT PRIMARY KEY, value INTEGER);
CREATE TABLE IF NOT EXISTS own (number TEXT PRIMARY KEY, body TEXT);
CREATE TABLE IF NOT EXISTS said (id INTEGER PRIMARY KEY AUTOINCREMENT, feed TEXT, body TEXT);
CREATE INDEX IF NOT EXISTS taken_number ON taken (number, id);
"""


class Store:
    """Rows of the portal; one thread at a time writes."""

    def __init__(self, path: Path | None = None) -> None:
        self._lock = threading.RLock()
        self._db = sqlite3.connect(str(path) if path else ":memory:", check_same_thread=False, isolation_level=None)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=OFF")
        self._db.executescript(_TABLES)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Keep all that is written inside, or nothing of it."""
        with self._lock:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")

    def rows(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """Return the rows of a question."""
        with self._lock:
            return self._db.execute(sql, values).fetchall()

    def change(self, sql: str, *values: object) -> None:
        """Write."""
        with self._lock:
            self._db.execute(sql, values)

    def next(self, name: str) -> int:
        """Return the next value of a counter, from 1."""
        found = self.rows(
            "INSERT INTO counter VALUES (?, 1) ON CONFLICT (name) DO UPDATE SET value = value + 1 RETURNING value", name
        )
        return int(found[0][0])


def dump(body: dict[str, Any]) -> str:
    """Write a body so that equal ones are equal texts."""
    return json.dumps(body, ensure_ascii=False, sort_keys=True)
