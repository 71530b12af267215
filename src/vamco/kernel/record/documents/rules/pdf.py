"""A composition as a PDF: A4, embedded fonts, tagged, the same bytes for the same input."""

from __future__ import annotations

import io
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from reportlab.pdfgen.canvas import Canvas

from vamco.kernel.record.documents.contracts import Columns, Lookup, Paragraph, Table
from vamco.kernel.record.documents.rules import fonts, qr
from vamco.kernel.record.documents.rules.cells import Band, Cell, height_of, rule_room
from vamco.kernel.record.documents.rules.lines import Line, lines
from vamco.kernel.record.documents.rules.tags import Element, Tags
from vamco.lib.errors import N_, Refused
from vamco.lib.time import HCM

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from vamco.kernel.record.documents.contracts import Block, Composition
    from vamco.kernel.record.documents.rules.cells import Part

MM: Final = 72 / 25.4
PAGE: Final = (210 * MM, 297 * MM)
LEFT, RIGHT, TOP, BOTTOM = 30 * MM, 17 * MM, 20 * MM, 20 * MM  # NĐ 30/2020, Phụ lục I, mục I.2
WIDTH: Final = PAGE[0] - LEFT - RIGHT
HEIGHT: Final = PAGE[1] - TOP - BOTTOM
PADDING: Final = 3.0  # in a cell
CODE_SIDE: Final = 22 * MM
NUMBER_SIZE: Final = 13
SHOWN: Final = 30  # letters before and after a sign that cannot be drawn


@dataclass(frozen=True, slots=True)
class Item:
    """Something that stands whole on one page; with `keep` on the same page as what follows.

    What is higher than a page gives its parts by `cut`, to which the room on this page and that on any other is told. The first
    part wants `least` of it.
    """

    height: float
    draw: Callable[[float], None]  # takes the upper edge
    before: float = 0
    keep: bool = False
    table: int = -1  # index of the table of which it is a row
    cut: Callable[[float, float], Iterator[Item]] | None = None
    least: float = 0


def render(composition: Composition) -> bytes:
    """Give the document as PDF."""
    fonts.register()
    _demand_signs(composition)
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=PAGE, invariant=1, pageCompression=1, lang=composition.language)
    canvas.setTitle(composition.title)
    canvas.setAuthor(composition.agency)
    canvas.setSubject("")
    canvas.setCreator("Vàm Cỏ")
    canvas.setProducer("Vàm Cỏ")
    canvas.setViewerPreference("DisplayDocTitle", "true")
    canvas._preamble = ""  # noqa: SLF001  # else each page names Helvetica, which is not embedded
    canvas._doc.idToObject["BasicFonts"].dict.clear()  # noqa: SLF001
    stamp: Any = canvas._doc._timeStamp  # noqa: SLF001  # the only way to another time than 1 January 2000
    local = composition.made_at.astimezone(HCM)
    stamp.YMDhms, stamp.dhh, stamp.dmm = local.timetuple()[:6], 7, 0
    _Pages(canvas).write(composition.blocks)
    canvas.save()
    return out.getvalue()


def _demand_signs(composition: Composition) -> None:
    """Raise Refused when the typeface lacks a sign of a template or letterhead: it would be drawn, and signed, as an empty box."""
    passages = (words for block in composition.blocks for words in _passages(block))
    words, sign = next(((words, sign) for words in passages for sign in fonts.lacking(words)), ("", ""))
    if sign:
        at = words.index(sign)
        raise Refused(
            "documents.no_sign",
            N_("The typeface of documents has no sign “%(sign)s” (%(code)s), which stands in “%(place)s”."),
            sign=sign,
            code=f"U+{ord(sign):04X}",
            place=words[max(at - SHOWN, 0) : at + SHOWN].strip(),
        )


def _passages(block: Block) -> Iterator[str]:
    match block:
        case Paragraph():
            yield block.text
        case Columns():
            yield from (part.text for cell in block.cells for part in cell)
        case Table():
            yield from (part.text for cells in (block.head, *block.rows) for part in cells)
        case Lookup():
            yield from (part.text for part in block.lines)


class _Pages:
    """Puts items on pages, from the top down."""

    def __init__(self, canvas: Canvas) -> None:
        self.canvas = canvas
        self.tags = Tags(canvas)
        self.heads: list[Item] = []
        self.page = 1
        self.y = PAGE[1] - TOP

    def write(self, blocks: Sequence[Block]) -> None:
        """Draw everything."""
        items = [item for block in blocks for item in self._items(block)]
        start = 0
        while start < len(items):
            end = start + 1
            while items[end - 1].keep and end < len(items):
                end += 1
            self._place(items[start:end])
            start = end
        self.canvas.showPage()
        self.tags.finish()

    def _place(self, chunk: Sequence[Item]) -> None:
        """Draw items that belong together, on a new page if they do not fit here but do there."""
        total = sum(self._wanted(item) + item.before for item in chunk)
        if self.y - total < BOTTOM and self.y < PAGE[1] - TOP and (total <= HEIGHT or len(chunk) == 1):
            self._turn(chunk[0])
        for item in chunk:
            before = item.before if self.y < PAGE[1] - TOP else 0
            if self.y - before - self._wanted(item) < BOTTOM and self.y < PAGE[1] - TOP:
                self._turn(item)
                before = 0
            self.y -= before
            for number, part in enumerate(self._parts(item)):
                if number:
                    self._turn(part)
                part.draw(self.y)
                self.y -= part.height

    def _parts(self, item: Item) -> Iterator[Item]:
        if item.cut and item.height > self._room(item):
            yield from item.cut(self.y - BOTTOM, self._room(item))
        else:
            yield item

    def _wanted(self, item: Item) -> float:
        """Give the height without which it cannot begin on a page."""
        return item.least if item.cut and item.height > self._room(item) else item.height

    def _room(self, item: Item) -> float:
        """Give the height that a page has for it at most."""
        head = self._head(item)
        return HEIGHT - (head.height if head else 0)

    def _head(self, item: Item) -> Item | None:
        """Give what stands again above it on a new page: the head of its table, unless that would leave it no room."""
        head = self.heads[item.table] if item.table >= 0 else None
        return head if head and head.height <= HEIGHT / 2 else None

    def _turn(self, item: Item) -> None:
        """Go on to the next page: its number at the top, and the head of a table that goes on."""
        self.canvas.showPage()
        self.tags.next_page()
        self.page += 1
        text = str(self.page)
        with self.tags.artifact():
            self.canvas.setFont(fonts.face(bold=False, italic=False), NUMBER_SIZE)
            self.canvas.drawCentredString(PAGE[0] / 2, PAGE[1] - 13 * MM, text)
        self.y = PAGE[1] - TOP
        if head := self._head(item):
            head.draw(self.y)
            self.y -= head.height

    # ── blocks to items ──

    def _items(self, block: Block) -> Iterator[Item]:
        match block:
            case Paragraph():
                yield from self._paragraph(block)
            case Columns():
                yield self._columns(block)
            case Table():
                yield from self._table(block)
            case Lookup():
                yield self._lookup(block)

    def _paragraph(self, block: Paragraph) -> Iterator[Item]:
        """Give its lines; neither the first nor the last stands alone on a page."""
        element = self.tags.element(block.role)
        found = lines(block, WIDTH)
        for number, line in enumerate(found):
            last = number == len(found) - 1
            keep = block.keep_next if last else number in {0, len(found) - 2}
            yield Item(
                height_of(block) + (rule_room(block) if last else 0),
                self._drawer(block, line, element, last=last),
                before=block.before if number == 0 else 0,
                keep=keep or (block.keep_next and number >= len(found) - 2),
            )

    def _drawer(self, block: Paragraph, line: Line, element: Element, *, last: bool) -> Callable[[float], None]:
        def draw(top: float) -> None:
            with self.tags.content(element):
                self._line(block, line, LEFT, top)
            if last and block.rule:
                self._rule(block, line, LEFT, WIDTH, top)

        return draw

    def _columns(self, block: Columns) -> Item:
        cells = [Cell(cell, width * WIDTH) for cell, width in zip(block.cells, block.widths, strict=True)]
        group = self.tags.element("Div")
        for cell in cells:
            cell.elements = [self.tags.element(part.role, group) for part in cell.paragraphs]
        band = Band(cells)
        # A cell that has room on a page is not torn: a signature stays beneath its title when the recipients go on for pages.
        least = max((cell.height for cell in cells if cell.height <= HEIGHT), default=0.0)

        def cut(first: float, other: float) -> Iterator[Item]:
            for part in band.cut(first, other):
                yield self._columns_part(band, part)

        whole = self._columns_part(band, band.whole)
        return replace(whole, before=block.before, cut=cut, least=max(least, band.least))

    def _columns_part(self, band: Band, part: Part) -> Item:
        def draw(top: float) -> None:
            x = LEFT
            for cell, span in zip(band.cells, part, strict=True):
                self._cell(cell, x, top, span)
                x += cell.width

        return Item(band.height(part), draw)

    def _table(self, block: Table) -> Iterator[Item]:
        index = len(self.heads)
        table = self.tags.element("Table")
        head = self._row(block.widths, block.head, table, index, head=True)
        self.heads.append(head)
        yield replace(head, before=block.before, keep=bool(block.rows), table=-1)
        for cells in block.rows:
            yield self._row(block.widths, cells, table, index, head=False)

    def _row(
        self, widths: Sequence[float], parts: Sequence[Paragraph], table: Element, index: int, *, head: bool
    ) -> Item:
        row = self.tags.element("TR", table)
        cells = []
        for part, width in zip(parts, widths, strict=True):
            cell = Cell((part,), width * WIDTH - 2 * PADDING)
            role, scope = ("TH", "Column") if head else ("TD", "")
            cell.elements = [self.tags.element(role, row, scope=scope)]
            cells.append(cell)
        band = Band(cells, PADDING)

        def cut(first: float, other: float) -> Iterator[Item]:
            for part in band.cut(first, other):
                yield self._row_part(widths, band, part, -1 if head else index)

        whole = self._row_part(widths, band, band.whole, index)
        return replace(whole, cut=cut, least=band.least)

    def _row_part(self, widths: Sequence[float], band: Band, part: Part, index: int) -> Item:
        height = band.height(part)
        drawn = False

        def draw(top: float) -> None:
            nonlocal drawn
            x = LEFT
            for cell, span in zip(band.cells, part, strict=True):
                self._cell(cell, x + PADDING, top - PADDING, span, repeated=drawn)
                x += cell.width + 2 * PADDING
            self._borders(widths, top, height)
            drawn = True

        return Item(height, draw, table=index)

    def _lookup(self, block: Lookup) -> Item:
        side = Cell(block.lines, WIDTH - CODE_SIDE - 8)
        group = self.tags.element("Div")
        figure = self.tags.element("Figure", group, alt=f"Mã QR: {block.url}")
        side.elements = [self.tags.element(part.role, group) for part in block.lines]

        def draw(top: float) -> None:
            with self.tags.content(figure):
                self._code(block.url, LEFT, top)
            self._cell(side, LEFT + CODE_SIDE + 8, top - (CODE_SIDE - side.height) / 2, side.whole)

        return Item(max(CODE_SIDE, side.height), draw, before=block.before)

    # ── drawing ──

    def _cell(self, cell: Cell, x: float, top: float, span: tuple[int, int], *, repeated: bool = False) -> None:
        y = top
        for strip in cell.strips[span[0] : span[1]]:
            part, line, element = strip.paragraph, strip.line, cell.elements[strip.number]
            y -= strip.before
            with self.tags.artifact() if repeated else self.tags.content(element):
                self._line(part, line, x, y)
            if part.rule and strip.last:
                self._rule(part, line, x, cell.width, y)
            y -= strip.height - strip.before

    def _line(self, block: Paragraph, line: Line, x: float, top: float) -> None:
        stretch = line.slack / line.gaps if block.align == "justify" and not line.last and line.gaps else 0.0
        shift = {"right": line.slack, "centre": line.slack / 2}.get(block.align, 0.0)
        text = self.canvas.beginText(x + line.left + shift, top - block.size * fonts.ASCENT * 1.06)
        text.setWordSpace(stretch)
        for words, face in line.words:
            text.setFont(face, block.size)
            text.textOut(words)
        self.canvas.drawText(text)

    def _rule(self, block: Paragraph, line: Line, x: float, width: float, top: float) -> None:
        long = line.width if block.rule == 1 else width * block.rule
        middle = x + width / 2
        y = top - height_of(block) - 3
        with self.tags.artifact():
            self.canvas.setLineWidth(0.7)
            self.canvas.line(middle - long / 2, y, middle + long / 2, y)

    def _borders(self, widths: Sequence[float], top: float, height: float) -> None:
        with self.tags.artifact():
            self.canvas.setLineWidth(0.5)
            x = LEFT
            for width in widths:
                self.canvas.rect(x, top - height, width * WIDTH, height)
                x += width * WIDTH

    def _code(self, url: str, x: float, top: float) -> None:
        """Draw a QR code as filled squares, runs of a row in one, in one path."""
        modules = qr.matrix(url)
        side = len(modules)
        size = CODE_SIDE / (side + 2)  # the paper around is white: the quiet zone is half inside, half outside
        squares = [f"q {size:.4f} 0 0 {size:.4f} {x + size:.3f} {top - (side + 1) * size:.3f} cm"]
        for row, cells in enumerate(modules):
            start = None
            for column, dark in enumerate([*cells, False]):
                if dark and start is None:
                    start = column
                elif not dark and start is not None:
                    squares.append(f"{start} {side - 1 - row} {column - start} 1 re")
                    start = None
        self.canvas._code.append("\n".join([*squares, "f Q"]))  # noqa: SLF001  # its own paths format a thousand floats
