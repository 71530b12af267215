from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from vamco.systems.counterparts.services import lines
from vamco.systems.counterparts.tests import made

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def bodies() -> Iterator[made.Bodies]:
    yield from made.bodies()


@pytest.fixture
def connected(bodies: made.Bodies, settings: Any) -> Iterator[made.Bodies]:
    """The platform with all five lines named, in the demonstration."""
    settings.VAMCO_DEMO = True
    for name, path in (
        ("POPULATION", "population"),
        ("CIVIL_STATUS", "civil-status"),
        ("TAX", "tax"),
        ("POST", "post"),
        ("VEHICLES", "vehicles"),
    ):
        setattr(settings, f"VAMCO_{name}", bodies.address(path))
    lines._made.cache_clear()
    yield bodies
    lines._made.cache_clear()
