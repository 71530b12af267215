"""The folders of a pack: its layers from the base up, and the files in them that nobody reads."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings

from vamco.kernel.base.packs.contracts import Fault, Layer, Raw, Words
from vamco.kernel.base.packs.queries.reading import read
from vamco.kernel.base.packs.rules.wording import faulty
from vamco.lib.errors import N_
from vamco.lib.nearest import nearest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

HEAD: Final = "pack.yaml"
# Not items of a section: words for readers, the national list of units, what the demonstration makes of the province.
_OTHERS: Final = ("README*", "LICENSE*", "units/**/*", "demonstration/**/*")


def layers(folder: Path) -> tuple[list[Layer], list[Fault]]:
    """Give the layers of the pack in a folder, the lowest first, and what is wrong in how they are named."""
    chain, faults = [folder], []
    while below := _extends(chain[-1]):
        raw, name = below
        found = _folder(chain[-1], name)
        if found is None or found.resolve() in {layer.resolve() for layer in chain}:
            expected = Words(N_("the folder of another pack, beside this one or among those that come with the code"))
            words = faulty(("extends",), expected, found=name, meant=nearest(name, _packs(chain[-1])))
            faults.append(Fault.at(raw.spot_of(("extends",)), words))
            break
        chain.append(found)
    chain.reverse()
    return [Layer(path.name if len(chain) > 1 else "", path) for path in chain], faults


def _extends(folder: Path) -> tuple[Raw, str] | None:
    """Give what a pack says that it extends; what is wrong in its file is found when its section is read."""
    raw = next(read(Layer("", folder), HEAD), None)
    if not isinstance(raw, Raw) or not isinstance(raw.data, dict):
        return None
    name = raw.data.get("extends")
    return (raw, name) if isinstance(name, str) and name else None


def _folder(pack: Path, name: str) -> Path | None:
    places = (pack.resolve().parent / name, Path(settings.VAMCO_PACKS) / name)
    return next((place for place in places if (place / HEAD).is_file() and Path(name).name == name), None)


def _packs(pack: Path) -> Iterator[str]:
    for place in (pack.resolve().parent, Path(settings.VAMCO_PACKS)):
        yield from (path.parent.name for path in place.glob(f"*/{HEAD}"))


def untaken(layer: Layer, patterns: Iterable[str]) -> Iterator[Fault]:
    """Find the files that no section reads: a misspelt name would otherwise be passed over in silence."""
    patterns = list(patterns)
    taken = {path for pattern in (*patterns, *_OTHERS) for path in layer.folder.glob(pattern)}
    for path in sorted(layer.folder.rglob("*")):
        name = path.relative_to(layer.folder).as_posix()
        if path in taken or not path.is_file() or any(part.startswith(".") for part in name.split("/")):
            continue
        data: dict[str, Any] = {"meant": _meant(path, name, patterns)}
        message = (
            N_("a file that a section reads; did you mean “%(meant)s”?")
            if data["meant"]
            else N_("a file that a section reads")
        )
        yield Fault(name, 0, message, data, layer=layer.name)


def _meant(path: Path, name: str, patterns: list[str]) -> str:
    """Give the name that a file may have been meant to have: another ending, another folder, another spelling."""
    folder, _, file = name.rpartition("/")
    folders = {
        pattern.rpartition("/")[0]: pattern.rpartition("/")[2].lstrip("*") for pattern in patterns if "/" in pattern
    }
    if folder:
        near = nearest(folder, folders)
        return f"{near}/{file.partition('.')[0]}{folders[near]}" if near else ""
    names = [pattern for pattern in patterns if "*" not in pattern]
    stems = {Path(known).stem: known for known in names}
    return stems.get(path.stem) or nearest(file, names)
