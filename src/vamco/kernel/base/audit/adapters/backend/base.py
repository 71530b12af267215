from __future__ import annotations

from django.db.backends.postgresql import base
from django.db.backends.utils import debug_transaction
from django.db.utils import Error

from vamco.kernel.base.audit.adapters import writing


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection that cannot commit an act without its audit entries."""

    def _commit(self) -> None:
        entries = writing.waiting(self)
        if not entries or self.connection is None:
            super()._commit()  # type: ignore[misc]  # the stubs leave it out
            return
        try:
            with debug_transaction(self, "COMMIT"), self.wrap_database_errors:
                writing.write(self.connection, entries, commit=True)
        except BaseException:
            self._undo()
            raise

    def _undo(self) -> None:
        """End an act that could not be committed, whatever the reason.

        Django does so for a DatabaseError alone. After any other one the next act would go on in this transaction, with these
        entries still waiting, and be lost in turn.
        """
        try:
            self.rollback()
        except Error:
            self.close()  # which rolls back too, and forgets what waits

    def savepoint_commit(self, sid: str) -> None:
        """Where a test holds the transaction open and rolls it back, the block inside it stands for the whole act."""
        super().savepoint_commit(sid)
        if self.atomic_blocks and all(getattr(block, "_from_testcase", False) for block in self.atomic_blocks):
            entries = writing.waiting(self)
            if entries and self.connection is not None:
                with self.wrap_database_errors:
                    writing.write(self.connection, entries, commit=False)
