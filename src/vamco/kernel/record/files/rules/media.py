"""What a content is, whether its name agrees, who may have it: decided from what is known, without reading anything."""

from __future__ import annotations

import base64
import codecs
import hashlib
import hmac
import re
from typing import TYPE_CHECKING

from vamco.kernel.record.files.contracts import EXTENSIONS, OFFICE, Kind, Scan, Terms
from vamco.lib.text import nfc

if TYPE_CHECKING:
    import datetime as dt

_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SIGNED_DATA = b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02"
_PEM = (b"-----BEGIN PKCS7-----", b"-----BEGIN CMS-----", b"-----BEGIN PKCS #7 SIGNED DATA-----")
_OFFICE = ((b"word/", Kind.DOCX.value), (b"xl/", Kind.XLSX.value))
_ENCRYPTED_OFFICE = "EncryptedPackage".encode("utf-16-le")
_XML = re.compile(rb"(\xef\xbb\xbf)?\s*<[?!A-Za-z_]")
_UTF16 = (b"\xff\xfe<\x00", b"\xfe\xff\x00<")
HEAD = 8192
TAIL = 66_000  # the end record of a ZIP stands before a comment of at most 65,535 bytes
UNKNOWN = "application/octet-stream"
ZIP = "application/zip"
NAME_LENGTH = 255


def media_type(head: bytes) -> str:
    """Give the media type of a content from its first `HEAD` bytes; UNKNOWN when none fits."""
    if fixed := _by_signature(head):
        return fixed
    if head.startswith(_ZIP):
        return next((name for mark, name in _OFFICE if mark in head), ZIP)
    if head.startswith(_UTF16):
        return Kind.XML.value
    if not _is_text(head):
        return UNKNOWN
    if head.startswith(_PEM):
        return Kind.P7S.value
    return Kind.XML.value if head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<?xml") else Kind.TEXT.value


def _by_signature(head: bytes) -> str:
    if head.startswith(b"%PDF-"):
        return Kind.PDF.value
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return Kind.PNG.value
    if head.startswith(b"\xff\xd8\xff"):
        return Kind.JPEG.value
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return Kind.WEBP.value
    if head.startswith(b"\x30") and _SIGNED_DATA in head[:32]:
        return Kind.P7S.value
    return ""


def _is_text(head: bytes) -> bool:
    if b"\x00" in head:
        return False
    try:  # a full head may end inside a letter
        codecs.getincrementaldecoder("utf-8")().decode(head, final=len(head) < HEAD)
    except UnicodeDecodeError:
        return False
    return True


def expect(name: str, head: bytes, allowed: frozenset[Kind]) -> tuple[Kind | None, str]:
    """Give the kind that a content must turn out to be, or None and the code of what is wrong already.

    The extension is a promise and the content must keep it. Whether a ZIP is a Word or an Excel file, and whether XML is XML,
    the inspection says.
    """
    if not head:
        return None, "empty"
    if head.startswith(_OLE):
        return None, "encrypted" if _ENCRYPTED_OFFICE in head else "old_office"
    kind = EXTENSIONS.get(extension(name))
    if kind is None or kind not in allowed:
        return None, "not_allowed"
    return (kind, "") if _keeps(kind, head) else (None, "wrong_extension")


def _keeps(kind: Kind, head: bytes) -> bool:
    if kind in OFFICE:
        return head.startswith(_ZIP)
    if kind is Kind.XML:
        return bool(_XML.match(head)) or head.startswith(_UTF16)
    if kind in {Kind.TEXT, Kind.CSV}:  # text is text, whatever it speaks of
        return not _by_signature(head) and not head.startswith(_ZIP) and _is_text(head)
    promised: str = kind.value
    return media_type(head) == promised


def extension(name: str) -> str:
    """Give a name's extension in lower case without the dot, "" without one."""
    return name.rpartition(".")[2].lower() if "." in name else ""


def clean_name(name: str) -> str:
    """Give a name to be shown: never a path, nothing invisible or reversing, at most NAME_LENGTH letters, the extension kept."""
    last = nfc(name).replace("\\", "/").rsplit("/", 1)[-1]
    kept = "".join(letter for letter in last if letter.isprintable()).strip(". ")
    if len(kept) <= NAME_LENGTH:
        return kept or "file"
    stem, dot, end = kept.rpartition(".")
    if not stem or len(end) > 10:  # noqa: PLR2004  # no extension is that long
        return kept[:NAME_LENGTH].strip(". ")
    return stem[: NAME_LENGTH - len(end) - 1].rstrip(". ") + dot + end


def ends_as_archive(tail: bytes) -> bool:
    """Whether a reader of ZIP or JAR files, who begins at the end, would take the content for an archive. `tail`: its last TAIL bytes."""
    at = tail.rfind(b"PK\x05\x06")
    while at >= 0:
        record = tail[at : at + 22]
        directory = int.from_bytes(record[12:16], "little")
        begins = tail[max(at - directory, 0) :][:4]
        entries = int.from_bytes(record[10:12], "little")
        if len(record) == 22 and entries and (directory > at or begins == b"PK\x01\x02"):  # noqa: PLR2004  # the record's length
            return True
        at = tail.rfind(b"PK\x05\x06", 0, at)
    return False


def is_one_value(head: bytes, size: int) -> bool:
    """Whether a DER or BER content is one value from its first byte to its last: a signature with nothing behind it."""
    if len(head) < 2:  # noqa: PLR2004  # a tag and a length
        return False
    first = head[1]
    if first == 0x80:  # noqa: PLR2004  # BER without a length: it ends with two zeros, which only a full reader finds
        return True
    if first < 0x80:  # noqa: PLR2004  # the length itself
        return size == 2 + first
    width = first & 0x7F
    return len(head) >= 2 + width and size == 2 + width + int.from_bytes(head[2 : 2 + width], "big")


def spare(terms: Terms, *, files: int, total: int, size: int) -> str:
    """Give the code of the limit that one more file of `size` bytes breaks for an owner who has so many, "" if none."""
    if files >= terms.max_files:
        return "too_many"
    return "owner_full" if total + size > terms.max_total else ""


def may_have(scan: Scan, *, scanning: bool, own: bool) -> bool:
    """Whether a content is given out: what is infected to nobody, what waits for a scanner only to who stored it."""
    if scan is Scan.INFECTED:
        return False
    return scan is Scan.CLEAN or own or not scanning


# Links


def sign_link(key: bytes, file: int, holder: str, until: dt.datetime) -> str:
    """Give a token that opens one file to one holder ("person:7", "purpose:receipt") until a moment."""
    head = f"{file}.{int(until.timestamp())}"
    return f"{head}.{_seal(key, head, holder)}"


def read_link(key: bytes, token: str, holder: str, now: dt.datetime) -> tuple[int, str]:
    """Give the file that a token opens to this holder, or 0 and "forged" (which is also another's) or "expired"."""
    head, _, seal = token.rpartition(".")
    if not re.fullmatch(r"[1-9][0-9]{0,17}\.[0-9]{1,12}", head, re.ASCII):
        return 0, "forged"
    if not hmac.compare_digest(_seal(key, head, holder).encode(), seal.encode(errors="replace")):
        return 0, "forged"
    file, _, end = head.partition(".")
    return (int(file), "") if now.timestamp() < int(end) else (0, "expired")


def _seal(key: bytes, head: str, holder: str) -> str:
    digest = hmac.new(key, f"{head}\0{holder}".encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
