"""Reads the texts and pictures of the guide, which lie beside the code and change only with it."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PIL import Image

from vamco.systems.guide import rules

if TYPE_CHECKING:
    from vamco.systems.guide.contracts import Chapter

HERE: Final = Path(__file__).parent
TEXTS: Final = HERE / "texts" / "vi"
PICTURES: Final = HERE / "static" / "guide"


@lru_cache(maxsize=1)
def chapters() -> tuple[Chapter, ...]:
    """Return all chapters, in the order of their files: `3-department_head.md` is the third, for that role."""
    files = sorted(TEXTS.glob("*.md"), key=lambda path: int(path.stem.partition("-")[0]))
    return tuple(rules.read(path.stem.partition("-")[2], path.read_text(encoding="utf-8")) for path in files)


@lru_cache(maxsize=64)
def size(picture: str) -> tuple[int, int] | None:
    """Return width and height of a picture, so that a page keeps its place; None where it has not been made."""
    path = PICTURES / picture
    if not path.is_file():
        return None
    with Image.open(path) as image:
        return image.size
