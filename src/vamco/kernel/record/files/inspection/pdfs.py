from __future__ import annotations

import base64
import binascii
import re
import zlib
from typing import TYPE_CHECKING, Any, BinaryIO

import pikepdf

from vamco.kernel.record.files.contracts import Finding
from vamco.kernel.record.files.inspection import limits
from vamco.kernel.record.files.inspection.problem import Problem

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
SCHEMES = re.compile(r"\s*(https?:|mailto:|tel:|#|\Z)", re.IGNORECASE)
FLATE, LZW, HEX = {"/FlateDecode", "/Fl"}, {"/LZWDecode", "/LZW"}, {"/ASCIIHexDecode", "/AHx"}
COATS = HEX | {"/ASCII85Decode", "/A85"}
CHUNK = 1 << 20


def inspect(source: BinaryIO) -> Finding:
    """Walk everything that a PDF holds, reachable or not, nested or not. Nothing is mended and nothing rewritten."""
    size = source.seek(0, 2)
    source.seek(max(size - 2048, 0))
    if not END.search(source.read()):
        raise Problem("damaged")  # cut off, or something hangs behind it
    source.seek(0)
    try:
        # Without recovery: what we read must be what every reader reads.
        with pikepdf.open(source, attempt_recovery=False) as document:
            if document.is_encrypted:
                raise Problem("encrypted")
            signed = _walk(document)
            pages = len(document.pages)
    except pikepdf.PasswordError as error:
        raise Problem("encrypted") from error
    except (pikepdf.PdfError, RuntimeError, ValueError, TypeError, OverflowError) as error:
        raise Problem("too_heavy" if "bad_alloc" in str(error) else "damaged") from error
    if pages == 0:
        raise Problem("damaged")
    return Finding(signed=signed)


def _walk(document: pikepdf.Pdf) -> bool:
    """Go through all objects; gives whether one of them is a signature."""
    signed = False
    expanded = count = 0
    roots: list[Any] = [document.trailer, *document.objects]
    for root in roots:
        for found in _within(root):
            count += 1
            if count > limits.PDF_OBJECTS:
                raise Problem("bomb")
            if isinstance(found, pikepdf.Stream):
                expanded += _expanded(found)
                if expanded > limits.PDF_EXPANDED:
                    raise Problem("bomb")
            signed = _look(found) or signed
    return signed


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


def _look(found: Any) -> bool:
    """Refuse a dictionary that does something; gives whether it is a signature."""
    keys = set(found.keys())
    if bad := keys & KEYS:
        raise Problem("active_content", found=min(bad).lstrip("/"))
    for key in ("/Type", "/Subtype"):
        kind = _name(found, key)
        if kind in TYPES:
            raise Problem("active_content", found=kind.lstrip("/"))
    if "/S" in keys and _is_action(found, keys):
        action = _name(found, "/S")
        if action not in ACTIONS:
            raise Problem("active_content", found=action.lstrip("/")[:40])
    if "/URI" in keys and not SCHEMES.match(str(found.get("/URI"))) and isinstance(found.get("/URI"), pikepdf.String):
        raise Problem("active_content", found="URI")
    return "/ByteRange" in keys and "/Contents" in keys


def _is_action(found: Any, keys: set[str]) -> bool:
    """Whether /S names an action: structure elements, groups and page labels use the same key for other things."""
    if _name(found, "/Type") in {
        "/StructElem",
        "/Group",
        "/Transparency",
        "/OutputIntent",
        "/Border",
        "/OBJR",
        "/MCR",
        "/Trans",
    }:
        return False
    action = _name(found, "/S")
    known = {
        "/JavaScript",
        "/Launch",
        "/SubmitForm",
        "/ImportData",
        "/GoToR",
        "/GoToE",
        "/GoTo3DView",
        "/RichMediaExecute",
        "/Trans",
        "/Rendition",
        "/Movie",
        "/Sound",
    }
    return _name(found, "/Type") == "/Action" or action in known or bool(keys & {"/Next", "/F", "/Win"})


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
