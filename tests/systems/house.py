"""The platform with one system more: a tree of links to it, in which a system and its events lie beside the others."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.architecture.source_tree import ROOT
from vamco.cli import messages

if TYPE_CHECKING:
    from pathlib import Path

PRELUDE = """
import json
import django
django.setup()
from django.conf import settings
settings.ALLOWED_HOSTS = ["testserver"]
"""


@dataclass(frozen=True)
class House:
    """Where the tree lies; `say` runs code in it, on the database at `url`, and gives what its last line evaluates to."""

    folder: Path

    def say(self, code: str, url: str = "postgresql:///none", **environment: str) -> Any:
        *lines, last = code.strip().splitlines()
        program = PRELUDE + "\n".join(lines) + f"\nprint(json.dumps({last}))"
        told = {
            **os.environ,
            "PYTHONPATH": f"{self.folder}:{ROOT}",
            "DJANGO_SETTINGS_MODULE": "vamco.config.settings",
            "DATABASE_URL": url,
            "VAMCO_DATA": str(self.folder / "data"),
            **environment,
        }
        done = subprocess.run(
            [sys.executable, "-c", program], env=told, cwd=self.folder, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout.splitlines()[-1])


def build(folder: Path, system: Path) -> House:
    """Put a system beside the others: what it has as `events.py` is its module of the language."""
    package = folder / "vamco"
    for source, target in ((ROOT / "src" / "vamco", package), (ROOT / "src" / "vamco" / "systems", package / "systems"),
                           (ROOT / "src" / "vamco" / "vocab", package / "vocab")):  # fmt: skip
        target.unlink(missing_ok=True)
        target.mkdir()
        for entry in source.iterdir():
            (target / entry.name).symlink_to(entry)
    own = package / "systems" / system.name
    shutil.copytree(system, own)
    if (own / "events.py").exists():
        (own / "events.py").rename(package / "vocab" / f"{system.name}.py")
    for po in own.glob("locale/*/LC_MESSAGES/django.po"):
        po.with_suffix(".mo").write_bytes(messages.compiled(messages.read(po)))
    return House(folder)
