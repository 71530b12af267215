from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from vamco.kernel.world.agencies import public as agencies
from vamco.kernel.world.people import public as people

if TYPE_CHECKING:
    from vamco.kernel.world.people.models import Person


@pytest.fixture
def auditor(db: None) -> Person:
    """Somebody who sees all runs and may open personal data."""
    found = people.add("Dương Thị Lệ Quyên")
    people.appoint(found, agencies.get("H53.14"), "auditor", since=dt.date(2025, 7, 1))
    return found
