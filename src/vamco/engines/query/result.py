"""Answers in one form, whichever engine gave them."""

from __future__ import annotations

import pyarrow as pa

_DIGITS = 38


def normalise(answer: pa.Table) -> pa.Table:
    """Give integers as int64, decimals with 38 digits, moments in UTC to the microsecond, texts as string.

    A sum of integers is a decimal with scale 0: it may need more than 64 bits.
    """
    fields = [pa.field(field.name, _type(field.type)) for field in answer.schema]
    return pa.table(
        [column.cast(field.type) for column, field in zip(answer.columns, fields, strict=True)], pa.schema(fields)
    )


def _type(kind: pa.DataType) -> pa.DataType:
    if pa.types.is_integer(kind):
        return pa.int64()
    if pa.types.is_decimal(kind):
        return pa.decimal128(_DIGITS, kind.scale)
    if pa.types.is_timestamp(kind):
        return pa.timestamp("us", tz="UTC")
    if pa.types.is_floating(kind):
        return pa.float64()
    if pa.types.is_large_string(kind) or pa.types.is_string_view(kind):
        return pa.string()
    return kind
