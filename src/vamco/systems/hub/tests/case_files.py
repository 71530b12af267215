"""Files as departments make them, built in code: workbooks, old fonts, exports, and what is broken."""

from __future__ import annotations

import datetime as dt
import io
import json
import struct
import unicodedata
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import openpyxl

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from openpyxl.worksheet.worksheet import Worksheet

HEADER = ("Mã", "Tên dự án", "Số tiền", "Tỷ lệ (%)", "Ngày")
DAY = dt.date(2026, 3, 5)


@dataclass(frozen=True)
class F:
    """A cell with a number format."""

    value: Any
    format: str


def plan(*numbers: int) -> list[tuple[Any, ...]]:
    """Rows of the default contract as cells."""
    return [(f"DA{n:03d}", f"Công trình số {n}", n * 1_000_000, 50, DAY) for n in numbers]


def true(*numbers: int) -> list[tuple[Any, ...]]:
    """The same rows as they must stand in the table."""
    return [(f"DA{n:03d}", f"Công trình số {n}", n * 1_000_000, 50, "2026-03-05") for n in numbers]


def changed(rows: Sequence[Sequence[Any]], at: int, column: int, value: Any) -> list[tuple[Any, ...]]:
    """Rows of which one cell says something else."""
    found = [list(row) for row in rows]
    found[at][column] = value
    return [tuple(row) for row in found]


def book(
    rows: Iterable[Sequence[Any]],
    header: Sequence[Any] | None = HEADER,
    *,
    above: Iterable[Sequence[Any]] = (),
    below: Iterable[Sequence[Any]] = (),
    edit: Callable[[Worksheet], Any] | None = None,
    title: str = "Dữ liệu",
) -> bytes:
    """A workbook of one sheet, as openpyxl writes it; `edit` may do more to it."""
    made = openpyxl.Workbook()
    sheet = made.active
    assert sheet is not None
    sheet.title = title
    for row in (*above, *([header] if header else []), *rows, *below):
        put(sheet, row)
    if edit is not None:
        edit(sheet)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def put(sheet: Worksheet, row: Sequence[Any]) -> None:
    """A further row."""
    at = sheet._current_row + 1
    sheet.append([cell.value if isinstance(cell, F) else cell for cell in row])
    for place, cell in enumerate(row, start=1):
        if isinstance(cell, F):
            sheet.cell(at, place).number_format = cell.format
        elif isinstance(cell, dt.date) and not isinstance(cell, dt.datetime):
            sheet.cell(at, place).number_format = "dd/mm/yyyy"


def merged(*areas: str) -> Callable[[Worksheet], None]:
    """Merges areas."""

    def edit(sheet: Worksheet) -> None:
        for area in areas:
            sheet.merge_cells(area)

    return edit


def xls_writer(rows: Iterable[Sequence[Any]], header: Sequence[str] = HEADER) -> bytes:
    """A workbook as xlsxwriter makes it; a tuple ("=A1+1", 3) is a formula with its kept value."""
    import xlsxwriter

    out = io.BytesIO()
    made = xlsxwriter.Workbook(out)
    sheet = made.add_worksheet("Dữ liệu")
    day = made.add_format({"num_format": "dd/mm/yyyy"})
    for at, row in enumerate([header, *rows]):
        for place, cell in enumerate(row):
            if isinstance(cell, tuple):
                sheet.write_formula(at, place, cell[0], None, cell[1])
            elif isinstance(cell, dt.date):
                sheet.write_datetime(at, place, dt.datetime.combine(cell, dt.time()), day)
            else:
                sheet.write(at, place, cell)
    made.close()
    return out.getvalue()


def parts(content: bytes, **replaced: Callable[[str], str]) -> bytes:
    """A workbook of which some parts say something else; a part is named by its file's stem."""
    source, out = zipfile.ZipFile(io.BytesIO(content)), io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            stem, text = name.rsplit("/", 1)[-1].partition(".")[0], source.read(name)
            target.writestr(name, replaced[stem](text.decode()) if stem in replaced else text)
    return out.getvalue()


def padded(content: bytes, name: str, size: int, unit: bytes = b" ") -> bytes:
    """A workbook with a part that unfolds to very much."""
    source, out = zipfile.ZipFile(io.BytesIO(content)), io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for each in source.namelist():
            if each != name:
                target.writestr(each, source.read(each))
                continue
            head, _, tail = source.read(each).partition(b"</sheetData>")
            with target.open(each, "w") as part:
                part.write(head)
                chunk = unit * ((1 << 20) // len(unit))
                for _ in range(size >> 20):
                    part.write(chunk)
                part.write(b"</sheetData>" + tail)
    return out.getvalue()


def ods(rows: Sequence[Sequence[Any]], tail: str = "") -> bytes:
    """A LibreOffice sheet; `tail` is XML after its last row."""
    lines = []
    for row in rows:
        cells = "".join(_ods_cell(cell) for cell in row)
        lines.append(f"<table:table-row>{cells}</table:table-row>")
    body = (
        '<?xml version="1.0" encoding="UTF-8"?><office:document-content '
        'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
        'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.2"><office:body><office:spreadsheet>'
        f'<table:table table:name="Dữ liệu">{"".join(lines)}{tail}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    manifest = (
        '<?xml version="1.0" encoding="UTF-8"?><manifest:manifest '
        'xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.2">'
        '<manifest:file-entry manifest:full-path="/" manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/>'
        '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>'
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as target:
        target.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        target.writestr("content.xml", body, zipfile.ZIP_DEFLATED)
        target.writestr("META-INF/manifest.xml", manifest)
    return out.getvalue()


def _ods_cell(cell: Any) -> str:
    if isinstance(cell, dt.date):
        return (
            f'<table:table-cell office:value-type="date" office:date-value="{cell.isoformat()}">'
            f"<text:p>{cell:%d/%m/%Y}</text:p></table:table-cell>"
        )
    if isinstance(cell, int | float):
        return f'<table:table-cell office:value-type="float" office:value="{cell}"><text:p>{cell}</text:p></table:table-cell>'
    return f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p></table:table-cell>'


def compound(*streams: str) -> bytes:
    """An OLE2 container whose directory names these streams, such as a workbook with a password."""
    size, end, free = 512, 0xFFFFFFFE, 0xFFFFFFFF

    def entry(name: str, kind: int, left: int, child: int, start: int, length: int) -> bytes:
        raw = name.encode("utf-16-le")
        head = raw.ljust(64, b"\0") + struct.pack("<HBBIII", len(raw) + 2 if name else 0, kind, 1, free, left, child)
        return (head + b"\0" * 36 + struct.pack("<IQ", start, length)).ljust(128, b"\0")

    names = ["Root Entry", *streams]
    directory = entry(names[0], 5, free, 1, end, 0)
    for n, name in enumerate(streams, start=1):
        directory += entry(name, 2, n + 1 if n < len(streams) else free, free, 1 + n, size * 8)
    directory = directory.ljust(size, b"\0")
    bodies = b"".join(bytes([n]) * size for n in range(len(streams) * 8))
    fat = [0xFFFFFFFD, end]
    fat += [end if n % 8 == 7 else n + 3 for n in range(len(streams) * 8)]
    table = struct.pack("<128I", *(fat + [free] * 128)[:128])
    header = bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 16 + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + b"\0" * 6
    header += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, end, 0, end, 0) + struct.pack("<109I", 0, *[free] * 108)
    return header + table + directory + bodies


def html(rows: Iterable[Sequence[Any]], header: Sequence[str] = HEADER) -> bytes:
    """What one-stop systems call Excel."""
    lines = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in [header, *rows])
    return f"<html><head><meta charset='utf-8'></head><body><table border=1>{lines}</table></body></html>".encode()


def text(
    rows: Iterable[Sequence[Any]], header: Sequence[str] = HEADER, sign: str = ",", encoding: str = "utf-8"
) -> bytes:
    """A plain CSV file, without quotes."""
    return "".join(sign.join(map(str, row)) + "\r\n" for row in [header, *rows]).encode(encoding)


def lines(*items: dict[str, Any]) -> bytes:
    """Lines of JSON."""
    return "".join(json.dumps(item, ensure_ascii=False) + "\n" for item in items).encode()


def nfd(words: str) -> str:
    """As macOS writes names."""
    return unicodedata.normalize("NFD", words)


_MARKS = {"\u0301": "s", "\u0300": "f", "\u0309": "r", "\u0303": "x", "\u0323": "j"}
_TCVN3 = dict(
    zip(
        "àảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵăâêôơưđĂÂÊÔƠƯĐ",
        ("µ¶·¸¹»¼½¾ÆÇÈÉÊËÌÎÏÐÑÒÓÔÕÖ×ØÜÝÞßáâãäåæçèéêëìíîïñòóôõö÷øùúûüýþ¨©ª«¬­®¡¢£¤¥¦§"),
        strict=True,
    )
)
_VNI_BASE = {"ă": "aê", "â": "aâ", "ê": "eâ", "ô": "oâ", "ơ": "ô", "ư": "ö", "đ": "ñ", "Đ": "Ñ"}
_VNI_MARK = {"s": "ù", "f": "ø", "r": "û", "x": "õ", "j": "ï"}
_VNI_HAT = {"s": "á", "f": "à", "r": "å", "x": "ã", "j": "ä"}
_VNI_BREVE = {"s": "é", "f": "è", "r": "ú", "x": "ü", "j": "ë"}
_VNI_I = {"s": "í", "f": "ì", "r": "æ", "x": "ó", "j": "ò"}


def tcvn3(words: str) -> str:
    """A text as the fonts .VnTime show it."""
    return "".join(_TCVN3.get(letter, letter) for letter in unicodedata.normalize("NFC", words))


def vni(words: str) -> str:
    """A text as the fonts VNI-Times show it."""
    return "".join(_vni(letter) for letter in unicodedata.normalize("NFC", words))


def _vni(letter: str) -> str:
    split = unicodedata.normalize("NFD", letter)
    mark = next((_MARKS[each] for each in split if each in _MARKS), "")
    base = unicodedata.normalize("NFC", "".join(each for each in split if each not in _MARKS))
    low = base.lower()
    if low == "i" and mark:
        return _VNI_I[mark]
    if low == "y" and mark == "j":
        return "î"
    if low in "âêô" and mark:
        return {"â": "a", "ê": "e", "ô": "o"}[low] + _VNI_HAT[mark]
    if low == "ă" and mark:
        return "a" + _VNI_BREVE[mark]
    return _VNI_BASE.get(base, base) + (_VNI_MARK[mark] if mark else "")


def encrypted() -> bytes:
    """A workbook with a password, as far as its container goes."""
    return compound("EncryptionInfo", "EncryptedPackage")


PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<</Type/Catalog>>\nendobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
