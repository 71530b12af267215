"""QR codes (ISO/IEC 18004) by segno: as squares for PDF, as a picture for DOCX."""

from __future__ import annotations

import io

import segno

QUIET = 4  # modules of white around, as the standard asks
MASK = 2  # vertical stripes of three: far from the finder's own pattern


def matrix(text: str) -> list[list[bool]]:
    """Give the modules, dark ones true, without the quiet zone; error correction M: a folded page can still be read.

    The mask is fixed: choosing the best of eight costs more than the rest of the code, and readers take any.
    Capital letters, digits and a few signs make smaller codes than other letters, which are read from farther away.
    """
    return [[bool(module) for module in row] for row in segno.make(text, error="m", micro=False, mask=MASK).matrix]


def png(text: str) -> bytes:
    """Give the code as a PNG picture with its quiet zone; the same text gives the same bytes."""
    out = io.BytesIO()
    segno.make(text, error="m", micro=False, mask=MASK).save(out, kind="png", scale=8, border=QUIET)
    return out.getvalue()
