"""What a document consists of, before it becomes PDF or DOCX, and what is known of one that was issued."""

from __future__ import annotations

import datetime as dt  # noqa: TC003  # dataclasses are read at run time by whoever shows them
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

Align = Literal["left", "centre", "right", "justify"]
Role = Literal["P", "H1", "H2"]


class Form(StrEnum):
    """What a document is made as."""

    PDF = "pdf"
    DOCX = "docx"


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of text in one style."""

    text: str
    bold: bool = False
    italic: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """Lines of text. Lengths are points; `indent` is that of the first line, `hang` that of all others."""

    runs: tuple[Run, ...]
    align: Align = "justify"
    size: float = 13
    indent: float = 0
    hang: float = 0
    before: float = 0
    keep_next: bool = False  # never the last thing on a page
    role: Role = "P"
    rule: float = 0  # a line beneath, as a part of the width: 0.4; 1 is as long as the text

    @property
    def text(self) -> str:
        """The words without their style."""
        return "".join(run.text for run in self.runs)


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """Paragraphs side by side, parted by a page's end only when higher than a page. `widths` are parts of the width."""

    widths: tuple[float, ...]
    cells: tuple[tuple[Paragraph, ...], ...]
    before: float = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A list with borders; its head stands again on each page. A row is parted only when higher than a page."""

    widths: tuple[float, ...]
    head: tuple[Paragraph, ...]
    rows: tuple[tuple[Paragraph, ...], ...]
    before: float = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookup:
    """A QR code with the words beside it: where anyone can check the document."""

    url: str
    lines: tuple[Paragraph, ...]
    before: float = 8


Block = Paragraph | Columns | Table | Lookup


@dataclass(frozen=True, slots=True, kw_only=True)
class Composition:
    """A whole document, filled; PDF and DOCX are made from the same one."""

    title: str
    agency: str
    blocks: tuple[Block, ...]
    made_at: dt.datetime  # written into the file, which is otherwise the same byte for byte
    language: str = "vi"


@dataclass(frozen=True, slots=True, kw_only=True)
class Letterhead:
    """What stands above and below every official document (NĐ 30/2020, Phụ lục I)."""

    agency: str  # that issues it: "Sở Tài chính"
    superior: str = ""  # above it: "Ủy ban nhân dân tỉnh Tây Ninh"; empty when it has none or is named alone
    number: str = ""  # "125/QĐ-UBND", "0001/TNHS"; empty leaves room to write it by hand
    place: str = ""  # "Tây Ninh"
    on: dt.date


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedView:
    """A document that was issued, as the register knows it: nothing about persons."""

    code: str
    name: str  # of its template
    name_en: str
    agency: str  # code
    agency_name: str
    agency_name_en: str
    number: str
    issued_on: dt.date
    template: str
    version: int
    sha256: str
    file: int | None = None
    revoked_at: dt.datetime | None = None
    revoked_reason: str = ""
    replaced_by: str = ""
