"""The visible mark of an agency's signature: its name and the time, 10 pt, black, upright (NĐ 30/2020, Phụ lục I, mục II.8)."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Final

from reportlab.pdfgen.canvas import Canvas

from vamco.kernel.record.documents.contracts import Paragraph, Run
from vamco.kernel.record.documents.rules import fonts
from vamco.kernel.record.documents.rules.lines import lines
from vamco.kernel.record.documents.rules.pdf import MM, PAGE, RIGHT
from vamco.kernel.record.signing import public as signing
from vamco.lib.time import HCM

if TYPE_CHECKING:
    import datetime as dt

SIZE: Final = 10
BOX_WIDTH: Final = 190
TOP_EDGE: Final = PAGE[1] - 5 * MM
LEADING: Final = 11.5


def appearance(agency: str, at: dt.datetime) -> signing.Appearance:
    """Give the mark for the upper right corner of the first page."""
    fonts.register()
    local = at.astimezone(HCM).isoformat(timespec="seconds")  # ISO 8601, as the decree asks
    text = f"Ký bởi: {agency}\nThời gian ký: {local}"
    paragraph = Paragraph(runs=(Run(text),), align="left", size=SIZE)
    found = lines(paragraph, BOX_WIDTH)
    height = round(len(found) * LEADING + 3)
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(BOX_WIDTH, height), invariant=1, pageCompression=1)
    for number, line in enumerate(found):
        drawn = canvas.beginText(line.left, height - SIZE - number * LEADING)
        for words, face in line.words:
            drawn.setFont(face, SIZE)
            drawn.textOut(words)
        canvas.drawText(drawn)
    canvas.save()
    right, top = round(PAGE[0] - RIGHT), round(TOP_EDGE)
    return signing.Appearance(out.getvalue(), (right - BOX_WIDTH, top - height, right, top))
