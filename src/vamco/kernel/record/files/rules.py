"""What a content is, told by its first bytes and never by its name."""

from __future__ import annotations

import codecs

_ZIP = b"PK\x03\x04"
_SIGNATURES = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
)
_OFFICE = (
    (b"word/", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    (b"xl/", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
)
HEAD = 8192
UNKNOWN = "application/octet-stream"


def media_type(head: bytes) -> str:
    """Give the media type of a content from its first `HEAD` bytes; UNKNOWN when none fits."""
    for signature, name in _SIGNATURES:
        if head.startswith(signature):
            return name
    if head.startswith(_ZIP):
        return next((name for mark, name in _OFFICE if mark in head), "application/zip")
    return "text/plain" if _is_text(head) else UNKNOWN


def _is_text(head: bytes) -> bool:
    if b"\x00" in head:
        return False
    try:  # a full head may end inside a letter
        codecs.getincrementaldecoder("utf-8")().decode(head, final=len(head) < HEAD)
    except UnicodeDecodeError:
        return False
    return True
