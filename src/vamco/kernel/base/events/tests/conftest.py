from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from vamco.kernel.base.events import public as events
from vamco.kernel.base.events.services import delivering
from vamco.kernel.base.events.tests.heard import ThingHappened

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vamco.kernel.base.events.tests.heard import Hear


@pytest.fixture
def hear() -> Iterator[Hear]:
    """Registers handlers that are forgotten after the test."""
    with delivering._handlers.restored(), delivering._heard.restored():
        yield lambda name, function: events.handler(name, ThingHappened)(function)
