from __future__ import annotations

from django.db.backends.postgresql import base
from django.db.backends.utils import debug_transaction

from vamco.kernel.base.audit import writing


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection that cannot commit an act without its audit entries."""

    def _commit(self) -> None:
        entries = writing.waiting(self)
        if entries and self.connection is not None:
            with debug_transaction(self, "COMMIT"), self.wrap_database_errors:
                writing.write(self.connection, entries, commit=True)
        else:
            super()._commit()  # type: ignore[misc]  # the stubs leave it out

    def savepoint_commit(self, sid: str) -> None:
        """Where a test holds the transaction open and rolls it back, the block inside it stands for the whole act."""
        super().savepoint_commit(sid)
        if self.atomic_blocks and all(getattr(block, "_from_testcase", False) for block in self.atomic_blocks):
            entries = writing.waiting(self)
            if entries and self.connection is not None:
                with self.wrap_database_errors:
                    writing.write(self.connection, entries, commit=False)
