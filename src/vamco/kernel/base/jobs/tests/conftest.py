from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from procrastinate.contrib.django import app

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True)
def _tasks() -> Iterator[None]:
    """Forget the jobs that a test registers."""
    before = dict(app.tasks)
    yield
    app.tasks.clear()
    app.tasks.update(before)
