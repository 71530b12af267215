from __future__ import annotations

import re
import struct
import zipfile
import zlib
from typing import IO, TYPE_CHECKING

from vamco.kernel.record.files.adapters.inspection import limits, xmls
from vamco.kernel.record.files.adapters.inspection.problem import Problem
from vamco.kernel.record.files.contracts import Finding, Kind

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

MAIN = {
    Kind.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
    Kind.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
}
TYPES = "[Content_Types].xml"
MACROS = re.compile(r"vba(project|data)|macrosheet|dialogsheet|activex|/ctrlprops/", re.IGNORECASE)
OUTSIDE = re.compile(r"(^|/)(connections\.xml$|querytables/)", re.IGNORECASE)
INSIDE = re.compile(r"(^|/)(embeddings|externallinks)/|oleobject|altchunk|afchunk", re.IGNORECASE)
ARCHIVES = (
    b"PK\x03\x04",
    b"PK\x05\x06",
    b"Rar!",
    b"7z\xbc\xaf\x27\x1c",
    b"\x1f\x8b",
    b"BZh",
    b"\xfd7zXZ",
    b"MSCF",
    b"\xd0\xcf\x11\xe0",
    b"MZ",
    b"\x7fELF",
    b"%PDF-",
)
XML_PARTS = (".xml", ".rels", ".vml")
FIELD = re.compile(r"\bDDE(AUTO)?\b|\bINCLUDE(TEXT|PICTURE)\s+\"?\s*(https?:|file:|\\\\)", re.IGNORECASE)
FORMULA = re.compile(r"\b(WEBSERVICE|RTD|CALL|REGISTER(\.ID)?|EXEC|IMAGE)\s*\(", re.IGNORECASE)
MARKUP = re.compile(rb"(\xef\xbb\xbf)?\s*<|\xff\xfe|\xfe\xff")
LINK = re.compile(r"(https?:|mailto:|tel:|#)", re.IGNORECASE)
LOCAL = struct.Struct("<4s5H3I2H")
BLANK = b" \t\r\n"
CHUNK = 1 << 20


def inspect(kind: Kind, source: IO[bytes]) -> Finding:
    """Read a Word or Excel file to its end: whole, nothing that runs, nothing packed inside it, nothing fetched from outside."""
    try:
        with zipfile.ZipFile(source) as package:
            entries = package.infolist()
            _measure(entries, package, source)
            _name_parts(kind, package, entries)
            for entry in entries:
                _read(package, entry)
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        NotImplementedError,
        struct.error,
        UnicodeError,
        ValueError,
    ) as error:
        raise Problem("damaged") from error
    return Finding()


def _measure(entries: list[zipfile.ZipInfo], package: zipfile.ZipFile, source: IO[bytes]) -> None:
    """Refuse what grows, before anything is unpacked, and what two readers would read differently."""
    if len(entries) > limits.ENTRIES or sum(entry.file_size for entry in entries) > limits.EXPANDED:
        raise Problem("bomb")
    names: set[str] = set()
    for entry in entries:
        if entry.flag_bits & 0x1:
            raise Problem("encrypted")
        if entry.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
            raise Problem("damaged")
        if entry.file_size > limits.RATIO_FROM and entry.file_size > limits.RATIO * max(entry.compress_size, 1):
            raise Problem("bomb")
        name = entry.orig_filename
        if name.lower() in names or "\x00" in name or "\\" in name or name.startswith("/") or ".." in name.split("/"):
            raise Problem("damaged")
        names.add(name.lower())
    _lay_out(entries, package, source)


def _lay_out(entries: list[zipfile.ZipInfo], package: zipfile.ZipFile, source: IO[bytes]) -> None:
    """Each entry has its own bytes, from the first of the file to the directory, and behind the directory nothing follows."""
    end = 0
    for entry in sorted(entries, key=lambda entry: entry.header_offset):
        if entry.header_offset < end:
            raise Problem("bomb")  # entries that share bytes
        source.seek(entry.header_offset)
        signature, *_, name, extra = LOCAL.unpack(source.read(LOCAL.size))
        if signature != b"PK\x03\x04" or (end == 0 and entry.header_offset != 0):
            raise Problem("damaged")
        end = entry.header_offset + LOCAL.size + name + extra + entry.compress_size
    size = source.seek(0, 2)
    source.seek(max(size - 22, 0))
    if end > package.start_dir or not source.read(4) == b"PK\x05\x06":
        raise Problem("damaged")


def _name_parts(kind: Kind, package: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> None:
    names = [entry.filename for entry in entries]
    if TYPES not in names:
        raise Problem("wrong_extension")
    with package.open(TYPES) as stream:
        declared = {found.get("ContentType", "").lower() for found in xmls.elements(stream)}
    if any("macroenabled" in one or "vbaproject" in one or "activex" in one for one in declared):
        raise Problem("macros")
    if MAIN[kind] not in declared:
        raise Problem("wrong_extension")
    for name in names:
        if MACROS.search(name):
            raise Problem("macros")
        if INSIDE.search(name):
            raise Problem("nested", found=name[-80:])
        if OUTSIDE.search(name):
            raise Problem("external", found=name[-80:])


def _read(package: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
    with package.open(entry) as stream:
        head = stream.read(64)
        begins = head.lstrip(BLANK)
        while not begins and (chunk := stream.read(CHUNK)):  # markup may begin after any number of blanks
            begins = chunk.lstrip(BLANK)
    with package.open(entry) as stream:
        if entry.filename.lower().endswith(XML_PARTS) or MARKUP.match(begins):  # a part may bear any name
            _read_part(stream)
            return
        if head.startswith(ARCHIVES):
            raise Problem("nested", found=entry.filename[-80:])
        while stream.read(CHUNK):  # to the end, where its checksum is compared
            pass


def _read_part(stream: IO[bytes]) -> None:
    fields: list[str] = []
    for found in xmls.elements(stream):
        tag = found.tag.rpartition("}")[2]
        if tag == "Relationship":
            _relate(found)
        elif tag == "instrText":
            fields.append(found.text or "")
        elif tag == "fldSimple":
            fields += [value for name, value in found.items() if name.endswith("instr")]
        elif tag in {"ddeLink", "altChunk"} or (tag == "f" and FORMULA.search(found.text or "")):
            raise Problem("external", found=tag)
    if FIELD.search("".join(fields)) or FIELD.search(" ".join(fields)):  # an instruction may be cut into runs
        raise Problem("external", found="DDE")


def _relate(found: Element) -> None:
    kind = found.get("Type", "").rpartition("/")[2].lower()
    if kind in {"vbaproject", "control", "activexcontrolbinary", "xlmacrosheet"}:
        raise Problem("macros")
    if kind in {"oleobject", "package", "afchunk", "externallink", "attachedtemplate", "frame", "subdocument"}:
        raise Problem("external" if found.get("TargetMode") == "External" else "nested", found=kind)
    if found.get("TargetMode", "").lower() == "external" and not (
        kind == "hyperlink" and LINK.match(found.get("Target", ""))
    ):
        raise Problem("external", found=kind[:40])
