"""Another process on the same database, so that a test can kill it."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

PRELUDE = """
import os, signal, sys, time
from pathlib import Path
import django
django.setup()
from django.db import transaction
from vamco.kernel.base.jobs import public as jobs
from vamco.kernel.base.jobs.services import worker
"""


def start(code: str, url: str, folder: Path) -> subprocess.Popen[bytes]:
    """Start `code` after PRELUDE, with the database at `url` and `folder` as working and data folder."""
    env = {
        **os.environ,
        "DATABASE_URL": url,
        "DJANGO_SETTINGS_MODULE": "vamco.config.settings",
        "VAMCO_DATA": str(folder / "data"),
    }
    with (folder / "child.log").open("ab") as log:
        return subprocess.Popen([sys.executable, "-c", PRELUDE + code], env=env, cwd=folder, stdout=log, stderr=log)


def run(code: str, url: str, folder: Path, *, seconds: float = 120) -> int:
    """Run `code` to its end; gives its exit code."""
    with start(code, url, folder) as process:
        try:
            return process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            raise


def lines(path: Path) -> list[str]:
    """Give the lines of a file, none if it is not there."""
    return path.read_text().splitlines() if path.exists() else []
