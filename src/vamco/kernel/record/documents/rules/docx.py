"""A composition as a Word document: the same words in the same order and form; Word breaks lines and pages itself."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from typing import TYPE_CHECKING, Any, Final

from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from vamco.kernel.record.documents.contracts import Columns, Lookup, Paragraph, Table
from vamco.kernel.record.documents.rules import qr

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vamco.kernel.record.documents.contracts import Block, Composition

FACE: Final = "Times New Roman"
WIDTH_MM: Final = 210 - 30 - 17
CODE_MM: Final = 24
LETTERS: Final = 50  # that surely fit on a line of the whole width, also capitals
MOST_LINES: Final = 35  # that surely fit on a page
ALIGN: Final = {
    "left": WD_ALIGN_PARAGRAPH.LEFT,
    "centre": WD_ALIGN_PARAGRAPH.CENTER,
    "right": WD_ALIGN_PARAGRAPH.RIGHT,
    "justify": WD_ALIGN_PARAGRAPH.JUSTIFY,
}
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)  # the earliest that ZIP knows


def render(composition: Composition) -> bytes:
    """Give the document as DOCX; the same composition gives the same bytes."""
    document = Document()
    _style(document, composition)
    for block in composition.blocks:
        _add(document, block)
    out = io.BytesIO()
    document.save(out)
    return _steady(out.getvalue())


def _style(document: Any, composition: Composition) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin, section.right_margin = Mm(30), Mm(17)
    section.top_margin = section.bottom_margin = Mm(20)
    section.header_distance = Mm(10)
    section.different_first_page_header_footer = True  # the number stands from page 2 on
    number = section.header.paragraphs[0]
    number.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _field(number.add_run(), "PAGE")
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = FACE, Pt(13)
    fonts = normal.element.get_or_add_rPr().get_or_add_rFonts()
    for script in ("w:ascii", "w:hAnsi", "w:eastAsia", "w:cs"):
        fonts.set(qn(script), FACE)
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "vi-VN")
    normal.element.get_or_add_rPr().append(language)
    properties = document.core_properties
    made = composition.made_at.astimezone(dt.UTC).replace(tzinfo=None)
    properties.title, properties.author, properties.language = (
        composition.title[:255],
        composition.agency[:255],
        "vi-VN",
    )
    properties.created = properties.modified = made
    properties.last_modified_by, properties.comments = composition.agency[:255], ""


def _field(run: Any, name: str) -> None:
    """Write a field that Word fills, such as the number of the page."""
    for kind, text in (("begin", ""), ("", name), ("end", "")):
        part = OxmlElement("w:instrText" if text else "w:fldChar")
        if text:
            part.text = text
        else:
            part.set(qn("w:fldCharType"), kind)
        run._r.append(part)  # noqa: SLF001  # python-docx's own way to what it has no name for


def _add(document: Any, block: Block) -> None:
    match block:
        case Paragraph():
            _paragraph(document.add_paragraph(), block)
        case Columns():
            _columns(document, block.widths, block.cells, before=block.before)
        case Table():
            _table(document, block)
        case Lookup():
            _lookup(document, block)


def _paragraph(target: Any, block: Paragraph, *, before: float | None = None) -> None:
    form = target.paragraph_format
    form.alignment = ALIGN[block.align]
    form.line_spacing_rule = WD_LINE_SPACING.SINGLE
    form.space_before, form.space_after = Pt(block.before if before is None else before), Pt(6 if block.rule else 0)
    form.left_indent, form.first_line_indent = Pt(block.hang), Pt(block.indent - block.hang)
    form.keep_with_next, form.widow_control = block.keep_next, True
    if block.role != "P":
        level = OxmlElement("w:outlineLvl")
        level.set(qn("w:val"), "0" if block.role == "H1" else "1")
        target._p.get_or_add_pPr().append(level)  # noqa: SLF001
    for run in block.runs:
        for number, words in enumerate(run.text.split("\n")):
            written = target.add_run(words)
            if number:
                written._r.insert(0, OxmlElement("w:br"))  # noqa: SLF001
            written.bold, written.italic, written.font.size = run.bold, run.italic, Pt(block.size)
            written.font.underline = True if block.rule == 1 else None
    if block.rule and block.rule != 1:
        _rule(target)


def _rule(target: Any) -> None:
    """Write the short line beneath: a centred run of underlined spaces on a line of its own."""
    line = target.add_run()
    line.add_break()
    spaces = target.add_run("\u00a0" * 28)
    spaces.font.size, spaces.font.underline = Pt(4), True


def _columns(document: Any, widths: Any, cells: Any, *, before: float) -> Any:
    table = document.add_table(rows=1, cols=len(widths))
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    _unbroken(table.rows[0], widths, cells)
    for cell, width, paragraphs in zip(table.rows[0].cells, widths, cells, strict=True):
        cell.width = Mm(WIDTH_MM * width)
        for number, paragraph in enumerate(paragraphs):
            target = cell.paragraphs[0] if number == 0 else cell.add_paragraph()
            _paragraph(target, paragraph, before=before + paragraph.before if number == 0 else None)
    return table


def _unbroken(row: Any, widths: Sequence[float], cells: Sequence[Sequence[Paragraph]]) -> None:
    """Keep a row on one page, unless it may be higher: what cannot be split and has no room might not be shown at all."""
    lines = max(
        sum(1 + part.text.count("\n") + len(part.text) / (LETTERS * width) for part in cell)
        for cell, width in zip(cells, widths, strict=True)
    )
    if lines <= MOST_LINES:
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))  # noqa: SLF001


def _table(document: Any, block: Table) -> None:
    table = document.add_table(rows=0, cols=len(block.widths), style="Table Grid")
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    for number, cells in enumerate((block.head, *block.rows)):
        row = table.add_row()
        _unbroken(row, block.widths, [(paragraph,) for paragraph in cells])
        if number == 0:
            row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))  # noqa: SLF001
        for cell, width, paragraph in zip(row.cells, block.widths, cells, strict=True):
            cell.width = Mm(WIDTH_MM * width)
            _paragraph(cell.paragraphs[0], paragraph, before=2)


def _lookup(document: Any, block: Lookup) -> None:
    table = _columns(document, (CODE_MM / WIDTH_MM, 1 - CODE_MM / WIDTH_MM), ((), block.lines), before=block.before)
    picture = (
        table.rows[0].cells[0].paragraphs[0].add_run().add_picture(io.BytesIO(qr.png(block.url)), width=Mm(CODE_MM))
    )
    picture._inline.docPr.set("descr", f"Mã QR: {block.url}")  # noqa: SLF001


def _steady(content: bytes) -> bytes:
    """Give the same archive without the times at which its parts were written."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            new.writestr(zipfile.ZipInfo(entry.filename, _EPOCH), old.read(entry), zipfile.ZIP_DEFLATED)
    return out.getvalue()
