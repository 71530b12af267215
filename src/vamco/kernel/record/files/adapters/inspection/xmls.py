from __future__ import annotations

from typing import IO, TYPE_CHECKING
from xml.etree.ElementTree import ParseError

from defusedxml import ElementTree  # type: ignore[import-untyped]
from defusedxml.common import DefusedXmlException  # type: ignore[import-untyped]

from vamco.kernel.record.files.adapters.inspection import limits
from vamco.kernel.record.files.adapters.inspection.problem import Problem
from vamco.kernel.record.files.contracts import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.etree.ElementTree import Element

SIGNATURE = "{http://www.w3.org/2000/09/xmldsig#}Signature"
# What a browser would show as a page with scripts, or follow to a style sheet that is one.
ACTIVE = ("{http://www.w3.org/2000/svg}", "{http://www.w3.org/1999/xhtml}", "{http://www.w3.org/1999/XSL/Transform}")
PLAIN_ACTIVE = {"svg", "html", "script", "stylesheet"}


def inspect(source: IO[bytes]) -> Finding:
    """Read an XML document to its end; it may hold data and signatures, nothing that reaches out or runs."""
    signed = False
    for element in elements(source):
        if element.tag.startswith(ACTIVE) or element.tag.lower() in PLAIN_ACTIVE:
            raise Problem("active_content", found=element.tag.rpartition("}")[2][:40])
        signed = signed or element.tag == SIGNATURE
    return Finding(signed=signed)


def elements(source: IO[bytes]) -> Iterator[Element]:
    """Give each element when it is complete, its text and attributes whole, without keeping those that are done.

    A document type, an entity, or a processing instruction that names a style sheet is a Problem: with none of them nothing
    in a document can grow or point outside.
    """
    depth = count = 0
    open_ones: list[Element] = []
    try:
        for event, found in ElementTree.iterparse(source, events=("start", "end", "pi"), forbid_dtd=True):
            if event == "pi":
                if "stylesheet" in (found.text or ""):
                    raise Problem("active_content", found="xml-stylesheet")
            elif event == "start":
                depth, count = depth + 1, count + 1
                if depth > limits.XML_DEPTH or count > limits.XML_ELEMENTS:
                    raise Problem("bomb")
                open_ones.append(found)
            else:
                depth -= 1
                yield found
                open_ones.pop()
                if open_ones:
                    del open_ones[-1][:]
    except DefusedXmlException as error:
        raise Problem("xml_entities") from error
    except (ParseError, ValueError, LookupError) as error:  # also an unknown encoding
        raise Problem("damaged") from error
