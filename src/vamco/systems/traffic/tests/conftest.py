from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

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
