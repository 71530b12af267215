"""Folders and provinces for tests of bad luck; nothing that they start outlives them."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def room() -> Iterator[Path]:
    """A data folder that PostgreSQL's own user can reach; pytest's own are closed to it."""
    path = Path(tempfile.mkdtemp(prefix="vamco-faults-"))
    path.chmod(0o711)
    yield path
    with contextlib.suppress(FileNotFoundError):
        elsewhere = Path((path / "elsewhere").read_text().strip())
        shutil.rmtree(elsewhere, ignore_errors=True)
    shutil.rmtree(path, ignore_errors=True)
