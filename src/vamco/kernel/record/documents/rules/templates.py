"""What a template may say and how values come into it, every mistake named with its place. Pure but for the typeface's alphabet."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from vamco.kernel.record.documents.contracts import Run
from vamco.kernel.record.documents.declaration import (
    Closing,
    Each,
    Facts,
    FieldOf,
    Hands,
    Heading,
    TableOf,
    Template,
    Text,
)
from vamco.kernel.record.documents.rules import fonts, wording
from vamco.lib.errors import N_, Refused
from vamco.lib.time import HCM

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from vamco.kernel.record.documents.declaration import Block, Hand

Place = tuple[str | int, ...]
_TOKEN = re.compile(r"\*\*|\*|\{\{|\}\}|\{(?P<name>[a-z][a-z0-9_.]*)(?::(?P<style>[a-z]+))?\}|[{}]")
STYLES: Final[dict[str, tuple[str, ...]]] = {
    "text": ("upper",),
    "whole": (),
    "money": (),
    "date": ("words",),
    "moment": ("digits", "date"),
}
# Known in each template: they come from the letterhead.
GIVEN: Final[dict[str, FieldOf]] = {
    "agency": FieldOf(type="text", name="Cơ quan ban hành"),
    "superior": FieldOf(type="text", name="Cơ quan chủ quản", required=False),
    "number": FieldOf(type="text", name="Số, ký hiệu", required=False),
    "place": FieldOf(type="text", name="Địa danh"),
    "on": FieldOf(type="date", name="Ngày ban hành"),
}
ROW: Final = FieldOf(type="whole", name="Số thứ tự")
LONGEST: Final = 20_000  # characters in one text value


@dataclass(frozen=True, slots=True)
class Piece:
    """Words, or the name of a field with the style in which its value is written."""

    text: str = ""
    name: str = ""
    style: str = ""
    bold: bool = False
    italic: bool = False


@dataclass(frozen=True, slots=True)
class Scope:
    """The fields that a text may name, and those of the optional ones that are surely there."""

    fields: Mapping[str, FieldOf]
    sure: frozenset[str] = frozenset()


def pieces(text: str) -> list[Piece] | str:
    """Take a text apart, or say what is wrong in it."""
    found: list[Piece] = []
    bold = italic = False
    at = 0
    for token in _TOKEN.finditer(text):
        if token.start() > at:
            found.append(Piece(text[at : token.start()], bold=bold, italic=italic))
        at = token.end()
        word = token[0]
        if word == "**":
            bold = not bold
        elif word == "*":
            italic = not italic
        elif word in {"{{", "}}"}:
            found.append(Piece(word[0], bold=bold, italic=italic))
        elif token["name"]:
            found.append(Piece("", token["name"], token["style"] or "", bold, italic))
        else:
            return f"{{name}} or doubled braces, found {word!r} alone"
    if bold or italic:
        return "** and * in pairs"
    if at < len(text):
        found.append(Piece(text[at:]))
    return found


# ── what is declared ─────────────────────────────────────────────────────────────────────────────────────────────────


def faults(template: Template) -> Iterator[tuple[Place, str]]:
    """Give each mistake of a template: where it stands and what was expected there."""
    if bool(template.heading) != (template.layout == "named"):
        yield ("heading",), "heading: words exactly in a template whose layout is `named`"
    for name, field in template.fields.items():
        yield from _field_faults(name, field, ("fields", name), inside=False)
    used: set[str] = set()
    for place, text, scope in _texts(template):
        if isinstance(text, str):
            yield from _text_faults(place, text, scope, used)
        else:
            yield from _reference_faults(place, text, scope, used)
    for name in template.fields:
        if name not in used:
            yield ("fields", name), f"fields.{name}: a field that the template uses"


def _field_faults(name: str, field: FieldOf, place: Place, *, inside: bool) -> Iterator[tuple[Place, str]]:
    where = ".".join(map(str, place))
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name) or name == "row" or (name in GIVEN and not inside):
        yield place, f"{where}: a name of a-z, 0-9 and _ that is not already given"
    if (field.type == "list") != bool(field.fields) or (field.type == "list" and inside):
        yield place, f"{where}: fields exactly in a list, and no list in a list"
    for inner, of in field.fields.items():
        yield from _field_faults(inner, of, (*place, "fields", inner), inside=True)


@dataclass(frozen=True, slots=True)
class _Reference:
    """A field named outside a text: `each`, `table` (a list) or `when` (an optional field)."""

    name: str
    key: str


_Found = tuple[Place, "str | _Reference", Scope]


def _texts(template: Template) -> Iterator[_Found]:
    """Give every text and reference of a template with its place and what is known there."""
    scope = Scope({**GIVEN, **template.fields})
    for key in ("heading", "subject"):
        yield (key,), getattr(template, key), scope
    for key in ("addressees", "bases"):
        for number, text in enumerate(getattr(template, key)):
            yield (key, number), text, scope
    yield from _block_texts(template.body, ("body",), scope)


def _block_texts(blocks: Sequence[Block], place: Place, scope: Scope) -> Iterator[_Found]:
    for number, block in enumerate(blocks):
        here = (*place, number)
        when = getattr(block, "when", "")
        if when:
            yield (*here, "when"), _Reference(when, "when"), scope
        inner = Scope(scope.fields, scope.sure | {when})
        match block:
            case Text():
                yield (*here, "text"), block.text, inner
            case Heading():
                yield (*here, "heading"), block.heading, inner
            case Facts():
                for label, text in block.facts.items():  # a line may use what is missing: it is left out then
                    yield (*here, "facts", label), text, Scope(inner.fields, frozenset(inner.fields))
            case Hands() | Closing():
                yield from _signing_texts(block, here, inner)
            case _:  # a table or a loop
                yield from _list_texts(block, here, inner)


def _signing_texts(block: Hands | Closing, place: Place, scope: Scope) -> Iterator[_Found]:
    if isinstance(block, Hands):
        for index, hand in enumerate(block.signatures):
            yield from _hand_texts(hand, (*place, "signatures", index), scope)
        return
    for index, text in enumerate(block.recipients):
        yield (*place, "recipients", index), text, scope
    yield from _hand_texts(block.signature, (*place, "signature"), scope)


def _hand_texts(hand: Hand, place: Place, scope: Scope) -> Iterator[_Found]:
    for key in ("title", "note", "name"):
        yield (*place, key), getattr(hand, key), scope


def _list_texts(block: TableOf | Each, place: Place, scope: Scope) -> Iterator[_Found]:
    name = block.table if isinstance(block, TableOf) else block.each
    yield (*place, "table" if isinstance(block, TableOf) else "each"), _Reference(name, "list"), scope
    entry = scope.fields.get(name)
    inside = {f"{block.name}.{inner}": of for inner, of in entry.fields.items()} if entry else {}
    inner = Scope({**scope.fields, **inside, "row": ROW}, scope.sure)
    if isinstance(block, Each):
        yield from _block_texts(block.do, (*place, "do"), inner)
        return
    for number, column in enumerate(block.columns):
        yield (*place, "columns", number, "head"), column.head, scope
        # a cell may stay empty
        yield (*place, "columns", number, "text"), column.text, Scope(inner.fields, frozenset(inner.fields))


def _text_faults(place: Place, text: str, scope: Scope, used: set[str]) -> Iterator[tuple[Place, str]]:
    where = ".".join(map(str, place))
    parts = pieces(text)
    if isinstance(parts, str):
        yield place, f"{where}: {parts}"
        return
    for part in parts:
        if not part.name:
            continue
        field = scope.fields.get(part.name)
        used.add(part.name)
        if field is None or field.type == "list":
            yield place, f"{where}: a declared field that is no list, found {{{part.name}}}"
        elif part.style and part.style not in STYLES[field.type]:
            yield place, f"{where}: {{{part.name}}} in a style of {field.type}, found {part.style!r}"
        elif not field.required and part.name not in scope.sure:
            yield place, f"{where}: `when: {part.name}` beside {{{part.name}}}, since it may be missing"


def _reference_faults(place: Place, to: _Reference, scope: Scope, used: set[str]) -> Iterator[tuple[Place, str]]:
    field = scope.fields.get(to.name)
    used.add(to.name)
    fits = field is not None and (field.type == "list" if to.key == "list" else not field.required)
    if not fits:
        kind = "a list" if to.key == "list" else "an optional field"
        yield place, f"{'.'.join(map(str, place))}: {kind} of this template, found {to.name!r}"


# ── what is filled in ────────────────────────────────────────────────────────────────────────────────────────────────


def checked(template: Template, values: Mapping[str, Any]) -> dict[str, Any]:
    """Give the values with their empty texts and lists left out; Refused names template and place of the first that does not fit."""
    return _checked(template.code, template.fields, values, "")


def _checked(code: str, fields: Mapping[str, FieldOf], values: Mapping[str, Any], place: str) -> dict[str, Any]:
    for name in values:
        if name not in fields:
            raise Refused(
                "documents.unknown_value",
                N_("The template %(template)s has no field %(place)s."),
                template=code,
                place=f"{place}{name}",
            )
    kept = {}
    for name, field in fields.items():
        value = values.get(name)
        if isinstance(value, str):
            value = wording.clean(value).strip()
        if value is None or value in ("", [], ()):
            if field.required and field.type != "list":
                raise Refused(
                    "documents.missing_value",
                    N_("The template %(template)s needs a value for %(place)s."),
                    template=code,
                    place=f"{place}{name}",
                )
            continue
        _demand(code, field, value, f"{place}{name}")
        if field.type == "list":
            value = [_checked(code, field.fields, item, f"{place}{name}.{n}.") for n, item in enumerate(value)]
        kept[name] = value
    return kept


def _demand(code: str, field: FieldOf, value: Any, place: str) -> None:
    if not _fits(field, value):
        raise Refused(
            "documents.wrong_value",
            N_("The template %(template)s wants another kind of value for %(place)s: %(kind)s."),
            template=code,
            place=place,
            kind=field.type,
        )
    signs = fonts.lacking(value) if field.type == "text" else []
    if signs:  # in Word too, which has other typefaces: whoever signs the draft would miss the sign in the PDF
        raise Refused(
            "documents.no_sign",
            N_(
                "The template %(template)s cannot write the sign “%(sign)s” (%(code)s) in %(place)s: its typeface has none."
            ),
            template=code,
            sign=signs[0],
            code=f"U+{ord(signs[0]):04X}",
            place=place,
        )


def _fits(field: FieldOf, value: Any) -> bool:
    match field.type:
        case "text":
            return isinstance(value, str) and len(value) <= LONGEST
        case "whole" | "money":
            return isinstance(value, int) and not isinstance(value, bool)
        case "date":
            return isinstance(value, dt.date) and not isinstance(value, dt.datetime)
        case "moment":
            return isinstance(value, dt.datetime) and value.tzinfo is not None
        case _:  # a list
            return isinstance(value, list | tuple) and all(isinstance(item, dict) for item in value)


def lacks(text: str, values: Mapping[str, Any]) -> bool:
    """Whether a text names a field that has no value."""
    return any(part.name and part.name not in values for part in _parts(text))


def runs(text: str, values: Mapping[str, Any], *, bold: bool = False, italic: bool = False) -> tuple[Run, ...]:
    """Fill a text of a template that has been checked. What a value holds is never read as markup."""
    found: list[Run] = []
    for part in _parts(text):
        words = written(values.get(part.name), part.style) if part.name else part.text
        style = (part.bold != bold, part.italic != italic)
        if found and (found[-1].bold, found[-1].italic) == style:
            found[-1] = Run(found[-1].text + words, *style)
        elif words:
            found.append(Run(words, *style))
    return tuple(found)


@lru_cache(maxsize=4096)
def _parts(text: str) -> tuple[Piece, ...]:
    """Take a text of a template apart; its own words are cleaned as values are."""
    parts = pieces(text)
    if isinstance(parts, str):
        return (Piece(wording.clean(text)),)
    return tuple(replace(part, text=wording.clean(part.text)) for part in parts)


def written(value: Any, style: str = "") -> str:
    """Give a value as a document writes it; nothing for one that is missing."""
    match value:
        case dt.datetime():
            local = value.astimezone(HCM)
            if style == "date":
                return wording.day_in_digits(local.date())
            digits = f"{local:%H:%M} {wording.day_in_digits(local.date())}"
            return digits if style == "digits" else wording.moment_in_words(value)
        case dt.date():
            return wording.day_in_words(value) if style == "words" else wording.day_in_digits(value)
        case int():
            return wording.whole(value)
        case str():
            return value.upper() if style == "upper" else value
        case _:
            return ""
