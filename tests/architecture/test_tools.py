"""What the linters and the type checker say; they run here so that one command holds everything."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.source_tree import ROOT

BIN = Path(sys.executable).parent


def run(*words: str) -> None:
    if not (BIN / words[0]).exists():
        pytest.skip(f"{words[0]} is not installed")
    result = subprocess.run([str(BIN / words[0]), *words[1:]], cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr


def test_ruff_has_nothing_to_say() -> None:
    run("ruff", "check", "--no-cache", "--output-format", "concise", ".")


def test_every_file_is_formatted() -> None:
    run("ruff", "format", "--check", "--no-cache", "--output-format", "concise", ".")


def test_the_types_agree() -> None:
    run("mypy")
