"""A workbook of any format, opened by what it is, whatever it is called."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from vamco.engines.sheets import archive, containers

if TYPE_CHECKING:
    from pathlib import Path

    from vamco.engines.sheets.grids import Grid, Sheet


class Book(Protocol):
    """A workbook of some format."""

    sheets: tuple[Sheet, ...]

    def grid(self, sheet: Sheet, most: int = 0) -> Grid:
        """The filled cells of a sheet; of its first lines only, when `most` says so."""

    def close(self) -> None:
        """Closes the file."""


def opened(path: Path) -> Book:
    """The workbook in a file, whatever the file is called; Refused when there is none in it."""
    kind = containers.of(path)
    containers.refuse_other(kind)
    if kind == "xls":
        from vamco.engines.sheets import xls

        return xls.Workbook(path)
    archive.refuse_bomb(path)
    if kind == "ods":
        from vamco.engines.sheets import ods

        return ods.Workbook(path)
    from vamco.engines.sheets import xlsx

    return xlsx.Workbook(path)
