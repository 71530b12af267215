"""Reads a page as far as `vamco up --check` needs: elements by tag, class and attribute, their words, and forms."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

_VOID: Final = frozenset({"br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"})
_NOT_SENT: Final = frozenset({"submit", "button", "reset", "file", "image"})


@dataclass
class Element:
    """An element with its attributes and, in order, the texts and elements in it."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    content: list[Element | str] = field(default_factory=list)

    def every(self, tag: str = "", look: str = "", **attributes: str) -> Iterator[Element]:
        """Give the elements inside, in the page's order, of a tag, with a class, whose attributes hold these words."""
        for inner in self.content:
            if isinstance(inner, Element):
                if inner.fits(tag, look, attributes):
                    yield inner
                yield from inner.every(tag, look, **attributes)

    def first(self, tag: str = "", look: str = "", **attributes: str) -> Element | None:
        """Give the first of `every`."""
        return next(self.every(tag, look, **attributes), None)

    def fits(self, tag: str, look: str, attributes: dict[str, str]) -> bool:
        """Tell whether it is one that `every` was asked for."""
        return (
            tag in {"", self.tag}
            and (not look or look in self.attributes.get("class", "").split())
            and all(part in self.attributes.get(name, "") for name, part in attributes.items())
        )

    @property
    def text(self) -> str:
        """The text in it, as it stands."""
        return "".join(part if isinstance(part, str) else part.text for part in self.content)

    @property
    def words(self) -> str:
        """The text in it, with single spaces."""
        return " ".join(self.text.split())

    def fields(self) -> dict[str, str]:
        """Give what a form would send as it stands, its files left out."""
        named = ((element.attributes.get("name", ""), element.value) for element in self.every())
        return {name: value for name, value in named if name and value is not None}

    @property
    def value(self) -> str | None:
        """What a field of a form would send; None for what sends nothing by itself."""
        kind = self.attributes.get("type", "")
        if self.tag == "textarea":
            return self.text.removeprefix("\n")
        if self.tag == "select":
            options = list(self.every("option"))
            chosen = [option for option in options if "selected" in option.attributes] or options[:1]
            return "".join(option.attributes.get("value", option.words) for option in chosen[:1])
        switched_off = kind in {"checkbox", "radio"} and "checked" not in self.attributes
        if self.tag != "input" or kind in _NOT_SENT or switched_off:
            return None
        return self.attributes.get("value", "")


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open = [Element("")]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.open[-1].content.append(element)
        if tag not in _VOID:
            self.open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open[-1].content.append(Element(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        for at in range(len(self.open) - 1, 0, -1):
            if self.open[at].tag == tag:
                del self.open[at:]
                return

    def handle_data(self, data: str) -> None:
        self.open[-1].content.append(data)


def read(text: str) -> Element:
    """Give the page; an end that is missing is put where the element around it ends."""
    reader = _Reader()
    reader.feed(text)
    reader.close()
    return reader.open[0]
