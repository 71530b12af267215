from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import pytest

from vamco.kernel.base.events import public as events
from vamco.kernel.base.events.services import delivering
from vamco.kernel.base.events.tests.heard import ThingHappened

if TYPE_CHECKING:
    from vamco.kernel.base.events.tests.heard import Hear


@pytest.fixture
def hear(monkeypatch: pytest.MonkeyPatch) -> Hear:
    """Registers handlers that are forgotten after the test."""
    monkeypatch.setattr(delivering, "_handlers", dict(delivering._handlers))
    copy = defaultdict(list, {event: list(names) for event, names in delivering._names_by_event.items()})
    monkeypatch.setattr(delivering, "_names_by_event", copy)
    return lambda name, function: events.handler(name, ThingHappened)(function)
