from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from vamco.kernel.world.agencies import public as agencies
from vamco.kernel.world.people import public as people
from vamco.systems.indicators.tests.made import Clock, Departments

if TYPE_CHECKING:
    from pathlib import Path

    from vamco.kernel.world.people.models import Person


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


@pytest.fixture
def departments(db: None, clock: Clock, tmp_path: Path) -> Departments:
    return Departments(tmp_path)


@pytest.fixture
def office(db: None) -> Person:
    """Somebody who sees all runs."""
    found = people.add("Trần Quốc Bảo")
    people.appoint(found, agencies.get("H53.01"), "office", since=dt.date(2025, 7, 1))
    return found
