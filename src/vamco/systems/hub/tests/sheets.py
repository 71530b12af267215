"""Workbooks for the tests, put together by hand where no library would write such a one."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"


def xlsx(
    path: Path,
    *sheets: str | tuple[str, str, str],
    strings: str = "",
    formats: tuple[str, ...] = (),
    book: str = "",
    after: str = "",
    main: str = MAIN,
) -> Path:
    """A workbook of sheets, each the XML of its rows, or (name, state, rows); style n + 1 has the n-th of the formats."""
    named = [each if isinstance(each, tuple) else (f"S{n}", "visible", each) for n, each in enumerate(sheets, start=1)]
    parts = "".join(
        f'<sheet name="{name}" sheetId="{n}" state="{state}" r:id="r{n}"/>'
        for n, (name, state, _) in enumerate(named, start=1)
    )
    links = "".join(
        f'<Relationship Id="r{n}" Type="{_RELATIONS}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n in range(1, len(named) + 1)
    )
    links += f'<Relationship Id="s" Type="{_RELATIONS}/styles" Target="styles.xml"/>'
    links += f'<Relationship Id="t" Type="{_RELATIONS}/sharedStrings" Target="/xl/sharedStrings.xml"/>'
    codes = "".join(f'<numFmt numFmtId="{170 + n}" formatCode="{code}"/>' for n, code in enumerate(formats))
    styles = "".join(f'<xf numFmtId="{170 + n}"/>' for n in range(len(formats)))
    root = f'<Relationships xmlns="{_PACKAGE}"><Relationship Id="b" Type="{_RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        out.writestr("_rels/.rels", root)
        out.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{main}" xmlns:r="{_RELATIONS}">{book}<sheets>{parts}</sheets>{after}</workbook>',
        )
        out.writestr("xl/_rels/workbook.xml.rels", f'<Relationships xmlns="{_PACKAGE}">{links}</Relationships>')
        out.writestr(
            "xl/styles.xml",
            f'<styleSheet xmlns="{main}"><numFmts>{codes}</numFmts><cellXfs><xf numFmtId="0"/>{styles}</cellXfs></styleSheet>',
        )
        out.writestr("xl/sharedStrings.xml", f'<sst xmlns="{main}">{strings}</sst>')
        for n, (_, _, rows) in enumerate(named, start=1):
            data, _, rest = rows.partition("|")
            out.writestr(
                f"xl/worksheets/sheet{n}.xml",
                f'<worksheet xmlns="{main}"><sheetData>{data}</sheetData>{rest}</worksheet>',
            )
    return path


def text(reference: str, content: str) -> str:
    """A cell with a text of its own."""
    return f'<c r="{reference}" t="inlineStr"><is><t xml:space="preserve">{content}</t></is></c>'


def rows(*lines: list[Any], start: int = 1) -> str:
    """Rows of texts and numbers; None is left out, and a text that begins with "<" is put in as it is."""
    found = ""
    for line, cells in enumerate(lines, start=start):
        found += f'<row r="{line}">'
        for place, cell in enumerate(cells):
            reference = f"{chr(ord('A') + place)}{line}"
            if isinstance(cell, str):
                found += cell.replace("@", reference) if cell.startswith("<") else text(reference, cell)
            elif cell is not None:
                found += f'<c r="{reference}"><v>{cell}</v></c>'
        found += "</row>"
    return found


def merged(*areas: str) -> str:
    """What stands behind the rows for merged areas."""
    return "|<mergeCells>" + "".join(f'<mergeCell ref="{area}"/>' for area in areas) + "</mergeCells>"


def ods(path: Path, content: str, styles: str = "", manifest: str = "") -> Path:
    """An OpenDocument spreadsheet with its tables as XML."""
    spaces = " ".join(
        f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{long}:1.0"'
        for short, long in (
            ("office", "office"),
            ("table", "table"),
            ("text", "text"),
            ("style", "style"),
            ("number", "datastyle"),
        )
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        out.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet", zipfile.ZIP_STORED)
        out.writestr("META-INF/manifest.xml", f"<manifest>{manifest}</manifest>")
        out.writestr(
            "content.xml",
            f"<office:document-content {spaces}><office:automatic-styles>{styles}</office:automatic-styles>"
            f"<office:body><office:spreadsheet>{content}</office:spreadsheet></office:body></office:document-content>",
        )
    return path
