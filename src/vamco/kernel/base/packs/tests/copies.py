"""Copies of the pack that ships, both layers of it, for tests that spoil it."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from django.conf import settings

if TYPE_CHECKING:
    from pathlib import Path

BASE = "vietnam"


def copied(tmp_path: Path) -> Path:
    """Give the folder of the province in a copy of all packs; the base lies beside it."""
    packs = shutil.copytree(settings.VAMCO_PACKS, tmp_path / "packs", ignore=shutil.ignore_patterns("units"))
    return packs / settings.VAMCO_PACK.name


def holding(folder: Path, name: str, text: str) -> Path:
    """Give the file of that name which holds a text: the province's, or that of the base."""
    paths = [folder / name, folder.parent / BASE / name]
    return next(path for path in paths if path.is_file() and text in path.read_text(encoding="utf-8"))


def base(name: str) -> Path:
    """Give a file of the base that ships."""
    path: Path = settings.VAMCO_PACKS / BASE / name
    return path


def alone(folder: Path) -> Path:
    """Let a folder be a pack of its own, without a province, that knows the kinds of agencies."""
    (folder / "pack.yaml").write_text("code: alone\nversion: 0.1.0\nname: Riêng\nname_en: Alone\n", encoding="utf-8")
    shutil.copy(base("agency_kinds.yaml"), folder)
    return folder
