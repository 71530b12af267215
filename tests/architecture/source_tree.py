"""The source files of the project, read but not imported."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
PLACES = ("src", "tests", "bench", "conftest.py")
NOT_OURS = {"vendor", "__pycache__", "migrations"}


@dataclass(frozen=True)
class Source:
    """One file."""

    path: Path
    name: str  # relative to the root of the tree, with slashes

    @cached_property
    def text(self) -> str:
        return self.path.read_text(encoding="utf-8")

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    @property
    def is_test(self) -> bool:
        return "tests/" in self.name or self.path.name == "conftest.py"


def sources(root: Path = ROOT, *, kinds: tuple[str, ...] = (".py",)) -> Iterator[Source]:
    """Give all files of some kinds that we wrote: no migrations, which Django writes, and nothing of others."""
    for place in PLACES:
        start = root / place
        for path in sorted(start.rglob("*")) if start.is_dir() else [start]:
            if path.suffix in kinds and path.is_file() and not NOT_OURS & set(path.parts):
                yield Source(path, path.relative_to(root).as_posix())


def product(root: Path = ROOT) -> list[Source]:
    """Give the Python files of the product itself."""
    return [source for source in sources(root) if source.name.startswith("src/") and not source.is_test]


def write(root: Path, **files: str) -> Path:
    """Make a tree to try a rule on; `src__vamco__x_py` is `src/vamco/x.py`."""
    for name, text in files.items():
        stem, _, kind = name.replace("__", "/").rpartition("_")
        path = root / f"{stem}.{kind}"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return root
