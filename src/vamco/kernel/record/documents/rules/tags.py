"""The structure of a PDF (ISO 32000-1, 14.7-14.8): what is read aloud, in which order, as what. reportlab has none of its own."""

from __future__ import annotations

import codecs
import contextlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from reportlab.pdfbase.pdfdoc import PDFDictionary, PDFName, PDFObject, PDFObjectReference

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reportlab.pdfgen.canvas import Canvas


@dataclass(eq=False)
class Element:
    """A node of the structure: its role, what lies below it, the marked places on pages that are its content."""

    role: str
    parent: Element | None = None
    alt: str = ""
    scope: str = ""  # of a head of a table: Column
    children: list[Element | tuple[int, int]] = field(default_factory=list)  # (page, mark)


class Tags:
    """Collects the structure while a canvas is drawn."""

    def __init__(self, canvas: Canvas) -> None:
        self._canvas = canvas
        self.root = Element("Document")
        self._owners: list[list[Element]] = [[]]  # by page, by mark

    def element(self, role: str, parent: Element | None = None, *, alt: str = "", scope: str = "") -> Element:
        """Give a new element at the end of its parent."""
        made = Element(role, parent or self.root, alt, scope)
        (parent or self.root).children.append(made)
        return made

    def next_page(self) -> None:
        """Say that drawing goes on on another page."""
        self._owners.append([])

    @contextlib.contextmanager
    def content(self, element: Element) -> Iterator[None]:
        """Mark what is drawn inside as the content of an element."""
        page = len(self._owners) - 1
        mark = len(self._owners[page])
        self._owners[page].append(element)
        element.children.append((page, mark))
        self._canvas._code.append(f"/{element.role} <</MCID {mark}>> BDC")  # noqa: SLF001  # no door of its own
        yield
        self._canvas._code.append("EMC")  # noqa: SLF001

    @contextlib.contextmanager
    def artifact(self) -> Iterator[None]:
        """Mark what is drawn inside as decoration: lines, page numbers."""
        self._canvas._code.append("/Artifact BMC")  # noqa: SLF001
        yield
        self._canvas._code.append("EMC")  # noqa: SLF001

    def finish(self) -> None:
        """Write the structure into the document; after the last page, before saving."""
        document = self._canvas._doc  # noqa: SLF001
        top = self._entry("vamco.structure")
        numbers = self._number(self.root, {})
        for element, (_reference, entry) in numbers.items():
            parent = numbers[element.parent][0] if element.parent else top.reference
            entry.content = self._described(element, parent, numbers).encode("ascii")
        parents = self._entry("vamco.structure.parents")
        nums = " ".join(
            f"{page} [{' '.join(numbers[owner][0] for owner in owners)}]" for page, owners in enumerate(self._owners)
        )
        parents.content = f"<</Nums [{nums}]>>".encode("ascii")
        root = numbers[self.root][0]
        top.content = (
            f"<</Type /StructTreeRoot /K {root} /ParentTree {parents.reference} /ParentTreeNextKey {len(self._owners)}>>"
        ).encode("ascii")
        document.Catalog.StructTreeRoot = PDFObjectReference(top.name)
        document.Catalog.MarkInfo = PDFDictionary({"Marked": "true"})
        for index, page in enumerate(document.Pages.pages):
            page.__NoDefault__ = [*page.__NoDefault__, "StructParents", "Tabs"]
            page.StructParents, page.Tabs = index, PDFName("S")

    def _entry(self, name: str) -> _Entry:
        document = self._canvas._doc  # noqa: SLF001
        entry = _Entry(name)
        document.Reference(entry, name)
        entry.reference = self._reference(name)
        return entry

    def _reference(self, name: str) -> str:
        number, generation = self._canvas._doc.idToObjectNumberAndVersion[name]  # noqa: SLF001
        return f"{number} {generation} R"

    def _number(self, element: Element, numbers: _Numbers) -> _Numbers:
        """Give each element an object of its own, in reading order."""
        entry = self._entry(f"vamco.structure.{len(numbers)}")
        numbers[element] = (entry.reference, entry)
        for child in element.children:
            if isinstance(child, Element):
                self._number(child, numbers)
        return numbers

    def _described(self, element: Element, parent: str, numbers: _Numbers) -> str:
        pages = {child[0] for child in element.children if not isinstance(child, Element)}
        own = min(pages, default=-1)
        kids = []
        for child in element.children:
            if isinstance(child, Element):
                kids.append(numbers[child][0])
            elif child[0] == own:
                kids.append(str(child[1]))
            else:
                kids.append(f"<</Type /MCR /Pg {self._reference(f'Page{child[0] + 1}')} /MCID {child[1]}>>")
        page = f" /Pg {self._reference(f'Page{own + 1}')}" if pages else ""
        alt = f" /Alt <{codecs.BOM_UTF16_BE.hex()}{element.alt.encode('utf-16-be').hex()}>" if element.alt else ""
        scope = f" /A <</O /Table /Scope /{element.scope}>>" if element.scope else ""
        return f"<</Type /StructElem /S /{element.role} /P {parent}{page}{alt}{scope} /K [{' '.join(kids)}]>>"


class _Entry(PDFObject):  # type: ignore[misc]  # reportlab has no types
    """An object whose bytes are made here: dictionaries of reportlab's own cost half of a document's time."""

    __RefOnly__ = 1

    def __init__(self, name: str) -> None:
        self.name = name
        self.reference = ""
        self.content = b""

    def format(self, _document: object) -> bytes:
        """Give the bytes, as reportlab asks for them."""
        return self.content


_Numbers = dict[Element, tuple[str, _Entry]]
