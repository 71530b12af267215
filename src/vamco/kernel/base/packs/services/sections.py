"""The kinds of things that packs describe, as rooms register them."""

from __future__ import annotations

from dataclasses import dataclass
from graphlib import TopologicalSorter
from typing import TYPE_CHECKING, Any, Generic, TypeAlias, TypeVar

from vamco.kernel.base.packs.contracts import Fault, Raw, Words
from vamco.kernel.base.packs.declaration import Item, PackItem
from vamco.kernel.base.packs.rules import references
from vamco.kernel.base.packs.rules.wording import faulty
from vamco.lib.registry import Registry

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

T = TypeVar("T", bound=Item)


@dataclass(frozen=True)
class Located(Generic[T]):
    """An item and where it stands."""

    item: T
    raw: Raw

    def fault(self, expected: str, *path: str | int, **data: object) -> Fault:
        """Give a mistake in this item, at the field `path`: a msgid and its data."""
        spot = self.raw.spot_of(path)
        return Fault(spot.file, spot.line, expected, data, layer=spot.layer)

    def wrong(
        self, path: Sequence[str | int], expected: str, *, found: object, meant: str = "", **data: object
    ) -> Fault:
        """Give a mistake in the usual form: where, what was expected (a msgid), what was found, what was perhaps meant."""
        return Fault.at(self.raw.spot_of(tuple(path)), faulty(path, Words(expected, data), found=found, meant=meant))

    def because(self, path: Sequence[str | int], expected: str, **data: object) -> Fault:
        """Give a mistake that says what was expected at `path` (a msgid), and nothing of what was found."""
        return Fault.at(self.raw.spot_of(tuple(path)), faulty(path, Words(expected, data)))


Contents: TypeAlias = dict[str, list[Located[Any]]]


def is_base(contents: Contents) -> bool:
    """Tell whether a pack is a base without a province, in which kinds of agencies stay as they are."""
    heads = [entry.item for entry in contents.get("pack", []) if isinstance(entry.item, PackItem)]
    return bool(heads) and not heads[0].province


@dataclass(frozen=True)
class Section(Generic[T]):
    """A kind of thing that a pack describes.

    `files` is a glob below the pack's folder, `model` the shape of an item, `key` its identifying field. `apply` writes new and
    changed items; it is called inside the load's transaction and must be safe to repeat. `withdraw` is told the keys of items that the
    pack no longer holds, where that must take something from somebody; by itself nothing is taken. `check` finds mistakes that a
    shape cannot say; fields marked with `Ref` are checked without it.

    Items of an upper layer add to those of the layer below, replace the fields that they name, or take an item out with a
    reason; `topmost` sections are read from the uppermost layer alone. `gives` says what the items give to others: `@finance`
    and `${root}` in any text of the sections that depend on no such section are replaced by it. `remark` finds what is right and
    yet leaves something without effect, such as a dataset that no source gives.
    """

    name: str
    files: str
    model: type[T]
    key: str
    apply: Callable[[Sequence[T]], None]
    depends: tuple[str, ...] = ()
    check: Callable[[Sequence[Located[T]], Contents], Iterable[Fault]] | None = None
    doc: str = ""
    withdraw: Callable[[Sequence[str]], None] | None = None
    topmost: bool = False
    gives: Callable[[Sequence[T]], Mapping[str, object]] | None = None
    remark: Callable[[Sequence[Located[T]], Contents], Iterable[Fault]] | None = None

    def key_of(self, item: T) -> str:
        """Give what an item is known by."""
        return str(getattr(item, self.key))

    def written_key(self, data: object) -> str | None:
        """Give the key of an item as it is written; None when it is computed from several fields, or not written."""
        field = self.model.model_fields.get(self.key)
        if field is None or not isinstance(data, dict):
            return None
        name = field.alias or self.key
        if name in data:
            return str(data[name])
        return None if field.is_required() else str(field.default)


_sections: Registry[str, Section[Any]] = Registry("section of packs")
_needs: Registry[tuple[str, str], str] = Registry("need of packs")


def register(section: Section[Any]) -> None:
    """Add a kind of thing to what packs may describe; TypeError when another has its name, or it refers to what comes later."""
    if missing := references.declared(section.model) - {section.name, *section.depends}:
        raise TypeError(
            f"the section {section.name} refers to {', '.join(sorted(missing))}, on which it does not depend"
        )
    _sections.add(section.name, section)


def need(section: str, key: str, *, by: str) -> None:
    """Say that the code of a room (`by`) cannot do without an item: a province's pack that lacks it is refused."""
    _needs.add((section, key), by)


def needs() -> dict[tuple[str, str], str]:
    """Give what code needs: the room by section and key."""
    return dict(_needs)


def sections() -> list[Section[Any]]:
    """All sections, each after those that it depends on; those that give something to others come as early as can be."""
    order = [_sections[name] for name in _sorted(_sections)]
    giving = set[str]()
    for section in reversed(order):
        if section.gives is not None or section.name in giving:
            giving |= {section.name, *section.depends}
    return [s for s in order if s.name in giving] + [s for s in order if s.name not in giving]


def _sorted(found: Mapping[str, Section[Any]]) -> Iterable[str]:
    return TopologicalSorter({name: section.depends for name, section in found.items()}).static_order()


def unknown(
    entries: Iterable[Located[Any]], contents: Contents, *, lost: Mapping[str, set[str]] | None = None
) -> Iterator[tuple[Located[Any], references.Path, references.Ref, str, set[str]]]:
    """Find what entries refer to and no section holds: entry, path, reference, text, and what there is.

    `lost` are keys, by section, that are there without an item of a right shape.
    """
    known: dict[references.Ref, set[str]] = {}
    for entry in entries:
        for path, ref, text in references.found(entry.item):
            if ref not in known:
                held = {str(getattr(other.item, ref.by)) for other in contents[ref.section]}
                known[ref] = held | (lost or {}).get(ref.section, set())
            if text not in known[ref]:
                yield entry, path, ref, text, known[ref]


def only_kept(_items: Sequence[Item]) -> None:
    """Be the `apply` of a section whose items are kept as they are, and nowhere beside."""


def section(name: str) -> Section[Any]:
    """Give a section by name."""
    return _sections[name]
