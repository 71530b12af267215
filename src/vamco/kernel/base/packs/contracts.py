"""What is written in a pack and where; what is wrong in it: always a layer, a file, a line, what was expected and what was found."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import total_ordering
from typing import TYPE_CHECKING, Any, NamedTuple

from vamco.lib.errors import N_, Refused, fill

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Mapping
    from pathlib import Path

Path_ = tuple[str | int, ...]

PAGES = "pages"  # the layer of what people edited on pages


@dataclass(frozen=True)
class Words:
    """Data of a message that are a msgid themselves, with data of their own: translated with it."""

    message: str
    data: Mapping[str, object] = field(default_factory=dict)

    def text(self, translate: Callable[[str], str]) -> str:
        """Give the words in the language of `translate`."""
        return _filled(self.message, self.data, translate)

    def __str__(self) -> str:
        """Give the words in English."""
        return fill(self.message, self.data)


class Layer(NamedTuple):
    """A folder of a pack: the national base, or the province that extends it. A pack of one layer names none."""

    name: str
    folder: Path


class Spot(NamedTuple):
    """A place in a pack: `line` is 1-based, 0 when the file as a whole is meant."""

    layer: str
    file: str
    line: int

    def __str__(self) -> str:
        """Give the place as editors open it."""
        return f"{self.layer}/{self.file}:{self.line}" if self.layer else f"{self.file}:{self.line}"


@total_ordering
class Fault:
    """One mistake: where, and a msgid with its data that says what was expected and what was found."""

    __slots__ = ("data", "file", "layer", "line", "message")

    def __init__(
        self, file: str, line: int, message: str, data: Mapping[str, object] | None = None, *, layer: str = ""
    ) -> None:
        self.file, self.line, self.layer = file, line, layer
        self.message, self.data = message, dict(data or {})

    @classmethod
    def at(cls, spot: Spot, words: Words) -> Fault:
        """Give a mistake at a place."""
        return cls(spot.file, spot.line, words.message, words.data, layer=spot.layer)

    @property
    def expected(self) -> str:
        """Give the mistake in English, without its place."""
        return fill(self.message, self.data)

    def text(self, translate: Callable[[str], str]) -> str:
        """Give place and mistake in the language of `translate`."""
        return f"{Spot(self.layer, self.file, self.line)}: {_filled(self.message, self.data, translate)}"

    def __str__(self) -> str:
        return f"{Spot(self.layer, self.file, self.line)}: {self.expected}"

    def __repr__(self) -> str:
        return f"Fault({str(self)!r})"

    def _key(self) -> tuple[str, int, str]:
        return self.file, self.line, self.expected

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Fault) and self._key() == other._key()

    def __lt__(self, other: Fault) -> bool:
        return self._key() < other._key()

    def __hash__(self) -> int:
        return hash(self._key())


def _filled(message: str, data: Mapping[str, object], translate: Callable[[str], str]) -> str:
    return fill(
        translate(message),
        {name: value.text(translate) if isinstance(value, Words) else value for name, value in data.items()},
    )


@dataclass(frozen=True)
class Raw:
    """An item as written: its data, its file and first line, and the places of its fields by path, maybe in several layers."""

    data: Any
    file: str
    line: int
    spots: Mapping[Path_, Spot] = field(default_factory=dict)
    layer: str = ""

    @property
    def spot(self) -> Spot:
        """Give the place where the item begins."""
        return Spot(self.layer, self.file, self.line)

    def spot_of(self, path: Path_) -> Spot:
        """Give the place of the field at `path`, or of the nearest thing around it."""
        while path and path not in self.spots:
            path = path[:-1]
        return self.spots.get(path, self.spot)


@dataclass(frozen=True)
class Edit:
    """What somebody changed on a page in an item of the pack: fields by name, as they are now and as the files had them then."""

    section: str
    key: str
    fields: Mapping[str, Any]
    base: Mapping[str, Any]
    actor: str
    reason: str
    at: dt.datetime


class Difference(NamedTuple):
    """A field that a page and the files have differently; the page's value holds. `base` is what the files said at the edit."""

    section: str
    key: str
    field: str
    file: Any
    page: Any
    base: Any

    @property
    def conflict(self) -> bool:
        """Tell whether the files have changed since the edit, too."""
        return bool(self.file != self.base)


class PackRefused(Refused):
    """A pack with mistakes is loaded not at all."""

    def __init__(self, folder: Path, faults: list[Fault]) -> None:
        self.faults = sorted(faults)
        super().__init__(
            "packs.refused",
            N_("The pack %(folder)s has %(count)s mistakes:\n%(faults)s"),
            folder=str(folder),
            count=len(faults),
            faults="\n".join(map(str, self.faults)),
        )

    def text(self, translate: Callable[[str], str]) -> str:
        """Give all mistakes in the language of `translate`."""
        lines = "\n".join(fault.text(translate) for fault in self.faults)
        return fill(translate(self.message), {**self.data, "faults": lines})
