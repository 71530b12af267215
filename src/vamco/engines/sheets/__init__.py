"""Workbooks of any format (xlsx, ods, xls) as filled cells, bounded before anything is allocated for them.

`read` is the way in for whoever takes a file from somebody: it reads in a process of its own, so a hostile file takes nothing but
that process. `kind_of` says what a file is by its content.
"""

from __future__ import annotations

from vamco.engines.sheets.containers import of as kind_of
from vamco.engines.sheets.contracts import Line, Page, SheetCell
from vamco.engines.sheets.grids import letters
from vamco.engines.sheets.reading import read

__all__ = ["Line", "Page", "SheetCell", "kind_of", "letters", "read"]
