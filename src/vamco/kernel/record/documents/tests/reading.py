"""Reads the words out of a PDF by its tags, as a screen reader does: structure, marks, and each font's own alphabet."""

from __future__ import annotations

import re
from io import BytesIO
from typing import Any

import pikepdf

_LETTER = re.compile(r"<([0-9A-Fa-f]{4})>")


def opened(content: bytes) -> pikepdf.Pdf:
    return pikepdf.open(BytesIO(content))


def _alphabet(font: Any) -> dict[int, str]:
    """Give the letter of each code, as reportlab's map tells it: one list, from code 0 on."""
    text = bytes(font.ToUnicode.read_bytes()).decode("ascii")
    letters = _LETTER.findall(text.split("beginbfchar")[1])
    return {code: chr(int(letter, 16)) for code, letter in enumerate(letters)}


def _marked(page: Any) -> dict[int, str]:
    fonts = {name: _alphabet(font) for name, font in page.Resources.Font.items() if "/ToUnicode" in font}
    words: dict[int, str] = {}
    mark, alphabet = None, {}
    for operands, operator in pikepdf.parse_content_stream(page):
        match str(operator):
            case "BDC":
                mark = int(operands[1].MCID)
                words[mark] = ""
            case "BMC":
                mark = -1
            case "EMC":
                mark = None
            case "Tf":
                alphabet = fonts[str(operands[0])]
            case "Tj":
                assert mark is not None, "words outside of any mark"
                if mark >= 0:
                    words[mark] += "".join(alphabet[letter] for letter in bytes(operands[0]))
    return words


def words_of_page(content: bytes, number: int) -> list[str]:
    pdf = opened(content)
    return [words for _mark, words in sorted(_marked(pdf.pages[number]).items())]


def elements(content: bytes) -> list[tuple[str, str]]:
    """Give role and words of each element that has some, in reading order."""
    pdf = opened(content)
    pages = {page.objgen: (_marked(page), number) for number, page in enumerate(pdf.pages)}
    found: list[tuple[str, str]] = []

    def walk(element: Any) -> None:
        parts = []
        for kid in element.get("/K", []):
            if isinstance(kid, int):
                parts.append(pages[element.Pg.objgen][0][kid])
            elif kid.get("/Type") == "/MCR":
                parts.append(pages[kid.Pg.objgen][0][int(kid.MCID)])
            else:
                walk(kid)
        if parts:
            found.append((str(element.S).strip("/"), " ".join(parts)))

    walk(pdf.Root.StructTreeRoot.K)
    return found


def drawn(content: bytes) -> list[list[tuple[float, str, bool]]]:
    """Give for each page its lines of text: how high each stands, its words, whether they are decoration."""
    found = []
    for page in opened(content).pages:
        fonts = {name: _alphabet(font) for name, font in page.Resources.Font.items() if "/ToUnicode" in font}
        rows: list[tuple[float, str, bool]] = []
        decoration, alphabet = False, {}
        for operands, operator in pikepdf.parse_content_stream(page):
            match str(operator):
                case "BDC" | "BMC":
                    decoration = str(operator) == "BMC"
                case "Tm":
                    rows.append((float(operands[5]), "", decoration))
                case "Tf":
                    alphabet = fonts[str(operands[0])]
                case "Tj":
                    rows[-1] = (
                        rows[-1][0],
                        rows[-1][1] + "".join(alphabet[letter] for letter in bytes(operands[0])),
                        decoration,
                    )
        found.append(rows)
    return found


def boxes(content: bytes) -> list[list[tuple[float, float]]]:
    """Give for each page the lower and upper edge of each cell of a table."""
    return [
        [
            (float(operands[1]), float(operands[1]) + float(operands[3]))
            for operands, operator in pikepdf.parse_content_stream(page)
            if str(operator) == "re" and float(operands[3]) != 1  # a square of the QR code
        ]
        for page in opened(content).pages
    ]
