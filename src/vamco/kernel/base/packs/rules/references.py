"""Fields that name an item of another section: declared with the field, checked in one place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, get_args

from pydantic import BaseModel

from vamco.lib.errors import N_

if TYPE_CHECKING:
    from collections.abc import Iterator

Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Ref:
    """Mark a field, by `Annotated[str, Ref(…)]`, whose text, or each of whose texts, is the key of an item in a section.

    `expected` says in a fault what should stand there; `by` is the field of the other item, if it is not its code. An empty text
    names nothing, where the field may be left out.
    """

    section: str
    expected: str
    by: str = "code"


AGENCY = Ref("agencies", N_("the code of an agency"))


def found(item: BaseModel, path: Path = ()) -> Iterator[tuple[Path, Ref, str]]:
    """Return what an item refers to, each with the place where it stands."""
    for name, field in type(item).model_fields.items():
        value = getattr(item, name)
        here = (*path, field.alias or name)
        for ref in field.metadata:
            if isinstance(ref, Ref):
                texts = (
                    [(here, value)] if isinstance(value, str) else [((*here, n), text) for n, text in enumerate(value)]
                )
                yield from ((place, ref, text) for place, text in texts if text or field.is_required())
        for place, inner in _inside(value, here):
            yield from found(inner, place)


def _inside(value: object, path: Path) -> Iterator[tuple[Path, BaseModel]]:
    if isinstance(value, BaseModel):
        yield path, value
    elif isinstance(value, dict):
        for key, entry in value.items():
            yield from _inside(entry, (*path, key))
    elif isinstance(value, list | tuple):
        for n, entry in enumerate(value):
            yield from _inside(entry, (*path, n))


def declared(shape: Any, seen: frozenset[Any] = frozenset()) -> set[str]:
    """Return the sections that a shape, or a part of it, refers to."""
    if isinstance(shape, type) and issubclass(shape, BaseModel):
        if shape in seen:
            return set()
        fields = shape.model_fields.values()
        own = {ref.section for field in fields for ref in field.metadata if isinstance(ref, Ref)}
        return own.union(*(declared(field.annotation, seen | {shape}) for field in fields))
    return set().union(*(declared(part, seen) for part in get_args(shape)))
