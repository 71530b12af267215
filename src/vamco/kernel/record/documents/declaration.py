"""A template as it is declared: the fields that it wants, and the blocks that are made of them."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Discriminator, Field, Tag

NAME = r"^[a-z][a-z0-9_]*$"
Kind = Literal["text", "whole", "money", "date", "moment", "list"]
Side = Literal["left", "centre", "right", "justify"]
WHEN = "field without which the block is left out"


class Declared(BaseModel):
    """Base of all parts: an unknown key is a mistake."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class FieldOf(Declared):
    """A value that a template wants."""

    type: Kind = Field(description="what it is; money is whole dong, a moment carries its time zone")
    name: str = Field(description="what it means, in Vietnamese")
    required: bool = Field(
        default=True, description="false: may be missing; then only `facts` and blocks with `when` may use it"
    )
    fields: dict[str, FieldOf] = Field(default={}, description="of a list: the values in each entry")


class Text(Declared):
    """A paragraph; a plain string stands for one with all defaults."""

    text: str = Field(description="words with {field}, **bold** and *italic*; {{ and }} are braces")
    align: Side = Field(default="justify", description="where the lines stand")
    indent: bool = Field(default=True, description="whether the first line is indented")
    when: str = Field(default="", description=WHEN)


class Heading(Declared):
    """A heading inside the body."""

    heading: str = Field(description="its words")
    when: str = Field(default="", description=WHEN)


class Facts(Declared):
    """Lines of a label and a value."""

    facts: dict[str, str] = Field(
        min_length=1, description="text by label; a line whose optional field is missing is left out"
    )


class Column(Declared):
    """A column of a table."""

    head: str = Field(description="its head")
    text: str = Field(description="what stands in a row, with {name.field}; {row} is the row's number")
    width: float = Field(default=1, gt=0, le=20, description="part of the table's width")
    align: Side = Field(default="left", description="where the text stands")


class TableOf(Declared):
    """A row for each entry of a list."""

    table: str = Field(description="field that is a list")
    name: str = Field(pattern=NAME, alias="as", description="how an entry is called in the columns")
    columns: list[Column] = Field(min_length=1, max_length=12, description="from left to right")
    when: str = Field(default="", description=WHEN)


class Hand(Declared):
    """Where somebody signs."""

    title: str = Field(description="in capitals: NGƯỜI NỘP HỒ SƠ, TM. ỦY BAN NHÂN DÂN; a line break begins a new line")
    note: str = Field(default="", description="in italic below it: (Ký, ghi rõ họ tên)")
    name: str = Field(default="", description="who signs, in bold below the signature")


class Hands(Declared):
    """Signatures side by side."""

    signatures: list[Hand] = Field(min_length=1, max_length=3, description="from left to right")


class Closing(Declared):
    """Recipients at the left, the signature at the right: the end of a letter or decision (NĐ 30/2020, Phụ lục I)."""

    recipients: list[str] = Field(min_length=1, description="lines of Nơi nhận, without their dashes")
    signature: Hand = Field(description="who signs")


def _text(value: Any) -> Any:
    return {"text": value} if isinstance(value, str) else value


_KEYS = {"text": "text", "heading": "heading", "facts": "facts", "table": "table", "signatures": "signatures",
         "recipients": "recipients", "each": "each"}  # fmt: skip


def _block(value: Any) -> str | None:
    """Give the key that tells what a block is."""
    has = value.__contains__ if isinstance(value, dict) else lambda key: hasattr(value, key)
    return next((key for key in _KEYS if has(key)), None)


class Each(Declared):
    """Blocks for each entry of a list."""

    each: str = Field(description="field that is a list")
    name: str = Field(pattern=NAME, alias="as", description="how an entry is called inside")
    do: list[Block] = Field(min_length=1, description="blocks; {row} is the entry's number")


Block = Annotated[
    Annotated[Text, Tag("text")]
    | Annotated[Heading, Tag("heading")]
    | Annotated[Facts, Tag("facts")]
    | Annotated[TableOf, Tag("table")]
    | Annotated[Hands, Tag("signatures")]
    | Annotated[Closing, Tag("recipients")]
    | Annotated[Each, Tag("each")],
    Discriminator(_block),
    BeforeValidator(_text),
]


class Template(Declared):
    """A document that can be made again and again."""

    code: str = Field(pattern=NAME, max_length=60, description="code of the template")
    name: str = Field(max_length=200, description="name in Vietnamese, as anyone may see it who checks a document")
    name_en: str = Field(max_length=200, description="name in English")
    source: str = Field(description="the law that asks for it, and how sure that is")
    layout: Literal["named", "letter"] = Field(
        default="named", description="named: the kind of document stands above it; letter: công văn, its subject beside"
    )
    heading: str = Field(default="", description="kind of document, in capitals; of a `named` one")
    subject: str = Field(default="", description="trích yếu: what it is about")
    addressees: list[str] = Field(default=[], description="Kính gửi")
    bases: list[str] = Field(default=[], description="legal bases, in italic, each ended by a semicolon")
    fields: dict[str, FieldOf] = Field(description="values that it wants, by name")
    body: list[Block] = Field(min_length=1, description="blocks in their order")
    lookup: bool = Field(default=True, description="whether the QR code stands at the end")


Each.model_rebuild()
Template.model_rebuild()
