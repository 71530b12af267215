"""A workbook of planning notices or investment projects: rows, what is wrong in which cell, and whether its totals hold. Pure.

Provincial lists have a title, a header, groups under Roman numerals with their number and sums, and a total at the end. One of them had
an annex uploaded twice, and two sums that were off by one: both are found here before anything is published.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from vamco.lib.errors import N_
from vamco.lib.text import fold
from vamco.systems.planning.contracts import CellFault, Parsed, SheetRow, TotalCheck
from vamco.systems.planning.rules import cells

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from vamco.engines.sheets import Line, Page
    from vamco.systems.planning.contracts import ColumnSpec

SEARCHED: Final = 30  # filled lines that are looked at for a header
MOST_FAULTS: Final = 500
_ROMAN = re.compile(r"(?=[IVXLC])(XC|XL|L?X{0,3})(IX|IV|V?I{0,3})\.?")
_LETTER = re.compile(r"[A-Z]\.?")
_TOTAL = re.compile(r"tong (cong|so)\b|(cong|tong)\s*(:|\(|\d|$)")
_COUNT = re.compile(r"(\d+)\s*(?:du an|thong bao|do an|quy hoach|danh muc)")


@dataclass(slots=True)
class _Heading:
    """A line that states figures of the rows below it; level 0 is the total of the sheet."""

    level: int
    line: Line
    label: str
    count: Decimal | None
    count_cell: str
    sums: dict[str, tuple[Decimal, str]]
    rows: list[SheetRow] = field(default_factory=list)


@dataclass(slots=True)
class _Reader:
    """One sheet while it is read."""

    page: Page
    columns: Sequence[ColumnSpec]
    places: dict[str, int]
    resolve: Callable[[str], str]
    faults: list[CellFault] = field(default_factory=list)
    rows: list[SheetRow] = field(default_factory=list)
    headings: list[_Heading] = field(default_factory=list)
    open: list[_Heading] = field(default_factory=list)
    bad_lines: int = 0

    def fault(self, cell: str, message: str, **data: Any) -> None:
        self.faults.append(CellFault(self.page.name, cell, message, data))

    def row(self, line: Line) -> None:
        """Read a row; what cannot be read is named by its cell, and the row is left out."""
        values, wrong = {}, len(self.faults)
        for column in self.columns:
            place = self.places.get(column.key)
            cell = line.cells[place] if place is not None and place < len(line.cells) else None
            try:
                values[column.key] = cells.read(cell, column, self.resolve)
            except cells.Unreadable as reason:
                at = line.name_of(place) if place is not None else str(line.number)
                self.fault(at, reason.message, column=column.titles[0], **reason.data)
        if len(self.faults) > wrong:
            self.bad_lines += 1
            return
        found = SheetRow(self.page.name, line.number, values)
        self.rows.append(found)
        for heading in self.open:
            heading.rows.append(found)

    def heading(self, line: Line, level: int, label: str) -> None:
        """Begin a group, and end those of its own level and below."""
        count = _COUNT.search(fold(" ".join(line.text(n) for n in range(len(line.cells)))))
        sums = {}
        for column in self.columns:
            place = self.places.get(column.key)
            if not column.summed or place is None or not line.text(place):
                continue
            try:
                value = cells.read(line.cells[place], column, self.resolve)
            except cells.Unreadable as reason:
                self.fault(line.name_of(place), reason.message, column=column.titles[0], **reason.data)
                continue
            sums[column.key] = (Decimal(value), line.name_of(place))
        first = next((n for n in range(len(line.cells)) if line.text(n)), 0)
        found = _Heading(level, line, label, Decimal(count[1]) if count else None, line.name_of(first), sums)
        self.headings.append(found)
        if level:
            self.open = [each for each in self.open if each.level < level] + [found]


def parse(pages: Sequence[Page], columns: Sequence[ColumnSpec], resolve: Callable[[str], str]) -> Parsed:
    """Return what a workbook holds. `resolve` gives a commune's code by its name, and raises cells.Unreadable."""
    rows: list[SheetRow] = []
    faults: list[CellFault] = []
    totals: list[TotalCheck] = []
    prints: dict[str, str] = {}
    unused: list[tuple[str, str]] = []
    for page in pages:
        found = _header(page, columns)
        if found is None:
            faults.append(
                CellFault(
                    page.name,
                    "",
                    N_("no row of this sheet names the columns “%(columns)s”"),
                    {"columns": _wanted(columns)},
                )
            )
            continue
        start, places, left = found
        unused += [(page.name, label) for label in left]
        reader = _Reader(page, columns, places, resolve)
        _read(reader, page.lines[start + 1 :])
        rows += reader.rows
        faults += reader.faults
        if not reader.bad_lines:  # else each sum would be wrong as well, and hide what is
            checked = list(_checked(reader))
            totals += checked
            faults += [_off(each) for each in checked if not each.holds]
        prints[page.name] = fingerprint(reader.rows)
    faults += [*_twice(rows), *_same_sheets(prints)]
    return Parsed(tuple(rows), tuple(faults[:MOST_FAULTS]), tuple(totals), prints, tuple(unused))


def _wanted(columns: Sequence[ColumnSpec]) -> str:
    return ", ".join(column.titles[0] for column in columns if column.required)


def _header(page: Page, columns: Sequence[ColumnSpec]) -> tuple[int, dict[str, int], list[str]] | None:
    """Return where the header stands among the filled lines, where each column stands, and headings that mean nothing here."""
    needed = [column for column in columns if column.required]
    for place, line in enumerate(page.lines[:SEARCHED]):
        labels = {_bare(line.text(n)): n for n in range(len(line.cells) - 1, -1, -1) if line.text(n)}
        places = {
            column.key: labels[_bare(title)]
            for column in columns
            for title in reversed(column.titles)
            if _bare(title) in labels
        }
        if sum(column.key in places for column in needed) == len(needed):
            used = set(places.values())
            left = [line.text(n) for label, n in labels.items() if n not in used and label not in {"stt", "tt"}]
            return place, places, left
    return None


def _bare(text: str) -> str:
    return re.sub(r"\s*([(),/])\s*", r"\1", fold(text)).strip(" .:*")


def _read(reader: _Reader, lines: Sequence[Line]) -> None:
    numbering = {str(n) for n in range(1, 40)} | {f"({n})" for n in range(1, 40)}
    for line in lines:
        texts = [line.text(n) for n in range(len(line.cells)) if line.text(n)]
        if len(texts) > 2 and all(text in numbering for text in texts):  # noqa: PLR2004  # a row that only numbers the columns
            continue
        code = reader.places["code"]
        total = next((text for text in texts[:3] if _TOTAL.match(fold(text))), "")
        if total and not line.text(code):
            reader.heading(line, 0, total)
            continue
        first = texts[0] if texts else ""
        if not line.text(code) and (_ROMAN.fullmatch(first) or _LETTER.fullmatch(first)):
            level = 2 if _ROMAN.fullmatch(first) else 1
            reader.heading(line, level, " ".join(texts[:2]))
            continue
        reader.row(line)


def _checked(reader: _Reader) -> Iterator[TotalCheck]:
    """Compare each stated figure with its rows."""
    for heading in reader.headings:
        rows = reader.rows if heading.level == 0 else heading.rows
        if heading.count is not None:
            yield TotalCheck(reader.page.name, heading.count_cell, heading.label, "", heading.count, Decimal(len(rows)))
        for key, (stated, cell) in heading.sums.items():
            counted = sum((Decimal(row.values[key] or 0) for row in rows), Decimal(0))
            yield TotalCheck(reader.page.name, cell, heading.label, key, stated, counted)


def _off(check: TotalCheck) -> CellFault:
    data = {"label": check.label, "stated": check.stated, "counted": check.counted, "key": check.column}
    if not check.column:
        return CellFault(check.sheet, check.cell, N_("“%(label)s” states %(stated)s rows, there are %(counted)s"), data)
    return CellFault(check.sheet, check.cell, N_("“%(label)s” states %(stated)s, its rows add up to %(counted)s"), data)


def _twice(rows: Sequence[SheetRow]) -> Iterator[CellFault]:
    """Find rows with the same code, in one sheet or in two."""
    first: dict[str, SheetRow] = {}
    for row in rows:
        before = first.setdefault(fold(row.code), row)
        if before is not row:
            where = f"{before.sheet}, {before.line}"
            yield CellFault(
                row.sheet,
                str(row.line),
                N_("the code %(code)s stands already at %(where)s"),
                {"code": row.code, "where": where},
            )


def _same_sheets(prints: dict[str, str]) -> Iterator[CellFault]:
    """Find an annex that is another one again."""
    counts = Counter(prints.values())
    seen: dict[str, str] = {}
    for name, found in prints.items():
        if found and counts[found] > 1 and found in seen:
            yield CellFault(name, "", N_("this sheet holds the same as the sheet “%(other)s”"), {"other": seen[found]})
        seen.setdefault(found, name)


def fingerprint(rows: Sequence[SheetRow]) -> str:
    """Return what tells the contents of a sheet from others, whatever codes its rows bear and in whatever order; "" without rows."""
    if not rows:
        return ""
    said = sorted(
        json.dumps(
            {key: value for key, value in row.values.items() if key not in {"code", "listed_in"}},
            default=str,
            sort_keys=True,
        )
        for row in rows
    )
    return hashlib.sha256("\n".join(said).encode()).hexdigest()
