"""Whether the program can look at pictures at all: the extra packages that do it."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Final

PACKAGES: Final = ("onnxruntime", "cv2", "scipy")


def missing() -> tuple[str, ...]:
    """Return which of the packages of the extra `vision` are not installed."""
    return tuple(name for name in PACKAGES if find_spec(name) is None)
