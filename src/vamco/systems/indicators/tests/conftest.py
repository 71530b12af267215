from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from vamco.systems.indicators.tests.made import Clock, Departments

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


@pytest.fixture
def departments(db: None, clock: Clock, tmp_path: Path) -> Departments:
    return Departments(tmp_path)
