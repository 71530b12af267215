from __future__ import annotations

import base64
import binascii
import io
import re
import zlib
from typing import TYPE_CHECKING, Any, BinaryIO

import pikepdf

from vamco.kernel.record.files.adapters.inspection import limits
from vamco.kernel.record.files.adapters.inspection.problem import Problem
from vamco.kernel.record.files.contracts import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

END = re.compile(rb"%%EOF[\s\x00]*\Z")
# Keys and values of dictionaries, wherever they stand: they run something, carry another file, or hide a form of its own.
KEYS = {
    "/JS",
    "/JavaScript",
    "/AA",
    "/XFA",
    "/EmbeddedFiles",
    "/EF",
    "/RichMediaContent",
    "/RichMediaSettings",
    "/Movie",
    "/Sound",
}
TYPES = {"/EmbeddedFile", "/RichMedia", "/3D", "/FileAttachment", "/Screen", "/Movie", "/Sound", "/Rendition"}
# What an action may do: go to a page of this document, or to an address when the reader presses it.
ACTIONS = {"/GoTo", "/URI", "/Named", "/Thread", "/SetOCGState", "/Hide", "/ResetForm"}
BAD_ACTIONS = {
    "/JavaScript",
    "/Launch",
    "/SubmitForm",
    "/ImportData",
    "/GoToR",
    "/GoToE",
    "/GoTo3DView",
    "/RichMediaExecute",
    "/Rendition",
    "/Movie",
    "/Sound",
}
SCHEME, SCHEMES = re.compile(r"([a-z][a-z0-9+.-]*):"), {"http", "https", "mailto", "tel"}
FLATE, LZW, HEX = {"/FlateDecode", "/Fl"}, {"/LZWDecode", "/LZW"}, {"/ASCIIHexDecode", "/AHx"}
COATS = HEX | {"/ASCII85Decode", "/A85"}
CHUNK = 1 << 20


def inspect(source: BinaryIO) -> Finding:
    """Walk everything that a PDF holds, reachable or not, nested or not. Nothing is mended and nothing rewritten.

    A signed PDF may have been added to since. A reader can show it as it was signed, so each signed state is walked as well.
    """
    size = source.seek(0, 2)
    source.seek(max(size - 2048, 0))
    if not END.search(source.read()):
        raise Problem("damaged")  # cut off, or something hangs behind it
    reaches, pages = _walk(source)
    states = {reach for reach in reaches if 0 < reach < size}
    if len(states) > limits.PDF_STATES:
        raise Problem("bomb")
    for reach in sorted(states):
        source.seek(0)
        _walk(io.BytesIO(source.read(reach)))
    return Finding(signed=bool(reaches), pages=pages)


def _walk(source: BinaryIO) -> tuple[set[int], int]:
    """Go through all objects of one state; gives how far its signatures reach, in bytes from the beginning, and its pages."""
    source.seek(0)
    try:
        # Without recovery: what we read must be what every reader reads.
        with pikepdf.open(source, attempt_recovery=False) as document:
            if document.is_encrypted:
                raise Problem("encrypted")
            reaches = _look_at_all(document)
            if len(document.pages) == 0:
                raise Problem("damaged")
            return reaches, len(document.pages)
    except pikepdf.PasswordError as error:
        raise Problem("encrypted") from error
    except (pikepdf.PdfError, RuntimeError, ValueError, TypeError, OverflowError) as error:
        raise Problem("too_heavy" if "bad_alloc" in str(error) else "damaged") from error


def _look_at_all(document: pikepdf.Pdf) -> set[int]:
    reaches: set[int] = set()
    expanded = count = 0
    roots: list[Any] = [document.trailer, *document.objects]
    for root in roots:
        for found in _within(root):
            count += 1
            expanded += _expanded(found) if isinstance(found, pikepdf.Stream) else 0
            if count > limits.PDF_OBJECTS or expanded > limits.PDF_EXPANDED:
                raise Problem("bomb")
            reaches.add(_look(found))
    return reaches - {0}


def _within(root: Any) -> Iterator[Any]:
    """Give the dictionaries and streams in an object, however deep; other objects that it points to come by themselves."""
    waiting = [root]
    while waiting:
        found = waiting.pop()
        if isinstance(found, pikepdf.Dictionary | pikepdf.Stream):
            yield found
            parts: list[Any] = [part for _, part in found.items()]
        elif isinstance(found, pikepdf.Array):
            parts = list(found)
        else:
            continue
        waiting += [part for part in parts if isinstance(part, pikepdf.Object) and not part.is_indirect]


def _look(found: Any) -> int:
    """Refuse a dictionary that does something; gives how far a signature in it reaches, 0 when it is none."""
    keys = set(found.keys())
    if bad := keys & KEYS:
        raise _active(min(bad))
    for key in ("/Type", "/Subtype"):
        if _name(found, key) in TYPES:
            raise _active(_name(found, key))
    if _name(found, "/S") in BAD_ACTIONS:  # whatever else it says that it is
        raise _active(_name(found, "/S"))
    for key in ("/A", "/PA", "/OpenAction", "/Next"):
        _allow(found.get(key))
    if isinstance(address := found.get("/URI"), pikepdf.String) and not _leads_to_a_site(str(address)):
        raise _active("URI")
    if isinstance(found, pikepdf.Stream) and "/F" in keys:
        raise _active("F")  # its content lies in another file
    return _reach(found.get("/ByteRange")) if "/Contents" in keys else 0


def _allow(action: Any) -> None:
    """Refuse what stands where an action stands and does more than lead somewhere; places and attributes stand there too."""
    for one in action if isinstance(action, pikepdf.Array) else [action]:
        if isinstance(one, pikepdf.Dictionary) and "/S" in one and _name(one, "/S") not in ACTIONS:
            raise _active(_name(one, "/S") or "S")


def _leads_to_a_site(address: str) -> bool:
    letters = "".join(letter for letter in address if letter.isprintable()).strip().lower()
    scheme = SCHEME.match(letters)
    return not letters.startswith(("\\\\", "//")) and (scheme is None or scheme[1] in SCHEMES)


def _reach(span: Any) -> int:
    if isinstance(span, pikepdf.Array) and len(span) == 4:  # noqa: PLR2004  # two spans of bytes: from, how many
        return int(span[2]) + int(span[3])
    return 0


def _active(found: str) -> Problem:
    return Problem("active_content", found=found.lstrip("/")[:40])


def _name(found: Any, key: str) -> str:
    value = found.get(key)
    return str(value) if isinstance(value, pikepdf.Name) else ""


def _expanded(stream: Any) -> int:
    """Give how large a stream becomes where it is unpacked, as far as that can be a bomb."""
    filters = stream.get("/Filter", [])
    names = [str(one) for one in filters] if isinstance(filters, pikepdf.Array) else [str(filters)] if filters else []
    coats = names[:-1]
    if len(coats) > 1 or not COATS.issuperset(coats):
        raise Problem("bomb")  # packed twice: only a bomb is
    packing = names[-1] if names else ""
    if packing in LZW:
        return len(stream.read_bytes())  # within the memory that there is
    return _inflated(_uncoated(stream.read_raw_bytes(), coats)) if packing in FLATE else 0


def _uncoated(raw: bytes, coats: list[str]) -> bytes:
    """Give the bytes under a coat of letters; one that we cannot take off as a reader would is damage."""
    if not coats:
        return raw
    letters = b"".join(raw.split())
    if coats[0] in HEX:
        digits = letters.partition(b">")[0]
        return binascii.unhexlify(digits + b"0" * (len(digits) % 2))
    return base64.a85decode(letters.removeprefix(b"<~").partition(b"~>")[0])


def _inflated(raw: bytes) -> int:
    unpack, size, rest = zlib.decompressobj(), 0, raw
    try:
        while rest:
            size += len(unpack.decompress(rest, CHUNK))
            if size > limits.PDF_EXPANDED or size > max(limits.PDF_RATIO_FROM, limits.RATIO * len(raw)):
                raise Problem("bomb")
            rest = unpack.unconsumed_tail
    except zlib.error:
        return size  # a reader shows the part before; that much it is
    return size
