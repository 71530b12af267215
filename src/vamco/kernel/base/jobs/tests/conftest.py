from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.db import connection
from procrastinate.contrib.django import app

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True)
def _tasks() -> Iterator[None]:
    """Forget the jobs that a test registers."""
    before, clock = dict(app.tasks), dict(app.periodic_registry.periodic_tasks)
    yield
    app.tasks.clear()
    app.tasks.update(before)
    app.periodic_registry.periodic_tasks.clear()
    app.periodic_registry.periodic_tasks.update(clock)


@pytest.fixture
def empty_queue(fresh_db: str) -> str:
    """A database of the test's own in which no job waits, and none begins by the clock: loading the pack has left some."""
    app.periodic_registry.periodic_tasks.clear()  # `_tasks` brings them back
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")
    return fresh_db
