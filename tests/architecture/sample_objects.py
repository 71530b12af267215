"""One object for each kind of argument of an address. Each system brings those of its own pages: `tests/objects.py`, found by walking.

There, `make(world)` gives objects by the name of the argument, `SEEN` who sees an object that is hidden from some who hold the act
of its page, and `WITHOUT` the answer, beside 200, that a page may give because the object was made by hand.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from vamco import systems
from vamco.systems.identity.models import Account

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from types import ModuleType

    from vamco.kernel.world.people.models import Person


@dataclass(frozen=True)
class World:
    """What the systems make their objects in. `hidden` is to stand in what not everybody may read."""

    folder: Path
    hidden: str

    def person(self, username: str) -> Person:
        return Account.objects.get(username=username).person


def brought() -> Iterator[ModuleType]:
    return systems.parts("tests.objects")


def make(world: World) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for module in brought():
        for name, made in module.make(world).items():
            assert name not in found, f"two systems make a {name}"
            found[name] = made
    return found


def seen() -> dict[str, set[str]]:
    return {name: who for module in brought() for name, who in getattr(module, "SEEN", {}).items()}


def without() -> dict[str, int]:
    return {name: status for module in brought() for name, status in getattr(module, "WITHOUT", {}).items()}
