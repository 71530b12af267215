"""Reads a pack whole, layer over layer, and finds everything that is wrong in it in one round."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import ValidationError

from vamco.kernel.base.packs.contracts import PAGES, Edit, Fault, Layer, PackRefused, Path_, Raw, Spot, Words
from vamco.kernel.base.packs.declaration import Item
from vamco.kernel.base.packs.queries import folders
from vamco.kernel.base.packs.queries.reading import read, shape_faults, shaped
from vamco.kernel.base.packs.rules import layering
from vamco.kernel.base.packs.rules.wording import faulty
from vamco.kernel.base.packs.services.sections import Contents, Located, Section, is_base, needs, sections, unknown
from vamco.kernel.base.packs.services.sections import section as section_named
from vamco.lib.errors import N_
from vamco.lib.nearest import nearest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

T = TypeVar("T", bound=Item)
_log = logging.getLogger(__name__)


@dataclass
class Reading:
    """A pack while it is read: what was found in each section, what is wrong, and what the sections give to each other."""

    layers: list[Layer]
    contents: Contents = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    given: dict[str, object] = field(default_factory=dict)
    lost: dict[str, set[str]] = field(default_factory=dict)  # keys of items that have no right shape, by section
    mended: dict[str, set[Spot]] = field(default_factory=dict)  # places of items that were read without wrong fields
    torn: set[str] = field(default_factory=set)  # sections of which something could not be read at all


def check(folder: Path, edits: Iterable[Edit] = ()) -> Contents:
    """Give the contents of a pack by section, or PackRefused with every mistake found in it and in the layers below.

    `edits` of pages are laid over what the files say.
    """
    if not folder.is_dir():
        raise PackRefused(folder, [Fault(str(folder), 0, N_("a folder"))])
    if any(section.name == "pack" for section in sections()) and not (folder / folders.HEAD).is_file():
        expected = N_("a file that says what the pack is (code, version, extends, province, …)")
        raise PackRefused(folder, [Fault(folders.HEAD, 0, expected)])
    layers, faults = folders.layers(folder)
    reading = Reading(layers, faults=faults)
    by_section: dict[str, list[Edit]] = {}
    for edit in edits:
        by_section.setdefault(edit.section, []).append(edit)
    for section in sections():
        _read_section(reading, section, by_section.get(section.name, []))
    patterns = [section.files for section in sections() if not section.topmost] + [folders.HEAD]
    for layer in layers:
        reading.faults += folders.untaken(layer, patterns)
    reading.faults += _dangling(reading)
    reading.faults += _lacking(reading)
    for section in sections():
        reading.faults += _checked(reading, section)
    if reading.faults:
        raise PackRefused(folder, list(dict.fromkeys(reading.faults)))
    return reading.contents


def remarks(contents: Contents) -> list[Fault]:
    """Give what is right in a pack and yet leaves something without effect; nothing of a base, which is not whole by itself."""
    if is_base(contents):
        return []
    return [
        found for section in sections() if section.remark for found in section.remark(contents[section.name], contents)
    ]


# ── one section ──


def _read_section(reading: Reading, section: Section[T], edits: Sequence[Edit]) -> None:
    raws = _layered(reading, section)
    found: dict[str, Located[T]] = {}
    lost: set[str] = set()
    for raw in raws:
        item, faults = shaped(raw, section.model)
        reading.faults += faults
        if item is None:
            key = section.written_key(raw.data)
            if key is None or any(fault.line == raw.spot_of((_written(section),)).line for fault in faults):
                reading.torn.add(section.name)  # nobody knows what it is called
            lost |= {key} if key is not None else set()
            continue
        if faults:
            reading.mended.setdefault(section.name, set()).update({raw.spot, *raw.spots.values()})
        key = section.key_of(item)
        if key in found:
            reading.faults.append(_twice(section, raw, key, found[key].raw))
            continue
        found[key] = Located(item, raw)
    for edit in edits:
        _edited(reading, section, edit, found)
    reading.lost[section.name] = lost
    reading.contents[section.name] = list(found.values())
    if section.gives is not None:
        reading.given |= section.gives([entry.item for entry in found.values()])


def _layered(reading: Reading, section: Section[T]) -> list[Raw]:
    """Read a section from the base up; an item of an upper layer replaces the fields that it names."""
    found: dict[str, Raw] = {}
    alone: list[Raw] = []
    for layer in reading.layers[-1:] if section.topmost else reading.layers:
        here: dict[str, Raw] = {}
        for raw in read(layer, section.files):
            if isinstance(raw, Fault):
                reading.faults.append(raw)
                reading.torn.add(section.name)
                continue
            raw, faults = layering.filled(raw, reading.given)  # noqa: PLW2901  # the same item, filled in
            reading.faults += faults
            key = section.written_key(raw.data)
            if key is None:
                alone.append(raw)
            elif key in here:
                reading.faults.append(_twice(section, raw, key, here[key]))
            else:
                here[key] = raw
        for key, raw in here.items():
            if layering.REMOVED in raw.data:
                reading.faults += layering.removal_faults(raw, _written(section), below=key in found)
                found.pop(key, None)
            else:
                found[key] = layering.merged(found[key], raw) if key in found else raw
    return [*found.values(), *alone]


def _written(section: Section[Any]) -> str:
    field = section.model.model_fields.get(section.key)
    return (field.alias if field else None) or section.key


def _twice(section: Section[Any], raw: Raw, key: str, first: Raw) -> Fault:
    expected = N_("a %(name)s of its own: %(key)s stands at %(first)s")
    return Fault.at(raw.spot, Words(expected, {"name": section.key, "key": key, "first": first.spot}))


def _edited(reading: Reading, section: Section[T], edit: Edit, found: dict[str, Located[T]]) -> None:
    """Lay what was edited on a page over an item of the files."""
    entry = found.get(edit.key)
    if entry is None:
        return  # gone from the files: its section says what then
    spot = Spot(PAGES, f"{section.name}/{edit.key}", 0)
    raw = replace(entry.raw, spots=_without(entry.raw.spots, edit.fields) | {(name,): spot for name in edit.fields})
    data = {**entry.item.model_dump(mode="json"), **edit.fields}
    try:
        found[edit.key] = Located(section.model.model_validate(data, by_alias=True, by_name=True), raw)
    except ValidationError as error:
        reading.faults += shape_faults(error, raw, section.model)


def _without(spots: Mapping[Path_, Spot], fields: Mapping[str, Any]) -> dict[Path_, Spot]:
    return {path: spot for path, spot in spots.items() if path[0] not in fields}


# ── all sections together ──


def _dangling(reading: Reading) -> Iterator[Fault]:
    """Find references to what no section holds."""
    entries = [entry for located in reading.contents.values() for entry in located]
    for entry, path, ref, text, known in unknown(entries, reading.contents, lost=reading.lost):
        if ref.section in reading.torn or (text.startswith("@") and text not in reading.given):
            continue  # said already
        kind = text.startswith("@")
        if kind and is_base(reading.contents):
            continue
        expected = Words(N_("an agency of this kind in agency_kinds.csv") if kind else ref.expected)
        where = [part for part in path if isinstance(part, str)]
        words = faulty(where, expected, found=text, meant=nearest(text, known))
        yield Fault.at(entry.raw.spot_of(path), words)


def _lacking(reading: Reading) -> Iterator[Fault]:
    """Find what code needs and the pack has not."""
    if "pack" not in reading.contents or is_base(reading.contents):
        return
    top = reading.layers[-1]
    for (section, key), room in needs().items():
        held = {section_named(section).key_of(entry.item) for entry in reading.contents[section]}
        if key not in held | reading.lost.get(section, set()):
            data = {"section": section, "key": key, "room": room}
            yield Fault(
                folders.HEAD, 0, N_("%(section)s: %(key)s, without which %(room)s cannot work"), data, layer=top.name
            )


def _checked(reading: Reading, section: Section[Any]) -> Iterator[Fault]:
    """Find what the section itself finds; what is said only because an item has no right shape is left out."""
    if section.check is None or reading.torn & {section.name, *section.depends}:
        return
    lost = {repr(key) for name in (section.name, *section.depends) for key in reading.lost.get(name, ())}
    try:
        for fault in section.check(reading.contents[section.name], reading.contents):
            spot = Spot(fault.layer, fault.file, fault.line)
            if spot not in reading.mended.get(section.name, ()) and not any(key in fault.expected for key in lost):
                yield fault
    except Exception:
        if not reading.faults:
            raise
        _log.warning("the section %s could not be checked", section.name, exc_info=True)
        words = Words(
            N_("%(section)s: nothing more could be checked; mend the other mistakes first"), {"section": section.name}
        )
        yield Fault.at(Spot(reading.layers[-1].name, section.files, 0), words)
