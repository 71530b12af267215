"""What a data folder is for: a demonstration or a province. It never becomes the other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from vamco.lib.errors import N_, Refused

if TYPE_CHECKING:
    from pathlib import Path

DEMONSTRATION: Final = "demonstration"
PROVINCE: Final = "province"
_MARK: Final = "used-for"
_TRACES: Final = ("demo", "demo-logins.json")  # of a demonstration from before there was the mark


def of(folder: Path) -> str:
    """Return what a data folder is used for; "" for a new one."""
    try:
        return (folder / _MARK).read_text(encoding="ascii").strip()
    except OSError:
        return DEMONSTRATION if any((folder / name).exists() for name in _TRACES) else ""


def claim(folder: Path, use: str) -> None:
    """Use a folder from now on for this; Refused when it is used for the other."""
    found = of(folder)
    if found == PROVINCE and use != found:
        raise Refused(
            "up.province_folder",
            N_(
                "The data folder %(folder)s belongs to a province: a demonstration would put made-up figures beside real ones. "
                "Choose another with --data, or start the province with “vamco serve”."
            ),
            folder=folder,
        )
    if found and use != found:
        raise Refused(
            "serve.demonstration_folder",
            N_(
                "The data folder %(folder)s was a demonstration's: its figures are made up. "
                "Choose an empty one with VAMCO_DATA or --data."
            ),
            folder=folder,
        )
    (folder / _MARK).write_text(f"{use}\n", encoding="ascii")
