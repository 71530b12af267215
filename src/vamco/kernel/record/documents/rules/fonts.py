"""The typefaces of documents: Tinos, which has the widths of Times New Roman and every Vietnamese letter."""

from __future__ import annotations

from functools import cache, lru_cache
from pathlib import Path

from django.conf import settings

from vamco.lib.errors import N_, Unavailable

NAMES = {
    (False, False): ("Tinos", "regular.ttf"),
    (True, False): ("Tinos-Bold", "bold.ttf"),
    (False, True): ("Tinos-Italic", "italic.ttf"),
    (True, True): ("Tinos-BoldItalic", "bold-italic.ttf"),
}
ASCENT, DESCENT = 0.891, 0.216  # parts of the size, as in the fonts' own tables


@cache
def register() -> None:
    """Make the faces known to reportlab; Unavailable when their files are not in place."""
    from reportlab import rl_config
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    rl_config.useA85 = 0  # plain bytes: a quarter smaller, and quicker
    for name, file in NAMES.values():
        path = Path(settings.VAMCO_FONTS) / file
        if not path.is_file():
            raise Unavailable(
                "documents.no_font", N_("The font %(file)s is not in place; install again."), file=str(path)
            )
        pdfmetrics.registerFont(TTFont(name, str(path)))


def face(*, bold: bool, italic: bool) -> str:
    """Give the name of a face."""
    return NAMES[bold, italic][0]


@cache
def _signs() -> frozenset[str]:
    """Give what all faces can draw, and what is never drawn itself."""
    from reportlab.pdfbase import pdfmetrics

    register()
    of_each = (frozenset(pdfmetrics.getFont(name).face.charToGlyph) for name, _file in NAMES.values())
    return frozenset(map(chr, frozenset.intersection(*of_each))) | {"\n"}


def lacking(text: str) -> list[str]:
    """Give the signs of a text that the faces cannot draw, in their order."""
    return sorted(set(text) - _signs(), key=text.index)


@lru_cache(maxsize=50_000)
def width(text: str, name: str) -> float:
    """Give how wide a text is at the size of 1 point."""
    from reportlab.pdfbase import pdfmetrics

    return float(pdfmetrics.getFont(name).stringWidth(text, 1000)) / 1000
