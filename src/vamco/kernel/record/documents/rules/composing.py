"""From a template and its values to paragraphs and tables, laid out as NĐ 30/2020, Phụ lục I asks. Pure.

Places and sizes (mục II, IV and the table of styles): national name 12-13 bold capitals, motto 13-14 bold with a line as long
as itself, the agency above 12-13 capitals, the issuing agency bold with a line of a third to a half beneath, number 13, place
and day 13-14 italic, kind and subject 13-14 bold, body 13-14 justified with an indent of 1-1.27 cm and at least 6 pt between
paragraphs, recipients 11 under "Nơi nhận:" 12 bold italic, signature 13-14 bold.
"""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from vamco.kernel.record.documents.contracts import (
    Align,
    Block,
    Columns,
    Composition,
    Letterhead,
    Lookup,
    Paragraph,
    Role,
    Run,
    Table,
)
from vamco.kernel.record.documents.declaration import (
    Closing,
    Each,
    Facts,
    Hand,
    Hands,
    Heading,
    TableOf,
    Template,
    Text,
)
from vamco.kernel.record.documents.rules import templates, wording

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Mapping, Sequence

    from vamco.kernel.record.documents import declaration

BODY: Final = 13.0
INDENT: Final = 28.4  # 1 cm
GAP: Final = 6.0  # between paragraphs
SIGNING_ROOM: Final = 56.0  # height for signature and seal
NATION: Final = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
MOTTO: Final = "Độc lập - Tự do - Hạnh phúc"


def compose(
    template: Template,
    head: Letterhead,
    values: Mapping[str, Any],
    *,
    made_at: dt.datetime,
    lookup: Lookup | None = None,
) -> Composition:
    """Give the document; Refused when a value is missing, unknown or of another kind."""
    kept = {**_given(head), **templates.checked(template, values)}
    subject = _plain(template.subject, kept)
    blocks = [
        *_letterhead(template, head, kept),
        *_titles(template, kept),
        *_addressees(template, kept),
        *(_paragraph(templates.runs(text, kept, italic=True), indent=INDENT, before=GAP) for text in template.bases),
        *_blocks(template.body, kept),
    ]
    if lookup and template.lookup:
        blocks.append(lookup)
    blocks = [_kept(block, after) for block, after in itertools.zip_longest(blocks, blocks[1:])]
    title = " ".join(part for part in (_plain(template.heading, kept).capitalize(), head.number, subject) if part)
    return Composition(
        title=wording.clean(title or template.name), agency=head.agency, blocks=tuple(blocks), made_at=made_at
    )


def _kept(block: Block, after: Block | None) -> Block:
    """Let a signature never stand alone on a page: what it signs goes with it."""
    return replace(block, keep_next=True) if isinstance(block, Paragraph) and isinstance(after, Columns) else block


def _given(head: Letterhead) -> dict[str, Any]:
    given = {"agency": head.agency, "superior": head.superior, "number": head.number, "place": head.place}
    return {**{name: wording.clean(text) for name, text in given.items() if text}, "on": head.on}


def _plain(text: str, values: Mapping[str, Any]) -> str:
    return "".join(run.text for run in templates.runs(text, values))


def _paragraph(
    runs: tuple[Run, ...],
    *,
    align: Align = "justify",
    size: float = BODY,
    indent: float = 0,
    before: float = 0,
    keep_next: bool = False,
    role: Role = "P",
    rule: float = 0,
) -> Paragraph:
    return Paragraph(
        runs=runs, align=align, size=size, indent=indent, before=before, keep_next=keep_next, role=role, rule=rule
    )


def _line(text: str, size: float, *, bold: bool = False, italic: bool = False, before: float = 0, rule: float = 0) -> Paragraph:  # fmt: skip
    """Give centred words on lines of their own."""
    return _paragraph((Run(wording.clean(text), bold, italic),), align="centre", size=size, before=before, rule=rule)


# ── what stands above ────────────────────────────────────────────────────────────────────────────────────────────────


def _letterhead(template: Template, head: Letterhead, values: Mapping[str, Any]) -> Iterator[Block]:
    left = [_line(head.superior.upper(), 12)] if head.superior else []
    left.append(_line(head.agency.upper(), 12.5, bold=True, rule=0.4))
    right = [_line(NATION, 12.5, bold=True), _line(MOTTO, 13.5, bold=True, rule=1)]
    yield Columns(widths=(0.41, 0.59), cells=(tuple(left), tuple(right)))
    number = [_line(f"Số: {head.number or '......'}", 13)]
    if template.layout == "letter" and template.subject:
        subject = templates.runs(f"V/v {template.subject}", values)
        number.append(_paragraph(subject, align="centre", size=12, before=3))
    day = ", ".join(part for part in (head.place, wording.day_in_words(head.on)) if part)
    yield Columns(widths=(0.41, 0.59), cells=(tuple(number), (_line(day, 13.5, italic=True),)), before=8)


def _titles(template: Template, values: Mapping[str, Any]) -> Iterator[Block]:
    if template.layout == "letter":
        return
    heading = templates.runs(template.heading, values, bold=True)
    subject = templates.runs(template.subject, values, bold=True)
    yield _paragraph(heading, align="centre", size=14, before=14, keep_next=True, role="H1", rule=0 if subject else 0.3)
    if subject:
        yield _paragraph(subject, align="centre", size=14, before=2, keep_next=True, rule=0.3)


def _addressees(template: Template, values: Mapping[str, Any]) -> Iterator[Block]:
    lines = [templates.runs(text, values) for text in template.addressees]
    if len(lines) == 1:
        yield _paragraph((Run("Kính gửi: "), *lines[0]), align="centre", size=14, before=16, keep_next=True)
    elif lines:
        yield _paragraph((Run("Kính gửi:"),), align="left", size=14, indent=INDENT * 3, before=16, keep_next=True)
        for number, line in enumerate(lines):
            end = "." if number == len(lines) - 1 else ";"
            yield Paragraph(
                runs=(Run("- "), *line, Run(end)), align="left", size=14, indent=INDENT * 4, hang=INDENT * 4 + 9,
                keep_next=True,
            )  # fmt: skip


# ── the body ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _blocks(blocks: Sequence[declaration.Block], values: Mapping[str, Any]) -> Iterator[Block]:
    for block in blocks:
        when = getattr(block, "when", "")
        if not when or when in values:
            yield from _block(block, values)


def _block(block: declaration.Block, values: Mapping[str, Any]) -> Iterator[Block]:
    match block:
        case Text():
            indent = INDENT if block.indent and block.align in {"justify", "left"} else 0
            filled = templates.runs(block.text, values)
            yield _paragraph(filled, align=block.align, indent=indent, before=GAP)
        case Heading():
            filled = templates.runs(block.heading, values, bold=True)
            yield _paragraph(filled, align="left", indent=INDENT, before=GAP + 2, keep_next=True, role="H2")
        case Facts():
            yield from _facts(block, values)
        case Each():
            for number, item in enumerate(values.get(block.each, ()), 1):
                yield from _blocks(block.do, _inside(values, block.name, item, number))
        case TableOf():
            yield _table(block, values)
        case Hands():
            share = 1 / len(block.signatures)
            cells = tuple(tuple(_hand(hand, values)) for hand in block.signatures)
            yield Columns(widths=(share,) * len(cells), cells=cells, before=14)
        case Closing():
            recipients = tuple(_recipients(block, values))
            yield Columns(widths=(0.46, 0.54), cells=(recipients, tuple(_hand(block.signature, values))), before=16)


def _inside(values: Mapping[str, Any], name: str, item: Mapping[str, Any], number: int) -> dict[str, Any]:
    return {**values, **{f"{name}.{key}": value for key, value in item.items()}, "row": number}


def _facts(block: Facts, values: Mapping[str, Any]) -> Iterator[Block]:
    for label, text in block.facts.items():
        if not templates.lacks(text, values):
            filled = (Run(f"{wording.clean(label)}: "), *templates.runs(text, values))
            yield _paragraph(filled, align="left", indent=INDENT, before=3)


def _table(block: TableOf, values: Mapping[str, Any]) -> Table:
    total = sum(column.width for column in block.columns)
    rows = [_inside(values, block.name, item, number) for number, item in enumerate(values.get(block.table, ()), 1)]
    return Table(
        widths=tuple(column.width / total for column in block.columns),
        head=tuple(
            _paragraph(templates.runs(c.head, values, bold=True), align="centre", size=12.5) for c in block.columns
        ),
        rows=tuple(
            tuple(_paragraph(templates.runs(c.text, row), align=c.align, size=12.5) for c in block.columns)
            for row in rows
        ),
    )


def _hand(hand: Hand, values: Mapping[str, Any]) -> Iterator[Paragraph]:
    for line in hand.title.split("\n"):
        yield _paragraph(templates.runs(line, values, bold=True), align="centre", size=13.5)
    if hand.note:
        yield _paragraph(templates.runs(hand.note, values, italic=True), align="centre", size=12)
    name = templates.runs(hand.name, values, bold=True)
    yield _paragraph(name, align="centre", size=13.5, before=SIGNING_ROOM)


def _recipients(block: Closing, values: Mapping[str, Any]) -> Iterator[Paragraph]:
    yield _paragraph((Run("Nơi nhận:", bold=True, italic=True),), align="left", size=12)
    for number, text in enumerate(block.recipients):
        end = "." if number == len(block.recipients) - 1 else ";"
        yield Paragraph(runs=(Run("- "), *templates.runs(text, values), Run(end)), align="left", size=11, hang=5.5)


def lookup(url: str, code: str, where: str) -> Lookup:
    """Give the QR code of an issued document with the words beside it."""
    lines = (
        _paragraph((Run("Kiểm tra văn bản này: ", bold=True), Run("quét mã QR hoặc vào "), Run(where)), align="left", size=10),
        _paragraph((Run("Mã tra cứu: "), Run(code, bold=True)), align="left", size=10, before=2),
    )  # fmt: skip
    return Lookup(url=url, lines=lines)
