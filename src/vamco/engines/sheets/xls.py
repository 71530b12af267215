"""Workbooks of Excel 97 to 2003 (.xls), read with xlrd.

This format keeps a value with every formula, so that none without one can be told. xlrd reads a sheet whole; what it may take is
bounded by the process that it runs in.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from vamco.engines.sheets import cells
from vamco.engines.sheets.cells import Cell
from vamco.engines.sheets.grids import Enough, Grid, Sheet
from vamco.engines.sheets.xlsx import Malformed

if TYPE_CHECKING:
    from pathlib import Path


class Workbook:
    """An opened workbook. `sheets` are those with cells, in their order."""

    def __init__(self, path: Path) -> None:
        import xlrd

        try:
            self._book: Any = xlrd.open_workbook(
                file_contents=path.read_bytes(),
                formatting_info=True,
                on_demand=True,
                ragged_rows=True,
                logfile=io.StringIO(),
            )
        except (xlrd.XLRDError, xlrd.compdoc.CompDocError) as error:
            raise Malformed(str(error)) from None
        self.sheets = tuple(
            Sheet(name, bool(self._book._sheet_visibility[place]), str(place))  # noqa: SLF001  # else every sheet is read
            for place, name in enumerate(self._book.sheet_names())
        )

    def close(self) -> None:
        """Lets the file go."""
        self._book.release_resources()

    def grid(self, sheet: Sheet, most: int = 0) -> Grid:
        """The filled cells of a sheet; of its first lines only, when `most` says so."""
        found = self._book.sheet_by_index(int(sheet.part))
        grid = Grid(sheet.name, most)
        try:
            for line in range(found.nrows):
                grid.add(line + 1, [self._content(each) for each in found.row(line)])
        except Enough:
            return grid
        for top, bottom, left, right in found.merged_cells:
            grid.merge(top + 1, left, bottom, right - 1)
        grid.finish()
        return grid

    def _content(self, each: Any) -> str | Cell | None:
        import xlrd

        match each.ctype:
            case xlrd.XL_CELL_TEXT:
                return cells.text(each.value)
            case xlrd.XL_CELL_NUMBER | xlrd.XL_CELL_DATE:
                return cells.number(repr(each.value), self._code(each), from_1904=bool(self._book.datemode))
            case xlrd.XL_CELL_BOOLEAN:
                return Cell("true" if each.value else "false", "bool")
            case xlrd.XL_CELL_ERROR:
                return Cell(xlrd.error_text_from_code.get(each.value, "#"), "error")
        return None

    def _code(self, each: Any) -> str:
        style = self._book.xf_list[each.xf_index] if each.xf_index is not None else None
        form = self._book.format_map.get(style.format_key) if style else None
        code = form.format_str if form else ""
        return "" if code == "General" else str(code)
