"""What the architecture's tests ask for at this system's addresses: none takes an argument."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.architecture.sample_objects import World


def make(_world: World) -> dict[str, Any]:
    return {}
