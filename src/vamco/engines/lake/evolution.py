"""A table's columns as its contract changes: added and renamed, never lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyiceberg.types import DecimalType

from vamco.engines.lake.schema import SYSTEM, iceberg_type, schema_of, type_text
from vamco.engines.lake.storage import storage_errors
from vamco.lib.errors import N_, Refused

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pyiceberg.table import Table
    from pyiceberg.table.update.schema import UpdateSchema
    from pyiceberg.types import IcebergType

    from vamco.engines.lake.contracts import Column


def evolve(table: Table, columns: Sequence[Column]) -> bool:
    """Change a table that is held; tell whether anything was to change."""
    schema_of(columns)  # refuses bad names and types
    before = table.metadata.current_schema_id
    transaction = table.transaction()
    with transaction.update_schema() as update:
        kept = {_place(update, table, column) for column in columns}
        for field in table.schema().fields:
            if field.required and field.field_id not in kept and field.name not in {column.name for column in SYSTEM}:
                update.make_column_optional(field.name)
    with storage_errors():
        if transaction.table_metadata.current_schema_id == before:
            return False
        if table.metadata.current_snapshot():
            # A snapshot of its own, so that "the newest snapshot" means the new names to every engine.
            transaction.update_snapshot().fast_append().commit()
        transaction.commit_transaction()
    return True


def _place(update: UpdateSchema, table: Table, column: Column) -> int | None:
    """Make the change that `column` asks for; give the id of the field that it stands for, None for a new one."""
    fields = {field.name: field for field in table.schema().fields}
    field = fields.get(column.name) or fields.get(column.was)
    kind = iceberg_type(column.type)
    if field is None:
        update.add_column(column.name, kind, doc=column.doc or None)
        return None
    if field.name != column.name:
        update.rename_column(field.name, column.name)
    if field.field_type != kind:
        if not _is_wider(kind, field.field_type):
            raise Refused(
                "lake.type_change",
                N_("The column “%(name)s” cannot change from %(old)s to %(new)s: its rows would not fit."),
                name=column.name,
                old=type_text(field.field_type),
                new=column.type,
            )
        update.update_column(field.name, field_type=kind)
    if (field.doc or "") != column.doc:
        update.update_column(field.name, doc=column.doc)
    if field.required and not column.required:
        update.make_column_optional(field.name)
    return int(field.field_id)


def _is_wider(new: IcebergType, old: IcebergType) -> bool:
    if isinstance(new, DecimalType) and isinstance(old, DecimalType):
        return new.scale == old.scale and new.precision > old.precision
    return False
