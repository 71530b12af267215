"""Answers between how they are stored and how a page posts and shows them. Pure.

For every valid set of answers, what `written` puts on a page `read` gives back unchanged.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from vamco.kernel.work.forms.contracts import Kind, Node, Path, Problem, key_of, name_of
from vamco.kernel.work.forms.rules import formats, nodes
from vamco.lib.errors import N_
from vamco.lib.money import format_number, is_english
from vamco.lib.time import read_date

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from vamco.kernel.work.forms.contracts import Data, Posted
    from vamco.kernel.work.forms.declaration import Form, PageOf

YES, NO = "yes", "no"
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)
_UNIT = re.compile(r"(đồng|đ|₫|vnd|vnđ)", re.IGNORECASE)
_GROUPED: Final = {sign: re.compile(rf"-?\d{{1,3}}({re.escape(sign)}\d{{3}})+", re.ASCII) for sign in ".,"}
_DIGITS = re.compile(r"-?\d{1,15}", re.ASCII)
_PLACES = re.compile(r"\d{1,6}", re.ASCII)
_ABSENT: Final = object()
_TAKEN_OUT: Final = N_("“%(label)s” held signs that cannot be stored. They are taken out: look through what is left.")


class _UnreadableError(Exception):
    """A text that says nothing of the kind that is asked for."""


@dataclass(slots=True)
class Filled:
    """What a page was filled with: the answers, and what could not be read, with the texts as they were typed."""

    data: Data
    problems: list[Problem] = field(default_factory=list)
    typed: dict[Path, list[str]] = field(default_factory=dict)


# ── from the page ────────────────────────────────────────────────────────────────────────────────────────────────────


def fill(form: Form, data: Mapping[str, Any], posted: Posted, language: str, page: PageOf | None = None) -> Filled:
    """Give the answers as they are after a page was sent; without `page` all pages were one.

    Answers of other pages stay, unless the questions no longer apply.
    """
    filled = Filled({})
    read = _object(form, form.shape, (), _Reader(posted, language, page, filled))
    filled.data = nodes.prune(form, _merged(form.shape, dict(data), read, (), page))
    asked = {node.path for node in nodes.nodes(form, filled.data)}
    filled.problems = [problem for problem in filled.problems if problem.path in asked]
    return filled


@dataclass(frozen=True, slots=True)
class _Reader:
    posted: Posted
    language: str
    page: PageOf | None
    filled: Filled

    def asks(self, path: Path) -> bool:
        return self.page is None or self.page.holds(key_of(path))

    def texts(self, path: Path) -> list[str]:
        found = self.posted.get(name_of(path), ())
        return [text[: nodes.MOST_TEXT] for text in list(found)[: nodes.MOST_ITEMS * 5]]


def _object(form: Form, schema: Mapping[str, Any], path: Path, reader: _Reader) -> Data:
    found: Data = {}
    for name, shape in nodes.declared(schema).items():
        here = (*path, name)
        if not reader.asks(here):
            continue
        node = Node(
            here, nodes.kind_of(shape, form.fields[key_of(here)]), shape, form.fields[key_of(here)], required=False
        )
        if node.kind is Kind.GROUP:
            found[name] = _object(form, shape, here, reader)
        elif node.kind is Kind.REPEAT:
            count = _count(reader.texts(here), shape)
            found[name] = [_object(form, shape["items"], (*here, index), reader) for index in range(count)]
        else:
            value = _leaf(node, reader)
            if value is not _ABSENT:
                found[name] = value
    return found


def _count(texts: list[str], schema: Mapping[str, Any]) -> int:
    """Give how many items a page says that it holds; one more than allowed is read, so that somebody hears of it."""
    text = texts[0] if texts else ""
    return min(int(text), schema.get("maxItems", nodes.MOST_ITEMS) + 1) if re.fullmatch("[0-9]{1,4}", text) else 0


def _leaf(node: Node, reader: _Reader) -> Any:
    texts = reader.texts(node.path)
    if any(nodes.unprintable(sign) for text in texts for sign in text):
        reader.filled.problems.append(Problem(node.path, "not_text", _TAKEN_OUT))
        reader.filled.typed[node.path] = ["".join(s for s in text if not nodes.unprintable(s)) for text in texts]
        return _ABSENT
    try:
        return read(node, texts, reader.language)
    except _UnreadableError:
        reader.filled.problems.append(Problem(node.path, f"unreadable_{node.kind}", _SAY[node.kind]))
        reader.filled.typed[node.path] = texts
        return _ABSENT


def _merged(schema: Mapping[str, Any], old: Any, new: Data, path: Path, page: PageOf | None) -> Data:
    """Give the old answers with those of a page replaced; a list of groups is always on one page as a whole."""
    if page is None:
        return new
    merged = dict(old) if isinstance(old, dict) else {}
    for name, shape in nodes.declared(schema).items():
        here = (*path, name)
        if not page.holds(key_of(here)):
            continue
        if shape.get("type") == "object":
            merged[name] = _merged(shape, merged.get(name), new.get(name, {}), here, page)
        elif name in new:
            merged[name] = new[name]
        else:
            merged.pop(name, None)
    return merged


def read(node: Node, texts: list[str], language: str) -> Any:
    """Give the value that the texts of one control stand for."""
    if node.kind in {Kind.SEVERAL, Kind.FILES}:
        chosen = list(dict.fromkeys(text for text in texts if text))
        return ([_number(text) for text in chosen] if node.kind is Kind.FILES else chosen) or _ABSENT
    text = nodes.tidy(texts[0] if texts else "")
    return _READERS[node.kind](text, node, language) if text else _ABSENT


def _number(text: str) -> int:
    plain = "".join(text.split())
    for sign, grouped in _GROUPED.items():
        if grouped.fullmatch(plain):
            plain = plain.replace(sign, "")
    if not _DIGITS.fullmatch(plain):
        raise _UnreadableError
    return int(plain)


def _decimal(text: str, language: str) -> int | float:
    plain = "".join(text.split())
    thousands, point = ",." if is_english(language) else ".,"
    head, mark, tail = plain.partition(point)
    if _GROUPED[thousands].fullmatch(head):
        head = head.replace(thousands, "")
    if not _DIGITS.fullmatch(head) or (
        mark and not _PLACES.fullmatch(tail)
    ):  # 1.5 in Vietnamese: one and a half, or 15?
        raise _UnreadableError
    return nodes.tidy(float(f"{head}.{tail or 0}"))  # type: ignore[no-any-return]


def _day(text: str) -> str:
    day = read_date(text)
    if day is None:
        raise _UnreadableError
    return day.isoformat()


def _yes_no(text: str) -> bool:
    if text not in {YES, NO}:
        raise _UnreadableError
    return text == YES


_READERS: Final[dict[Kind, Callable[[str, Node, str], Any]]] = {
    Kind.TEXT: lambda text, node, _language: formats.normal(node.format, text),
    Kind.LINES: lambda text, _node, _language: text,
    Kind.CHOICE: lambda text, _node, _language: text,
    Kind.LISTED: lambda text, _node, _language: text,
    Kind.WHOLE: lambda text, _node, _language: _number(text),
    Kind.FILE: lambda text, _node, _language: _number(text),
    Kind.MONEY: lambda text, _node, _language: _number(_UNIT.sub("", text)),
    Kind.NUMBER: lambda text, _node, language: _decimal(text, language),
    Kind.DATE: lambda text, _node, _language: _day(text),
    Kind.YES_NO: lambda text, _node, _language: _yes_no(text),
    Kind.TICK: lambda text, _node, _language: _yes_no(text),
}
_SAY: Final[dict[Kind, str]] = {
    Kind.WHOLE: N_("Write “%(label)s” as a whole number, such as 3."),
    Kind.FILE: N_("Choose the file for “%(label)s” again."),
    Kind.FILES: N_("Choose the files for “%(label)s” again."),
    Kind.MONEY: N_("Write “%(label)s” in whole dong, such as 1.500.000."),
    Kind.NUMBER: N_("Write “%(label)s” as a number in digits."),
    Kind.DATE: N_("Write “%(label)s” as a day that exists, such as 27/3/1990."),
    Kind.YES_NO: N_("Choose yes or no for “%(label)s”."),
    Kind.TICK: N_("Tick “%(label)s” to go on."),
}


# ── to the page ──────────────────────────────────────────────────────────────────────────────────────────────────────


def written(node: Node, value: Any, language: str) -> list[str]:
    """Give the texts of one control for a stored value; none for an answer that is missing or of another kind."""
    if node.kind is Kind.REPEAT:
        return [str(len(value))] if isinstance(value, list) else ["0"]
    if isinstance(value, list):
        return [str(one) for one in value] if node.kind in {Kind.SEVERAL, Kind.FILES} else []
    if isinstance(value, bool):
        return [YES if value else NO]
    if isinstance(value, int | float):
        return [_figure(node, value, language)]
    iso = _ISO.fullmatch(value) if node.kind is Kind.DATE and isinstance(value, str) else None
    if iso:
        return ["/".join(reversed(iso.groups()))]
    return [formats.shown(node.format, value)] if isinstance(value, str) else []


def _figure(node: Node, value: float, language: str) -> str:
    if node.kind is Kind.MONEY and isinstance(value, int):
        return format_number(value, 0, language)
    if isinstance(value, int):
        return str(value)
    plain = format(Decimal(repr(value)), "f")
    return plain if is_english(language) else plain.replace(".", ",")


def posted(form: Form, data: Mapping[str, Any], language: str) -> dict[str, list[str]]:
    """Give what a page with all questions would send, if nobody changed anything."""
    return {
        node.name: written(node, nodes.get(data, node.path), language)
        for node in nodes.nodes(form, data)
        if node.kind is not Kind.GROUP
    }
