"""What a file is by its content, whatever its name says."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING, Final

from vamco.lib.errors import N_, Refused

if TYPE_CHECKING:
    from pathlib import Path

WORKBOOKS: Final = frozenset({"xlsx", "ods", "xls"})
_HEAD: Final = 1 << 12
_OLE: Final = b"\xd0\xcf\x11\xe0"
_ZIP: Final = (b"PK\x03\x04", b"PK\x05\x06")
_BOMS: Final = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be", b"\xef\xbb\xbf": "utf-8"}
_MOST_OLE: Final = 256 << 20

NAMES: Final = {
    "empty": N_("The file is empty"),
    "html": N_("The file is a web page (HTML), not an Excel workbook; open it and save it as “Excel Workbook (.xlsx)”"),
    "mhtml": N_("The file is a web archive, not an Excel workbook; open it and save it as “Excel Workbook (.xlsx)”"),
    "spreadsheetml": N_(
        "The file is “XML Spreadsheet 2003”, not an Excel workbook; open it and save it as “Excel Workbook (.xlsx)”"
    ),
    "xml": N_("The file is XML, not an Excel workbook"),
    "pdf": N_("The file is a PDF, not an Excel workbook; deliver the spreadsheet itself"),
    "rtf": N_("The file is a text document (RTF), not an Excel workbook"),
    "docx": N_("The file is a Word document, not an Excel workbook; deliver the spreadsheet itself"),
    "doc": N_("The file is a Word document, not an Excel workbook; deliver the spreadsheet itself"),
    "pptx": N_("The file is a presentation, not an Excel workbook; deliver the spreadsheet itself"),
    "xlsb": N_("The file is a binary workbook (.xlsb); open it and save it as “Excel Workbook (.xlsx)”"),
    "encrypted": N_("The workbook is protected by a password; deliver it without"),
    "zip": N_("The file is a ZIP archive of files, not an Excel workbook; deliver the workbook that is in it"),
    "archive": N_("The file is an archive, not an Excel workbook; deliver the workbook that is in it"),
    "image": N_("The file is a picture, not an Excel workbook; deliver the spreadsheet itself"),
    "json": N_("The file is JSON, not an Excel workbook"),
    "text": N_("The file is plain text (such as CSV), not an Excel workbook"),
    "ole": N_("The file cannot be read as an Excel workbook: it is another kind of file, or broken"),
}
"""What is said of a file that should be a workbook and is not, by what it is."""

_MAGIC: Final = (
    (b"%PDF", "pdf"),
    (b"{\\rtf", "rtf"),
    (b"Rar!", "archive"),
    (b"7z\xbc\xaf\x27\x1c", "archive"),
    (b"\x1f\x8b", "archive"),
    (b"\x89PNG", "image"),
    (b"\xff\xd8\xff", "image"),
    (b"GIF8", "image"),
)


def of(path: Path) -> str:
    """What a file is: xlsx, xls, ods, text, json, or a key of NAMES."""
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if not head.strip(b"\x00"):
        return "empty" if not head else "ole"
    if head.startswith(_OLE):
        return _in_ole(path)
    if head.startswith(_ZIP):
        return _in_zip(path)
    return next((kind for magic, kind in _MAGIC if head.startswith(magic)), "") or _in_text(head)


def guess(path: Path) -> str:
    """What a file is by its first bytes: text, json, empty, or something else."""
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if not head or head.startswith((_OLE, *_ZIP)):
        return "other" if head else "empty"
    return next((kind for magic, kind in _MAGIC if head.startswith(magic)), "") or _in_text(head)


def refuse_other(kind: str) -> None:
    """Refused unless the kind is a workbook's."""
    if kind == "empty":
        raise Refused("hub.empty_file", NAMES[kind])
    if kind not in WORKBOOKS:
        raise Refused("hub.not_workbook", NAMES[kind], found=kind)


def _in_text(head: bytes) -> str:
    code = next((name for mark, name in _BOMS.items() if head.startswith(mark)), "utf-8")
    text = head.decode(code, "replace").lstrip("\ufeff \t\r\n").lower()
    if text.startswith("mime-version:"):
        return "mhtml"
    if text.startswith(("{", "[")):
        return "json"
    if not text.startswith("<"):
        return "text"
    if "urn:schemas-microsoft-com:office:spreadsheet" in text and "<html" not in text:
        return "spreadsheetml"
    if any(tag in text for tag in ("<html", "<!doctype html", "<table", "<head", "<meta", "<style", "<body", "<div")):
        return "html"
    return "xml"


def _in_ole(path: Path) -> str:
    """What is in an OLE container, by the names of its streams; they are UTF-16, each within one sector."""
    if path.stat().st_size > _MOST_OLE:
        return "ole"
    content = path.read_bytes()
    for name, kind in (
        ("EncryptedPackage", "encrypted"),
        ("WordDocument", "doc"),
        ("PowerPoint Document", "pptx"),
        ("Workbook", "xls"),
        ("Book", "xls"),
    ):
        if f"{name}\x00".encode("utf-16-le") in content:
            return kind
    return "ole"


def _in_zip(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            names = {name.lower() for name in archive.namelist()}
            media = _part_of(archive, "mimetype") if "mimetype" in names else b""
            manifest = _part_of(archive, "META-INF/manifest.xml") if media else b""
    except (zipfile.BadZipFile, KeyError, ValueError, NotImplementedError, RuntimeError):
        return "ole"
    if b"opendocument.spreadsheet" in media:
        return "encrypted" if b"encryption-data" in manifest else "ods"
    folders = {name.partition("/")[0] for name in names}
    if "xl/workbook.bin" in names:
        return "xlsb"
    if "xl" in folders:
        return "xlsx"
    return "docx" if "word" in folders or b"opendocument.text" in media else "pptx" if "ppt" in folders else "zip"


def _part_of(archive: zipfile.ZipFile, name: str) -> bytes:
    with archive.open(name) as part:
        return part.read(1 << 20)
