"""A table found in the lines of a sheet or a text, by its layout. Pure.

What the layout names is done; what it does not name and what is not plainly a row of data refuses the file, with the line. So a
total is never counted beside its parts, and a signature is no project.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from vamco.engines.sheets.cells import Cell, Content
from vamco.lib.errors import N_, Refused
from vamco.systems.hub.rules import marks
from vamco.systems.hub.rules.columns import is_number
from vamco.systems.hub.rules.grading import label

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Iterator, Sequence

    from vamco.systems.hub.contracts import Column, Layout

TOTAL = N_("Line %(line)s is a total and would be counted again: set total_row or leave_out in the layout")
SEARCHED = 100
"""How many filled lines are looked at for a header."""
_NUMBERED_LABELS = frozenset({"", "stt", "tt", "số tt", "số thứ tự", "no", "no."})
_FEW, _WIDE, _AGAIN, _FAR = 3, 3, 2, 5
_GROUPED = re.compile(r"[^.,\s]*\d[\d.,\s]*[.,\s]\d[\d.,\s)]*")


class Row(NamedTuple):
    """A row of data: its distance below the header, its line as people count it, its cells."""

    number: int
    line: int
    cells: list[Content]


@dataclass(frozen=True)
class Table:
    """A table: `labels` of its columns, the last line of its header, and `rows`, to be gone through once.

    Going through them may still refuse the file: totals are judged at the end. A row's line is `header` + its number.
    """

    labels: tuple[str | None, ...]
    header: int
    rows: Iterator[Row]
    as_of: dt.date | None = None
    factor: int = 1


def read(lines: Iterable[tuple[int, Sequence[Content]]], layout: Layout, columns: Sequence[Column]) -> Table:
    """Finds the table. `lines` are those that hold something, from top to bottom, each with its number, counted from 1.

    Without `columns` nothing is known of what they mean: a header cannot be searched for, units and totals are left alone.
    """
    source = iter(lines)
    above, header, below = _searched(source, layout, columns) if layout.header_row == 0 else _at(source, layout)
    if not header:
        raise no_header(layout)
    labels = _labels(header)
    place = Places(labels, columns)
    last = header[0][0] + layout.header_rows - 1
    near = [*above, *header]
    factor = _factor(near, layout, columns, place) if columns else 1
    as_of = _as_of(near, layout.as_of_label) if layout.as_of_label else None
    reader = _Rows(layout, columns, labels, header=last, factor=factor)
    return Table(labels, last, reader.of(header, below), as_of, factor)


def no_header(layout: Layout) -> Refused:
    """Why a file without a header is refused."""
    if layout.header_row == 0:
        return Refused("hub.no_header", N_("No row of the file names the columns of the contract"))
    return Refused("hub.no_header", N_("The file has no header in row %(row)s"), row=layout.header_row)


Lines = list[tuple[int, "Sequence[Content]"]]


def _at(
    source: Iterator[tuple[int, Sequence[Content]]], layout: Layout
) -> tuple[Lines, Lines, Iterator[tuple[int, Sequence[Content]]]]:
    above: Lines = []
    header: Lines = []
    for line, cells in source:
        if line < layout.header_row:
            above.append((line, cells))
        elif line < layout.header_row + layout.header_rows and (header or line == layout.header_row):
            header.append((line, cells))
            if line == layout.header_row + layout.header_rows - 1:
                break
        else:
            source = chain([(line, cells)], source)
            break
    return above, header, source


def _searched(
    source: Iterator[tuple[int, Sequence[Content]]], layout: Layout, columns: Sequence[Column]
) -> tuple[Lines, Lines, Iterator[tuple[int, Sequence[Content]]]]:
    seen: Lines = []
    for each in source:
        seen.append(each)
        if len(seen) >= SEARCHED:
            break
    best, found = 0, -1
    for start, (line, _) in enumerate(seen):
        named = len(Places(_labels(_rows_from(seen, start, line + layout.header_rows)), columns).of)
        if named > best:
            best, found = named, start
    if found < 0:
        return [], [], iter(())
    header = _rows_from(seen, found, seen[found][0] + layout.header_rows)
    return seen[:found], header, chain(seen[found + len(header) :], source)


def _rows_from(seen: Lines, start: int, end: int) -> Lines:
    return [each for each in seen[start : start + 5] if each[0] < end]


def _labels(header: Lines) -> tuple[str | None, ...]:
    """The labels, those of several rows joined from top to bottom; what is merged across several columns names each of them."""
    width = max((len(cells) for _, cells in header), default=0)
    joined: list[str | None] = []
    for place in range(width):
        parts: list[str] = []
        for _, cells in header:
            cell = cells[place] if place < len(cells) else None
            if isinstance(cell, Cell) and cell.kind == "merged_across" and len(header) == 1:
                continue
            said = _text(cell)
            if said and not (_is_merged(cell) and parts[-1:] == [said]):
                parts.append(said)
        joined.append(" ".join(parts) or None)
    return tuple(joined)


def fits(lines: Iterable[tuple[int, Sequence[Content]]], columns: Sequence[Column]) -> bool:
    """Whether some line names all required columns of a contract, and more than one or all: a table of it stands there."""
    required = {column.name for column in columns if column.required}
    for line in lines:
        named = set(Places(_labels([line]), columns).of)
        if named and required <= named and len(named) >= min(_AGAIN, len(columns)):
            return True
    return False


class Places:
    """Where the columns of a contract stand, as far as they do. Whether that is enough is judged elsewhere."""

    def __init__(self, labels: Sequence[str | None], columns: Sequence[Column]) -> None:
        self.of: dict[str, int] = {}
        names = {label(text): column.name for column in columns for text in _names(column) if text}
        for place, text in enumerate(labels):
            name = names.get(label(text)) if text else None
            if name is not None:
                self.of.setdefault(name, place)


def _names(column: Column) -> tuple[str, ...]:
    return (*column.titles, column.title, column.name)


# ── what stands above ────────────────────────────────────────────────────────────────────────────────────────────────


def _factor(near: Lines, layout: Layout, columns: Sequence[Column], place: Places) -> int:
    """By what amounts are multiplied here: what the unit's cell says, unless the contract says it already."""
    amounts = [column for column in columns if column.name in place.of and is_number(column)]
    dong = [column for column in amounts if column.unit == "dong"]
    if layout.unit_label:
        factor = _declared_unit(near, layout.unit_label)
        said = {column.multiplier for column in dong} - {1}
        if not said:
            return factor
        if said != {factor}:
            raise Refused(
                "hub.unit_differs",
                N_("The file names another unit of its amounts than the contract (%(found)s)"),
                found=factor,
            )
        return 1
    for line, cells in near:
        for cell in cells:
            named = marks.unit_named(_text(cell)) if cell and not _is_merged(cell) else None
            if named and named[1] != 1 and amounts and not _agreed(named[1], dong or amounts):
                raise Refused(
                    "hub.unit_not_read",
                    N_(
                        "Line %(line)s names a unit of the amounts (%(unit)s) that the layout does not read: set unit_label in the layout"
                    ),
                    line=line,
                    unit=named[0][:60],
                )
    return 1


def _declared_unit(near: Lines, start: str) -> int:
    words = _after(near, start)
    if words is None:
        raise Refused(
            "hub.no_unit", N_("The cell “%(label)s”, which names the unit of the amounts, is not there"), label=start
        )
    factor = marks.unit(words)
    if factor is None:
        raise Refused("hub.unknown_unit", N_("The unit of the amounts is not known: “%(unit)s”"), unit=words[:60])
    return factor


def _agreed(factor: int, amounts: Sequence[Column]) -> bool:
    """Whether the contract itself says that its files, or its values, are in this unit."""
    return any(
        column.multiplier == factor
        or any(
            (named := marks.unit_named(text)) and named[1] == factor for text in (f"({column.unit})", *_names(column))
        )
        for column in amounts
    )


def _as_of(near: Lines, start: str) -> dt.date:
    words = _after(near, start)
    found = marks.day(words) if words else None
    if found is None:
        raise Refused(
            "hub.no_as_of",
            N_("The cell “%(label)s”, which says on what day the file was true, is not there or says no day"),
            label=start,
        )
    return found


def _after(near: Lines, start: str) -> str | None:
    """What follows a beginning in a cell, or stands in the next filled one of its line; None when no cell begins so."""
    wanted = marks.plain(start).rstrip(" :")
    for _, cells in near:
        texts = [_text(cell) for cell in cells if cell is not None and not _is_merged(cell)]
        for place, text in enumerate(texts):
            bare = marks.plain(text).lstrip("( ")
            if bare.startswith(wanted):
                rest = bare[len(wanted) :].strip(" :()")
                return rest or next((each for each in texts[place + 1 :] if each.strip(marks.BLANKS)), "")
    return None


# ── rows ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass
class _Total:
    """The sum of a column, and what is printed as such."""

    place: int
    title: str
    found: Decimal = Decimal(0)
    printed: list[Decimal] = field(default_factory=list)


class _Rows:
    """The rows below a header, each judged by what stands in it and around it."""

    def __init__(
        self,
        layout: Layout,
        columns: Sequence[Column],
        labels: Sequence[str | None],
        *,
        header: int,
        factor: int,
    ) -> None:
        self._layout, self._labels, self._header, self._factor = layout, labels, header, factor
        places = Places(labels, columns)
        self._places = places.of
        self._keys = {label(text) for column in columns for text in _names(column) if text}
        numbers = [column for column in columns if is_number(column) and column.name in places.of]
        self._numbers = {
            places.of[column.name] for column in columns if column.name in places.of and column.type != "string"
        }
        self._amounts = [places.of[column.name] for column in numbers if column.unit == "dong"]
        self._scaled = {places.of[column.name] for column in numbers}
        self._totals = [_Total(places.of[c.name], c.title or c.name) for c in numbers if not _is_share(c)]
        self._down = [places.of[name] for name in layout.fill_down if name in places.of]
        self._last: dict[int, Content] = {}
        contract = set(places.of.values())
        self._numbering = (
            labels and (0 not in contract or label(labels[0] or "") in _NUMBERED_LABELS) and 0 not in self._numbers
        )
        self._required = [places.of[column.name] for column in columns if column.required and column.name in places.of]
        self._section = self._counted = self._whole = self._nested = 0
        self._parts = False
        self._has_total = False

    def of(self, header: Lines, below: Iterable[tuple[int, Sequence[Content]]]) -> Iterator[Row]:
        """The rows of data, in order."""
        fresh, before = True, self._header
        for line, cells in below:
            filled = [text for cell in cells if not _is_merged(cell) and (text := _text(cell)).strip(marks.BLANKS)]
            if not filled:
                continue
            if fresh:
                fresh = False
                self._second_header(header, line, cells)
                if self._layout.number_row:
                    self._number_row(line, filled)
                    before = line
                    continue
            if marks.fits(filled[0], self._layout.ends_before):
                break
            if self._layout.total_row and marks.fits(filled[0], (self._layout.total_row,)):
                self._printed(cells)
            elif not marks.fits(filled[0], self._layout.leave_out):
                self._refuse_odd(line, cells, filled, gap=line - before - 1)
                yield self._row(line, cells)
            before = line
        self._judge_numbering()
        self._judge_totals()

    def _number_row(self, line: int, filled: list[str]) -> None:
        if not marks.numbers_columns(filled):
            raise Refused("hub.no_number_row", N_("Line %(line)s should number the columns and does not"), line=line)

    def _second_header(self, header: Lines, line: int, cells: Sequence[Content]) -> None:
        """Refuses a file whose header goes on below what the layout calls the header."""
        top = header[-1][1]
        merged = any(isinstance(cell, Cell) and cell.kind == "merged" for cell in cells)
        if merged or _parted(top, cells) or self._goes_on(cells):
            raise Refused(
                "hub.two_header_rows",
                N_(
                    "The header goes on in line %(line)s: set header_rows in the layout, or deliver a file with one header row"
                ),
                line=line,
            )

    def _goes_on(self, cells: Sequence[Content]) -> bool:
        """Whether words stand where numbers should, there and below the blank label beside it."""
        for place in range(1, min(len(cells), len(self._labels))):
            if (
                self._labels[place] is None
                and place - 1 in self._numbers
                and all(map(_is_word, cells[place - 1 : place + 1]))
            ):
                return True
        return False

    def _refuse_odd(self, line: int, cells: Sequence[Content], filled: list[str], *, gap: int) -> None:
        if sum(isinstance(cell, str) and label(cell) in self._keys for cell in cells) >= _AGAIN:
            raise Refused(
                "hub.header_again",
                N_("Line %(line)s is a header again: set leave_out in the layout, or deliver one table"),
                line=line,
            )
        bracketed = filled[0].strip(marks.BLANKS)[:1] in {"(", "["}
        whole = line == self._header + 1 and len(filled) >= len([text for text in self._labels if text])
        if (whole or bracketed) and marks.numbers_columns(filled):
            raise Refused(
                "hub.number_row", N_("Line %(line)s numbers the columns: set number_row in the layout"), line=line
            )
        if marks.says_total(filled):
            raise Refused("hub.total_row", TOTAL, line=line)
        if self._is_lone(cells, filled, gap) or self._is_signed(cells, filled) or (gap and self._is_worded(cells)):
            raise Refused(
                "hub.below_table",
                N_(
                    "Line %(line)s does not belong to the table any more (a note or a signature): set ends_before in the layout"
                ),
                line=line,
            )
        if marks.names_whole(filled):
            self._whole = self._whole or line
        else:
            self._parts = True
        self._number(line, cells)

    def _is_signed(self, cells: Sequence[Content], filled: list[str]) -> bool:
        """Whether a row says who signs or notes something. "Giám đốc" may be data where all that is required stands beside it."""
        if len(filled) > _FEW or len(filled) >= len([text for text in self._labels if text]):
            return False
        complete = self._required and self._is_complete(cells)
        return any(map(marks.is_signed, filled[:1] if complete else filled))

    def _is_lone(self, cells: Sequence[Content], filled: list[str], gap: int) -> bool:
        """Whether a row has next to nothing where others have much, and would still pass for one."""
        if len(filled) >= _FEW or len(self._places) < _WIDE:
            return False
        words = len(filled[0].split()) > 1
        if gap:
            return words or gap > _FAR
        return words and len(filled) == 1 and self._is_complete(cells)

    def _is_worded(self, cells: Sequence[Content]) -> bool:
        """Whether words stand in all places of numbers, as in the header of another table."""
        found = [
            cells[place] for place in self._numbers if place < len(cells) and _text(cells[place]).strip(marks.BLANKS)
        ]
        return bool(found) and all(map(_is_word, found))

    def _is_complete(self, cells: Sequence[Content]) -> bool:
        """Whether all that is required is there."""
        return all(place < len(cells) and _text(cells[place]).strip(marks.BLANKS) for place in self._required)

    def _number(self, line: int, cells: Sequence[Content]) -> None:
        said = _text(cells[0]).strip(marks.BLANKS) if self._numbering and cells and not _is_merged(cells[0]) else ""
        if marks.is_numbered(said):
            self._counted = self._counted or line
        elif marks.is_section(said):
            self._section = self._section or line
        elif marks.is_nested(said):
            self._nested = self._nested or line

    def _judge_numbering(self) -> None:
        """Refuses a table in which some rows are parts of others: I, 1, 2, II, 3, or 1, 1.1, 1.2."""
        if self._whole and self._parts:
            raise Refused("hub.total_row", TOTAL, line=self._whole)
        if self._counted and (line := self._section or self._nested):
            raise Refused(
                "hub.sections",
                N_(
                    "The rows are numbered as parts of each other (line %(line)s): set leave_out in the layout for those that are sums"
                ),
                line=line,
            )

    def _row(self, line: int, cells: Sequence[Content]) -> Row:
        found = list(cells)
        for total in self._totals if self._layout.total_row else ():
            total.found += self._amount(cells, total.place) or 0
        if self._down:
            self._fill_down(found)
        for place, cell in enumerate(found):
            if isinstance(cell, Cell) and cell.kind in {"scaled", "merged_across"}:
                found[place] = self._known(cell, line, place)
        if self._factor != 1:
            for place in self._amounts:
                if place < len(found):
                    found[place] = self._multiplied(found[place], line)
        return Row(line - self._header, line, found)

    def _known(self, cell: Cell, line: int, place: int) -> Cell:
        if cell.kind == "merged_across":
            return Cell(cell.text, "merged")
        if place in self._scaled:
            raise Refused(
                "hub.scaled_format",
                N_(
                    "In line %(line)s an amount is shown in thousands or millions by its number format alone: show it in full"
                ),
                line=line,
            )
        return Cell(cell.text, "number")

    def _fill_down(self, cells: list[Content]) -> None:
        for place in self._down:
            cells.extend([None] * (place + 1 - len(cells)))
            cell = cells[place]
            if (isinstance(cell, Cell) and cell.kind == "merged") or (
                not _is_merged(cell) and not _text(cell).strip(marks.BLANKS)
            ):
                cells[place] = self._last.get(place)
            elif not _is_merged(cell):
                self._last[place] = cell

    def _multiplied(self, cell: Content, line: int) -> Content:
        if cell is None or (isinstance(cell, Cell) and cell.kind != "number"):
            return cell
        if (
            isinstance(cell, str)
            and not self._layout.decimal
            and not self._layout.thousands
            and _GROUPED.fullmatch(cell.strip(marks.BLANKS))
        ):
            raise Refused(
                "hub.unit_text",
                N_("In line %(line)s an amount is text with points or commas: set decimal and thousands in the layout"),
                line=line,
            )
        value = self._number_of(cell)
        if value is None:
            return cell
        shown = format(value * self._factor, "f")
        shown = shown.rstrip("0").rstrip(".") if "." in shown else shown
        return Cell(shown, "number") if isinstance(cell, Cell) else shown.replace(".", self._layout.decimal or ".")

    def _number_of(self, cell: Content) -> Decimal | None:
        layout = self._layout
        if isinstance(cell, Cell):
            return marks.amount(cell.text) if cell.kind in {"number", "scaled", "percent"} else None
        return marks.amount(cell or "", layout.decimal, layout.thousands, brackets=layout.brackets_negative)

    def _amount(self, cells: Sequence[Content], place: int) -> Decimal | None:
        return self._number_of(cells[place]) if place < len(cells) else None

    # totals

    def _printed(self, cells: Sequence[Content]) -> None:
        self._has_total = True
        for total in self._totals:
            cell = cells[total.place] if total.place < len(cells) else None
            if isinstance(cell, Cell) and cell.kind == "percent":
                continue
            if (value := self._number_of(cell)) is not None:
                total.printed.append(value)
            elif any(map(str.isdigit, _text(cell))) or (isinstance(cell, Cell) and cell.kind in {"error", "formula"}):
                raise Refused(
                    "hub.total_unread", N_("%(column)s: the printed total cannot be read"), column=total.title
                )

    def _judge_totals(self) -> None:
        if self._layout.total_row and not self._has_total:
            raise Refused(
                "hub.no_total",
                N_("The row with the printed total (%(label)s) is not there"),
                label=self._layout.total_row,
            )
        for total in self._totals:
            for printed in total.printed:
                if abs(printed - total.found) > Decimal("1e-9") * max(Decimal(1), abs(printed)):
                    raise Refused(
                        "hub.total_differs",
                        N_("%(column)s: the rows add up to %(found)s, the printed total is %(printed)s"),
                        column=total.title,
                        found=f"{total.found.normalize():f}",
                        printed=f"{printed.normalize():f}",
                    )


def _parted(header: Sequence[Content], cells: Sequence[Content]) -> bool:
    """Whether a label merged across several columns has more than one filled cell below it."""
    start = 0
    for place in range(len(header)):
        cell = header[place]
        if not (isinstance(cell, Cell) and cell.kind == "merged_across"):
            start = place
            continue
        below = [each for each in cells[start : place + 1] if each is not None and not _is_merged(each)]
        if len(below) > 1:
            return True
    return False


def _is_share(column: Column) -> bool:
    """Whether a column's total is no sum: a percentage, a ratio, a price, a year."""
    words = marks.plain(column.title or column.name)
    return (
        column.unit == "percent"
        or "%" in words
        or words.startswith(("tỷ lệ", "tỉ lệ", "ty_le", "đơn giá", "năm", "bình quân"))
    )


def _is_merged(cell: Content) -> bool:
    return isinstance(cell, Cell) and cell.kind in {"merged", "merged_across"}


def _is_word(cell: Content) -> bool:
    return isinstance(cell, str) and any(map(str.isalpha, cell)) and not any(map(str.isdigit, cell))


def _text(cell: Content) -> str:
    return cell.text if isinstance(cell, Cell) else cell or ""
