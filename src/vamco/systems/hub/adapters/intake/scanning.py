"""One look at all bytes of delimited text, before it is read: whether its quotes are in pairs, and whether it ends."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from vamco.lib.errors import N_, Refused

if TYPE_CHECKING:
    from pathlib import Path

_CHUNK = 4 << 20
_QUOTE = b'"'
_ORDINARY = bytes(range(0x20, 0x7F)) + b"\n\r" + bytes(range(0x80, 0xC0)) + b"\xc3\xc4\xc6\xe1"
"""ASCII, and of UTF-8 the bytes of Vietnamese letters; after E1 only BA and BB begin one."""
_FOREIGN = re.compile(rb"\xe1[^\xba\xbb]")


@dataclass(frozen=True)
class Facts:
    """What the bytes of a file tell. `sound`: each quoted cell begins and ends where a cell does.

    `breaks`: some quoted cell holds a line break. `plain`: letters, digits and ASCII signs only, neither tab nor line break in a cell.
    """

    sound: bool
    breaks: bool
    plain: bool


def scan(path: Path, delimiter: str) -> Facts:
    """The facts of a file in UTF-8; Refused when its last line does not end: nobody knows what is cut off there."""
    look = _Look(delimiter.encode())
    last = b""
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            look.at(chunk)
            last = chunk[-256:]
    if last.rstrip(b" \t\x1a")[-1:] not in {b"\n", b"\r"}:
        raise open_end()
    return Facts(look.sound and not look.inside, look.breaks, look.plain and not look.breaks)


def open_end() -> Refused:
    """What is said of a file whose last line does not end."""
    return Refused(
        "hub.open_end",
        N_("The last line of the file does not end with a line break, so it may be cut off; send the whole file again"),
    )


class _Look:
    def __init__(self, delimiter: bytes) -> None:
        self._ordinary = _ORDINARY + (delimiter if delimiter == b"\t" else b"")
        self._edges = {delimiter, b"\n", b"\r"}
        self._first = True
        self._last = b"\n"  # the last byte before a quote that would open; none right after one that closed
        self.inside = self.breaks = False
        self.sound = self.plain = True

    def at(self, chunk: bytes) -> None:
        if self._first:
            chunk, self._first = chunk.removeprefix(b"\xef\xbb\xbf"), False
        if self.plain:
            self.plain = not chunk.translate(None, self._ordinary) and not _FOREIGN.search(chunk)
        if self.sound:
            parts = chunk.split(_QUOTE)
            if len(parts) == 1 or not self._regular(parts):
                self._exact(parts)

    def _regular(self, parts: list[bytes]) -> bool:
        """The quick look: no quotes within quotes, and no chunk that begins or ends beside a quote."""
        if not self.inside and not self._last:
            return False
        outside, within = parts[self.inside :: 2], parts[not self.inside :: 2]
        begins = {part[:1] for part in (outside if self.inside else outside[1:])}
        ends = {part[-1:] for part in (outside[:-1] if len(parts) % 2 != self.inside else outside)}
        if not (begins <= self._edges and ends <= self._edges and parts[0] and parts[-1]):
            return False
        text = b"".join(within)
        self.breaks = self.breaks or b"\n" in text or b"\r" in text
        self.inside = self.inside != (len(parts) % 2 == 0)
        self._last = b"" if self.inside else parts[-1][-1:]
        return True

    def _exact(self, parts: list[bytes]) -> None:
        for place, part in enumerate(parts):
            if place:
                if not self.inside and self._last and self._last not in self._edges:
                    self.sound = False
                    return
                self.inside = not self.inside
                self._last = b""
            if not part:
                continue
            if self.inside:
                self.breaks = self.breaks or b"\n" in part or b"\r" in part
                continue
            if not self._last and part[:1] not in self._edges:
                self.sound = False
                return
            self._last = part[-1:]
