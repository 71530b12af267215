"""Items that are rows of a table, field by field: one declaration says so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Generic, Literal, TypeVar, get_args, get_origin

from annotated_types import MaxLen
from django.db import models

from vamco.kernel.base.packs.declaration import Item

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

I = TypeVar("I", bound=Item)  # noqa: E741  # an item
M = TypeVar("M", bound=models.Model)

DELETE: Final = "delete"


class Rows(Generic[I, M]):
    """The rows that items of a section stand in, by their key.

    Each field of the item is the column of its name, unless `columns` says what a column gets of an item. What the pack no
    longer holds stays as it is, since history points at it; `gone` names columns that are then set to something, or is DELETE.
    A shape that the table cannot hold is refused here, when the program starts, and not when a province loads its pack.
    """

    def __init__(
        self,
        item: type[I],
        table: type[M],
        *,
        key: str = "code",
        columns: Mapping[str, Callable[[I], Any]] | None = None,
        gone: Mapping[str, Any] | Literal["delete"] | None = None,
    ) -> None:
        self.item, self.table, self.key = item, table, key
        self._columns = dict(columns or {})
        self._names = list(dict.fromkeys([*(set(item.model_fields) - {key}), *self._columns]))
        self._gone = gone
        if faults := list(self._faults()):
            raise TypeError(f"{item.__name__} does not fit into {table.__name__}: {'; '.join(faults)}")

    def put(self, items: Sequence[I]) -> None:
        """Write the items: new ones in one statement, those that differ from their rows in another."""
        held = {str(getattr(row, self.key)): row for row in self._objects(getattr(item, self.key) for item in items)}
        new, changed = [], []
        for item in items:
            values = self.values(item)
            row = held.get(str(getattr(item, self.key)))
            if row is None:
                new.append(self.table(**{self.key: getattr(item, self.key)}, **values))
            elif any(getattr(row, name) != value for name, value in values.items()):
                for name, value in values.items():
                    setattr(row, name, value)
                changed.append(row)
        self.table._default_manager.bulk_create(new)  # noqa: SLF001  # documented by Django under this name
        if changed:
            self.table._default_manager.bulk_update(changed, self._names)  # noqa: SLF001

    def withdraw(self, keys: Sequence[str]) -> None:
        """Do with the rows of items that are gone what the declaration says."""
        rows = self._objects(keys)
        if self._gone == DELETE:
            rows.delete()
        elif self._gone:
            rows.update(**dict(self._gone))

    def values(self, item: I) -> dict[str, Any]:
        """Return the columns of an item but its key."""
        return {
            name: self._columns[name](item) if name in self._columns else getattr(item, name) for name in self._names
        }

    def _objects(self, keys: Any) -> models.QuerySet[M]:
        return self.table._default_manager.filter(**{f"{self.key}__in": list(keys)})  # noqa: SLF001

    def _faults(self) -> Iterator[str]:
        held = {field.name: field for field in self.table._meta.concrete_fields}  # noqa: SLF001
        for name in (self.key, *self._names):
            if name not in held:
                yield f"there is no column {name}"
            elif name not in self._columns:
                yield from _too_long(name, self.item, held[name])
        for name, field in held.items():
            if not (field.primary_key or field.null or field.has_default() or name in {self.key, *self._names}):
                yield f"nothing is given for {name}"


def _too_long(name: str, item: type[Item], column: models.Field[Any, Any]) -> Iterator[str]:
    """Say when a text that the item lets through does not fit into its column."""
    field = item.model_fields[name]
    if column.max_length is None:
        return
    if get_origin(field.annotation) is Literal:
        longest: float = max(len(text) for text in get_args(field.annotation))
    else:
        limits = [mark.max_length for mark in field.metadata if isinstance(mark, MaxLen)]
        longest = min(limits, default=float("inf"))
    if longest > column.max_length:
        yield f"{name} is longer than the column's {column.max_length} characters"
