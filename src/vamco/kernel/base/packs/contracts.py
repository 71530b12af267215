"""What is wrong in a pack: always a file, a line and what was expected there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from vamco.lib.errors import N_, Refused

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, order=True)
class Fault:
    """One mistake; `line` is 1-based, 0 when the file as a whole is meant."""

    file: str
    line: int
    expected: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.expected}"


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
