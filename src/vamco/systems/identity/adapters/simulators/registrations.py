"""What the simulated issuer is told at its start: the people whom it knows, and the one client that it serves."""

from __future__ import annotations

import hashlib
import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from pydantic import BaseModel, ConfigDict, TypeAdapter

if TYPE_CHECKING:
    from pathlib import Path

VNEID: Final = "vneid"
STANDARD: Final = "standard"


class Citizen(BaseModel):
    """A made-up person. `born` may be a year alone. `decomposed`: the name is sent in letters and accents apart (NFD).

    `highest`: the level of NĐ 69/2024 that the person's account has reached. `official`: the log-in of an official who is the same person.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    key: str
    name: str
    about: str
    born: str = ""
    sex: str = ""
    number: str = ""
    passport: str = ""
    highest: int = 2
    deceased: bool = False
    decomposed: bool = False
    official: str = ""
    subject: str = ""

    @property
    def sent_name(self) -> str:
        """Return the name as it is sent."""
        return unicodedata.normalize("NFD", self.name) if self.decomposed else self.name

    def known_as(self, client: str) -> str:
        """Return the issuer's own name for the person: another one for each client, and no number of theirs."""
        return self.subject or hashlib.sha256(f"simulated issuer\0{client}\0{self.key}".encode()).hexdigest()[:32]


@dataclass(frozen=True)
class Client:
    """Who may ask: with these addresses exactly, and no others."""

    id: str
    secret: str = field(repr=False)
    redirects: tuple[str, ...]
    after_leaving: tuple[str, ...] = ()


def citizens(path: Path) -> list[Citizen]:
    """Read the people from a file of the demonstration layer."""
    from ruamel.yaml import YAML

    return TypeAdapter(list[Citizen]).validate_python(YAML(typ="safe", pure=True).load(path))
