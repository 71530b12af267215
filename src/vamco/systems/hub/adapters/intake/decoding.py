"""Files as UTF-8: what is no text, or text in another encoding than the layout says, is refused by its name; the rest is copied."""

from __future__ import annotations

import codecs
import io
from dataclasses import replace
from typing import TYPE_CHECKING, Final, TextIO

from vamco.lib.errors import N_, Refused
from vamco.lib.text import nfc
from vamco.systems.hub.rules import encodings

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from vamco.systems.hub.contracts import Layout

_CHUNK = 1 << 20
_SAMPLE = 1 << 18
_UTF8: Final = frozenset({"utf-8", "utf-8-sig"})
_BOM: Final = codecs.BOM_UTF8
_DISGUISES: Final = (
    (b"PK\x03\x04", "ZIP, XLSX"),
    (b"\xd0\xcf\x11\xe0", "XLS"),
    (b"\x1f\x8b", "GZIP"),
    (b"7z\xbc\xaf\x27\x1c", "7Z"),
    (b"Rar!", "RAR"),
    (b"%PDF", "PDF"),
    (b"SQLite format 3", "SQLite"),
    (b"PAR1", "Parquet"),
    (b"{\\rtf", "RTF"),
)
_MARKUP: Final = (
    (b"<!doctype html", "HTML"),
    (b"<html", "HTML"),
    (b"<table", "HTML"),
    (b"<?xml", "XML"),
    (b"<", "HTML, XML"),
)
_IN_OTHER = N_(
    "The file is not text in %(declared)s but looks like %(found)s; save it as “CSV UTF-8”, or declare its encoding"
)
_NOT_IN = N_("The file is not text in %(declared)s (after line %(line)s); save it as “CSV UTF-8”")


def as_utf8(path: Path, layout: Layout, folder: Path) -> tuple[Path, Layout]:
    """The file in UTF-8 and its layout: itself, or a working copy in a folder. A byte order mark may stand before it."""
    refuse_disguise(path)
    if layout.encoding in _UTF8:
        _refuse_misread(path)
        return path, layout
    copy = folder / "utf-8"
    with copy.open("w", encoding="utf-8", newline="") as out:
        out.writelines(_decoded(path, layout.encoding))
    _refuse_misread(copy, layout.encoding)
    _refuse_gibberish(path, copy, layout.encoding)
    return copy, replace(layout, encoding="utf-8")


def opened(path: Path, layout: Layout) -> TextIO:
    """The text of a file, its ends of lines as they stand there."""
    if layout.encoding in _UTF8:
        return path.open(encoding="utf-8-sig", newline="")
    return io.StringIO("".join(_decoded(path, layout.encoding)), newline="")


def refuse_disguise(path: Path) -> None:
    """Refused when the file is empty, or is plainly no such text."""
    with path.open("rb") as file:
        head = file.read(512)
    if not head:
        raise Refused("hub.empty_file", N_("The file is empty"))
    form = next((name for mark, name in _DISGUISES if head.startswith(mark)), "")
    bare = head.removeprefix(_BOM).lstrip().lower()
    form = form or next((name for mark, name in _MARKUP if bare.startswith(mark)), "")
    if form:
        raise Refused("hub.not_text", N_("The file is not text but %(found)s, whatever its name says"), found=form)


def _refuse_misread(path: Path, declared: str = "") -> None:
    """Refused when the beginning of a file is in another encoding, or was read in a wrong one and saved again."""
    with path.open("rb") as file:
        sample = file.read(_SAMPLE)
    if sample.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise _other("UTF-8", encodings.NAMES["utf-16"])
    try:
        text = sample.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if error.start < len(sample) - 4 or len(sample) < _SAMPLE:  # not a letter that the sample cuts in two
            raise _not_utf8(sample, error.start) from None
        text = sample[: error.start].decode("utf-8-sig")
    if "\0" in text and text.count("\0") * 5 > len(text):
        raise _other("UTF-8", encodings.NAMES["utf-16"])
    refuse_cells([text], declared)


def refuse_cells(cells: Iterable[str | None], declared: str = "") -> None:
    """Refused when the cells of a column (or all) are in another encoding than they were read in."""
    found = encodings.likely(cells)
    if found and found.encoding == "utf-8":
        raise Refused(
            "hub.encoding",
            N_("The text of the file is broken: UTF-8 was read as another encoding and saved again; ask for it anew"),
        )
    if found:
        raise _other(encodings.NAMES[declared or "utf-8"], found.name)


def _refuse_gibberish(path: Path, copy: Path, encoding: str) -> None:
    """Refused when most marked words of what was decoded are no Vietnamese ones: so it was another old encoding."""
    with copy.open(encoding="utf-8", errors="ignore") as file:
        if encoding == "utf-16" or encodings.reads_well(file.read(_SAMPLE)):
            return
    with path.open("rb") as raw:
        found = encodings.likely_of_bytes(raw.read(_SAMPLE))
    declared = encodings.NAMES[encoding]
    raise _other(declared, found) if found not in {"", declared} else not_in(encoding, 0)


def _not_utf8(sample: bytes, start: int) -> Refused:
    if found := encodings.likely_of_bytes(sample):
        return _other("UTF-8", found)
    return not_in("utf-8", sample.count(b"\n", 0, start))


def not_in(declared: str, line: int) -> Refused:
    """What is said of a file that is in no encoding that one can name."""
    return Refused("hub.encoding", _NOT_IN, declared=encodings.NAMES[declared], line=line)


def undecodable(path: Path) -> Refused:
    """What is said of a file that is not UTF-8 in some line, which is looked for."""
    with path.open("rb") as file:
        for before, line in enumerate(file):
            try:
                line.decode()
            except UnicodeDecodeError:
                found = encodings.likely_of_bytes(line)
                return _other("UTF-8", found) if found else not_in("utf-8", before)
    return not_in("utf-8", 0)


def _other(declared: str, found: str) -> Refused:
    return Refused("hub.encoding", _IN_OTHER, declared=declared, found=found)


def _decoded(path: Path, encoding: str) -> Iterator[str]:
    """The text in NFC, in parts that end with their lines."""
    with path.open("rb") as file:
        head = file.read(_SAMPLE)
    utf16 = head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    if head.startswith(_BOM) or (encoding != "utf-16" and _is_utf8(head)):
        raise _other(encodings.NAMES[encoding], "UTF-8")
    if utf16 != (encoding == "utf-16"):
        raise _other(encodings.NAMES[encoding], "UTF-16") if utf16 else not_in(encoding, 0)
    line = 0
    try:
        for part in _utf16(path) if utf16 else _lines(path):
            text = part if isinstance(part, str) else encodings.decode(part, encoding)
            line += text.count("\n")
            yield text
    except UnicodeError:
        raise not_in(encoding, line) from None


def _is_utf8(head: bytes) -> bool:
    """Whether bytes are UTF-8 and could not be so by chance: letters of more than one byte, several of them."""
    try:
        text = head[: head.rfind(b"\n") + 1 or len(head)].decode()
    except UnicodeDecodeError:
        return False
    return sum(not sign.isascii() for sign in text) > 1


def _utf16(path: Path) -> Iterator[str]:
    with path.open(encoding="utf-16", newline="") as file:
        while lines := file.readlines(_CHUNK):
            yield nfc("".join(lines))


def _lines(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while lines := file.readlines(_CHUNK):
            yield b"".join(lines)
