from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from vamco.systems.counterparts.adapters.simulators.bodies import SimulatedVehicles

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def _demonstration(settings: Any, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Keys for signing are those of a demonstration, made once for all tests."""
    settings.VAMCO_DEMO = True


@pytest.fixture
def evidence_on(tmp_path: Path) -> Path:
    """Where a test puts an evidence file that somebody edits."""
    return tmp_path / "evidence.zip"


@pytest.fixture
def register(monkeypatch: pytest.MonkeyPatch) -> SimulatedVehicles:
    """The simulated vehicle register, without a line between."""
    found = SimulatedVehicles()
    monkeypatch.setattr("vamco.systems.counterparts.services.lines.vehicles", lambda: found)
    return found
