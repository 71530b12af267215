"""Entries wait with their transaction and are written by its last statement.

So an act that writes several chains, or calls others that do, takes no head before it has all its other locks, and all heads in
one order: two acts cannot wait for each other. A head is held for the commit only. What a savepoint undoes is never written.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from psycopg.pq import Escaping

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.backends.base.base import BaseDatabaseWrapper
    from psycopg import Connection

    from vamco.kernel.base.audit.rules import Draft

# What is still to be checked is checked first: it may wait for rows, and nobody may wait while holding a head.
_BEFORE: Final = b"SET CONSTRAINTS ALL IMMEDIATE; "
_AFTER: Final = b"; COMMIT"


class Waiting:
    """An entry among the functions that Django runs after the commit, and forgets with a savepoint that is rolled back."""

    __slots__ = ("draft", "written")

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        self.written = False

    def __call__(self) -> None:
        """Does nothing: after the commit it is too late."""


def waiting(wrapper: BaseDatabaseWrapper) -> list[Waiting]:
    """The entries of the present transaction, in the order in which they were recorded."""
    return [each for _, each, *_ in wrapper.run_on_commit if isinstance(each, Waiting) and not each.written]


def write(raw: Connection[Any], entries: Sequence[Waiting], *, commit: bool) -> None:
    """Appends entries to their chains, and with `commit` ends the transaction in the same round trip."""
    text = f"[{','.join(each.draft.written() for each in entries)}]"
    literal = Escaping(raw.pgconn).escape_literal(text.encode())
    statement = b"SELECT audit_append(" + bytes(literal) + b"::jsonb)"
    raw.execute(_BEFORE + statement + _AFTER if commit else statement, prepare=False)
    for each in entries:
        each.written = True
