"""What is wrong in the shape of an item, as a msgid with its data: the words are pydantic's, so that they can be translated."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, get_args

from pydantic import BaseModel

from vamco.kernel.base.packs.contracts import Words
from vamco.lib.errors import N_
from vamco.lib.nearest import nearest

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pydantic_core import ErrorDetails

# By pydantic's type of error; what stands in %()s comes from its context.
_SHAPE: Final = {
    "missing": N_("Field required"),
    "extra_forbidden": N_("Extra inputs are not permitted"),
    "string_type": N_("Input should be a valid string"),
    "string_too_short": N_("String should have at least %(min_length)s characters"),
    "string_too_long": N_("String should have at most %(max_length)s characters"),
    "string_pattern_mismatch": N_("String should match pattern '%(pattern)s'"),
    "int_type": N_("Input should be a valid integer"),
    "int_parsing": N_("Input should be a valid integer, unable to parse string as an integer"),
    "int_from_float": N_("Input should be a valid integer, got a number with a fractional part"),
    "float_type": N_("Input should be a valid number"),
    "float_parsing": N_("Input should be a valid number, unable to parse string as a number"),
    "decimal_type": N_("Decimal input should be an integer, float, string or Decimal object"),
    "decimal_parsing": N_("Input should be a valid decimal"),
    "bool_type": N_("Input should be a valid boolean"),
    "bool_parsing": N_("Input should be a valid boolean, unable to interpret input"),
    "date_type": N_("Input should be a valid date"),
    "date_parsing": N_("Input should be a valid date in the format YYYY-MM-DD, %(error)s"),
    "date_from_datetime_parsing": N_("Input should be a valid date or datetime, %(error)s"),
    "date_from_datetime_inexact": N_("Datetimes provided to dates should have zero time - e.g. be exact dates"),
    "time_type": N_("Input should be a valid time"),
    "time_parsing": N_("Input should be in a valid time format, %(error)s"),
    "list_type": N_("Input should be a valid list"),
    "tuple_type": N_("Input should be a valid tuple"),
    "dict_type": N_("Input should be a valid dictionary"),
    "model_type": N_("Input should be a valid dictionary or instance of %(class_name)s"),
    "literal_error": N_("Input should be %(expected)s"),
    "enum": N_("Input should be %(expected)s"),
    "greater_than": N_("Input should be greater than %(gt)s"),
    "greater_than_equal": N_("Input should be greater than or equal to %(ge)s"),
    "less_than": N_("Input should be less than %(lt)s"),
    "less_than_equal": N_("Input should be less than or equal to %(le)s"),
    "too_short": N_("%(field_type)s should have at least %(min_length)s items after validation, not %(actual_length)s"),
    "too_long": N_("%(field_type)s should have at most %(max_length)s items after validation, not %(actual_length)s"),
    "finite_number": N_("Input should be a finite number"),
}
_QUOTED: Final = re.compile(r"'([^']*)'")
_LONGEST: Final = 60  # characters of a value that a message quotes

ITEM: Final = Words(N_("the item"))


def of_shape(detail: ErrorDetails, model: type[BaseModel]) -> Words:
    """Give what is wrong with a field, what was found there, and what it might have been."""
    kind, context, path = detail["type"], detail.get("ctx", {}), detail["loc"]
    expected = Words(_SHAPE[kind], context) if kind in _SHAPE else Words(detail["msg"])
    if kind == "missing":
        return faulty(path, expected)
    meant = ""
    if kind == "extra_forbidden":
        meant = nearest(str(path[-1]), _fields(model, path[:-1]))
    elif kind in {"literal_error", "enum"}:
        meant = nearest(str(detail["input"]), _QUOTED.findall(str(context.get("expected", ""))))
    return faulty(path, expected, found=detail["input"], meant=meant)


_NOTHING: Final = object()


def faulty(path: Sequence[str | int], expected: object, *, found: object = _NOTHING, meant: str = "") -> Words:
    """Give a mistake in the one form that all have: where, what was expected, what was found, what was perhaps meant."""
    data: dict[str, object] = {"where": dotted(path) or ITEM, "expected": expected}
    if found is _NOTHING:
        return Words(N_("%(where)s: %(expected)s"), data)
    data["found"] = f"{found!r:.{_LONGEST}}"
    if not meant:
        return Words(N_("%(where)s: %(expected)s, found %(found)s"), data)
    return Words(N_("%(where)s: %(expected)s, found %(found)s; did you mean “%(meant)s”?"), {**data, "meant": meant})


def _fields(model: type[BaseModel], path: Sequence[str | int]) -> list[str]:
    """Give the names of the fields that may stand at a path inside an item."""
    shape: Any = model
    for step in path:
        shape = _inside(shape, step)
    return [field.alias or name for name, field in shape.model_fields.items()] if shape is not None else []


def _inside(shape: Any, step: str | int) -> type[BaseModel] | None:
    field = next((f for name, f in shape.model_fields.items() if step in {name, f.alias}), None) if shape else None
    return _model(field.annotation) if field is not None else shape


def _model(annotation: Any) -> type[BaseModel] | None:
    """Give the shape that a field holds, in a list, a mapping or alone."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for part in get_args(annotation) if (found := _model(part))), None)


def dotted(path: Iterable[str | int]) -> str:
    """Give a path as people write it: thresholds.0.level."""
    return ".".join(map(str, path))
