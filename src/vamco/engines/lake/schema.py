"""Columns of ours, fields of Iceberg and types of Arrow, each from the others."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pyarrow as pa
from pyiceberg.schema import Schema
from pyiceberg.types import (
    BooleanType,
    DateType,
    DecimalType,
    DoubleType,
    IcebergType,
    LongType,
    NestedField,
    StringType,
    TimestamptzType,
)

from vamco.engines.lake.contracts import Column
from vamco.lib.errors import N_, Refused
from vamco.vocab.relation import ROW, RUN, Field

if TYPE_CHECKING:
    from collections.abc import Sequence

_NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")
_DECIMAL = re.compile(r"decimal\(\s*([0-9]{1,2})\s*,\s*([0-9]{1,2})\s*\)")
_MAX_DIGITS = 38
_PLAIN: dict[str, IcebergType] = {
    "string": StringType(),
    "long": LongType(),
    "double": DoubleType(),
    "boolean": BooleanType(),
    "date": DateType(),
    "timestamptz": TimestamptzType(),
}
_ARROW: dict[type[IcebergType], pa.DataType] = {
    StringType: pa.string(),
    LongType: pa.int64(),
    DoubleType: pa.float64(),
    BooleanType: pa.bool_(),
    DateType: pa.date32(),
    TimestamptzType: pa.timestamp("us", tz="UTC"),
}
SYSTEM = (
    Column(RUN, "long", required=True, doc="Run of the hub that brought the row"),
    Column(ROW, "long", required=True, doc="Row in the source file, from 1, header not counted"),
)


def check_name(name: str) -> str:
    """Give the name of a table or column back; Refused when it could mean anything but itself."""
    if not _NAME.fullmatch(name):
        raise Refused(
            "lake.bad_name",
            N_("“%(name)s” cannot name a table or column: use a–z, 0–9 and _, starting with a letter."),
            name=name,
        )
    return name


def iceberg_type(text: str) -> IcebergType:
    """Give the Iceberg type that `text` names."""
    if found := _DECIMAL.fullmatch(text):
        digits, scale = int(found[1]), int(found[2])
        if 1 <= digits <= _MAX_DIGITS and scale <= digits:
            return DecimalType(digits, scale)
    elif text in _PLAIN:
        return _PLAIN[text]
    raise Refused(
        "lake.bad_type",
        N_(
            "“%(type)s” is not a column type: use string, long, double, boolean, date, timestamptz "
            "or decimal(p,s) with p up to 38.",
        ),
        type=text,
    )


def type_text(kind: IcebergType) -> str:
    """Give our name of an Iceberg type."""
    if isinstance(kind, DecimalType):
        return f"decimal({kind.precision},{kind.scale})"
    return next(text for text, plain in _PLAIN.items() if plain == kind)


def schema_of(columns: Sequence[Column]) -> Schema:
    """Give the Iceberg schema of a new table: the system columns, then `columns`."""
    names = [check_name(column.name) for column in columns]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise Refused("lake.column_twice", N_("The column “%(name)s” is given twice."), name=twice[0])
    return Schema(
        *(
            NestedField(
                number, column.name, iceberg_type(column.type), required=column.required, doc=column.doc or None
            )
            for number, column in enumerate((*SYSTEM, *columns), start=1)
        ),
    )


def fields_of(schema: Schema) -> tuple[Field, ...]:
    """Give the fields of a relation."""
    return tuple(
        Field(field.field_id, field.name, type_text(field.field_type), field.required, field.doc or "")
        for field in schema.fields
    )


def arrow_schema(schema: Schema) -> pa.Schema:
    """Give the Arrow schema that is written to Parquet, with field ids."""
    return pa.schema(
        [
            pa.field(
                field.name,
                pa.decimal128(field.field_type.precision, field.field_type.scale)
                if isinstance(field.field_type, DecimalType)
                else _ARROW[type(field.field_type)],
                nullable=not field.required,
                metadata={"PARQUET:field_id": str(field.field_id)},
            )
            for field in schema.fields
        ],
    )


def conform(rows: pa.Table, schema: Schema) -> pa.Table:
    """Give `rows` with exactly the columns of `schema`: absent optional ones become null.

    Refused when a column is unknown, a value does not fit its type, or a required one is missing.
    """
    known = {field.name for field in schema.fields}
    if unknown := [name for name in rows.column_names if name not in known]:
        raise Refused("lake.unknown_column", N_("The table has no column “%(name)s”."), name=unknown[0])
    target = arrow_schema(schema)
    return pa.table([_column(rows, wanted) for wanted in target], schema=target)


def _column(rows: pa.Table, wanted: pa.Field) -> pa.ChunkedArray:
    if wanted.name in rows.column_names:
        try:
            values = rows.column(wanted.name).cast(wanted.type)
        except pa.ArrowInvalid as error:
            raise Refused(
                "lake.bad_value",
                N_("A value of the column “%(name)s” does not fit the type %(type)s: %(reason)s"),
                name=wanted.name,
                type=str(wanted.type),
                reason=str(error),
            ) from error
    else:
        values = pa.chunked_array([pa.nulls(rows.num_rows, wanted.type)], wanted.type)
    if not wanted.nullable and values.null_count:
        raise Refused(
            "lake.null_in_required",
            N_("The column “%(name)s” is required, and %(count)s rows have no value in it."),
            name=wanted.name,
            count=values.null_count,
        )
    return values
