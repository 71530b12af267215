"""What an attacker with all rights in the database can do: tests take the superuser's view, with the triggers off."""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING, Any

import psycopg
from django.db import transaction

from vamco.kernel.base.audit import public as audit
from vamco.lib.hashchain import GENESIS, bind, canonical, digest

if TYPE_CHECKING:
    from collections.abc import Iterator

CHAIN = "H53.01"
TABLES = ("audit_entry", "audit_chain", "audit_mention", "audit_checkpoint")


def record(n: int, chain: str = CHAIN, detail: dict[str, Any] | None = None, **more: Any) -> None:
    with transaction.atomic():
        detail = {"tên": "Đăng ký", "n": n} if detail is None else detail
        audit.record("test.act", actor="7", chain=chain, subject=f"thing:{n}", detail=detail, **more)


def owner(url: str) -> psycopg.Connection:
    """The role that owns the tables."""
    name = psycopg.conninfo.conninfo_to_dict(url)["dbname"]
    return psycopg.connect(os.environ["VAMCO_TEST_OWNER"], dbname=name, autocommit=True)


@contextlib.contextmanager
def forger(url: str) -> Iterator[psycopg.Connection]:
    """A connection for which no trigger stands, on a log that was emptied."""
    with owner(url) as someone:
        for table in TABLES:
            someone.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            someone.execute(f"DELETE FROM {table}")
        yield someone


def bind_anew(someone: psycopg.Connection, chain: str = CHAIN, *, bound_rows: bool = True) -> None:
    """Gives the entries of a chain the hashes, and the chain the head, that go with what now stands there.

    Without `bound_rows` as they were bound before their rows were.
    """
    rows = someone.execute(
        """
        SELECT id, seq, to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"+00:00"'), act, actor, subject, purpose,
               detail, commitments
        FROM audit_entry WHERE chain_id = %s ORDER BY seq
        """,
        [chain],
    ).fetchall()
    names = ("at", "act", "actor", "subject", "purpose", "detail", "commitments")
    previous, last = GENESIS, 0
    for last, (pk, _seq, *values) in enumerate(rows, start=1):
        content = {"chain": chain, **dict(zip(names, values, strict=True))}
        previous = bind(previous, last, digest(canonical(content)), pk if bound_rows else None)
        someone.execute("UPDATE audit_entry SET seq = %s, hash = %s WHERE id = %s", [last, previous, pk])
    someone.execute("UPDATE audit_chain SET seq = %s, head = %s WHERE code = %s", [last, previous, chain])
