from __future__ import annotations

from dataclasses import dataclass, field
from graphlib import TopologicalSorter
from typing import TYPE_CHECKING, Any, Generic, TypeAlias, TypeVar

from django.db import connection, transaction

from vamco.kernel.base import clock
from vamco.kernel.base.audit import public as audit
from vamco.kernel.base.packs.contracts import Fault, PackRefused
from vamco.kernel.base.packs.models import LoadedItem
from vamco.kernel.base.packs.queries import Item, Raw, read, validate
from vamco.kernel.base.packs.rules import references
from vamco.lib.registry import Registry

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

T = TypeVar("T", bound=Item)


@dataclass(frozen=True)
class Located(Generic[T]):
    """An item and where it stands."""

    item: T
    raw: Raw

    def fault(self, expected: str, *path: str | int) -> Fault:
        """Give a mistake in this item, at the field `path`."""
        return Fault(self.raw.file, self.raw.line_of(path), expected)


Contents: TypeAlias = dict[str, list[Located[Any]]]


@dataclass(frozen=True)
class Section(Generic[T]):
    """A kind of thing that a pack describes.

    `files` is a glob below the pack's folder, `model` the shape of an item, `key` its identifying field. `apply` writes new and
    changed items; it is called inside the load's transaction and must be safe to repeat. `withdraw` is told the keys of items that the
    pack no longer holds, where that must take something from somebody; by itself nothing is taken. `check` finds mistakes that a
    shape cannot say; fields marked with `Ref` are checked without it.
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


@dataclass
class Report:
    """What a load did, by section: keys of what is new or changed and of what is gone, and the fields of what changed by key."""

    changed: dict[str, list[str]] = field(default_factory=dict)
    gone: dict[str, list[str]] = field(default_factory=dict)
    fields: dict[str, dict[str, list[str]]] = field(default_factory=dict)


_sections: Registry[str, Section[Any]] = Registry("section of packs")


def register(section: Section[Any]) -> None:
    """Add a kind of thing to what packs may describe; TypeError when another has its name, or it refers to what comes later."""
    if missing := references.declared(section.model) - {section.name, *section.depends}:
        raise TypeError(
            f"the section {section.name} refers to {', '.join(sorted(missing))}, on which it does not depend"
        )
    _sections.add(section.name, section)


def sections() -> list[Section[Any]]:
    """All sections, each after those that it depends on."""
    order = TopologicalSorter({name: section.depends for name, section in _sections.items()}).static_order()
    return [_sections[name] for name in order]


def check(folder: Path) -> Contents:
    """Give the contents of a pack by section, or PackRefused with every mistake found in it."""
    faults: list[Fault] = []
    if not folder.is_dir():
        raise PackRefused(folder, [Fault(str(folder), 0, "a folder")])
    contents: Contents = {}
    for section in sections():
        found, wrong = _read_section(folder, section)
        contents[section.name] = found
        faults += wrong
    if not faults:
        faults += _dangling(contents)
        for section in sections():
            if section.check:
                faults += section.check(contents[section.name], contents)
    if faults:
        raise PackRefused(folder, faults)
    return contents


def _dangling(contents: Contents) -> Iterator[Fault]:
    """Find references to what no section holds."""
    known: dict[references.Ref, set[str]] = {}
    for located in contents.values():
        for entry in located:
            for path, ref, text in references.found(entry.item):
                if ref not in known:
                    known[ref] = {str(getattr(other.item, ref.by)) for other in contents[ref.section]}
                if text not in known[ref]:
                    where = ".".join(part for part in path if isinstance(part, str))
                    yield entry.fault(f"{where}: {ref.expected}, found {text!r}", *path)


def _read_section(folder: Path, section: Section[T]) -> tuple[list[Located[T]], list[Fault]]:
    found: dict[str, Located[T]] = {}
    faults: list[Fault] = []
    for raw in read(folder, section.files):
        if isinstance(raw, Fault):
            faults.append(raw)
            continue
        item = validate(raw, section.model)
        if isinstance(item, list):
            faults += item
            continue
        key = str(getattr(item, section.key))
        if key in found:
            first = found[key].raw
            faults.append(
                Fault(raw.file, raw.line, f"a {section.key} of its own: {key} stands at {first.file}:{first.line}")
            )
            continue
        found[key] = Located(item, raw)
    return list(found.values()), faults


def load(folder: Path, *, actor: str = audit.SYSTEM) -> Report:
    """Brings the database to what the pack says: new and changed items are written, the others left alone.

    An item that the pack no longer holds is reported, never deleted: history points at it. Its section may make it powerless.
    """
    contents = check(folder)
    report = Report()
    with transaction.atomic():
        _one_at_a_time()
        for section in sections():
            _load_section(section, contents[section.name], report)
        withdrawn = [section.name for section in sections() if section.withdraw is not None]
        if report.changed or report.gone.keys() & set(withdrawn):
            counts: dict[str, Any] = {name: len(keys) for name, keys in report.changed.items()}
            counts |= {f"{name}_withdrawn": report.gone[name] for name in withdrawn if name in report.gone}
            audit.record("packs.load", actor=actor, chain="packs", subject=f"pack:{folder.name}", detail=counts)
    return report


def _one_at_a_time() -> None:
    with connection.cursor() as cursor:  # two commands at once must not write the same item; held to the commit
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('packs.load'))")


def _load_section(section: Section[T], located: list[Located[T]], report: Report) -> None:
    before = dict(LoadedItem.objects.filter(section=section.name).values_list("key", "content"))
    now = {str(getattr(entry.item, section.key)): entry.item for entry in located}
    dumped = {key: item.model_dump(mode="json") for key, item in now.items()}
    changed = [key for key, content in dumped.items() if before.get(key) != content]
    if gone := sorted(before.keys() - now.keys()):
        report.gone[section.name] = gone
        if section.withdraw is not None:
            section.withdraw(gone)
            LoadedItem.objects.filter(section=section.name, key__in=gone).delete()  # when it comes back it is new
    if not changed:
        return
    section.apply([now[key] for key in changed])
    LoadedItem.objects.bulk_create(
        [LoadedItem(section=section.name, key=key, content=dumped[key], loaded_at=clock.now()) for key in changed],
        update_conflicts=True,
        unique_fields=["section", "key"],
        update_fields=["content", "loaded_at"],
    )
    report.changed[section.name] = changed
    if fields := {key: _differing(before[key], dumped[key]) for key in changed if key in before}:
        report.fields[section.name] = fields


def _differing(before: dict[str, Any], now: dict[str, Any]) -> list[str]:
    """Return the names of the fields in which two contents of an item differ."""
    return sorted(name for name in before.keys() | now.keys() if before.get(name) != now.get(name))
