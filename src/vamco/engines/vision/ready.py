"""What the engine needs and whether it is here, in plain words; without it everything else works."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Final

from vamco.lib.errors import N_

CONVERTED: Final = Path(__file__).resolve().parent / "converted"
DETECTOR: Final = CONVERTED / "nanodet.onnx"
_PACKAGES: Final = {"cv2": "opencv-python-headless", "onnxruntime": "onnxruntime", "scipy": "scipy"}


def missing() -> list[tuple[str, dict[str, str]]]:
    """Give what is missing as msgids with their values, nothing where the engine can work."""
    found: list[tuple[str, dict[str, str]]] = [
        (N_("The package %(package)s is not installed."), {"package": package})
        for module, package in _PACKAGES.items()
        if importlib.util.find_spec(module) is None
    ]
    if not DETECTOR.is_file():
        found.append(
            (
                N_(
                    "The vehicle detector has not been fetched. Delete .venv/installed and start again with the network connected."
                ),
                {},
            )
        )
    return found
