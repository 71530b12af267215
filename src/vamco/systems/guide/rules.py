"""How a chapter is read from its Markdown file, and which section explains a page. Pure.

A chapter begins with `# Title` and a paragraph; each `## Title` begins a section. A line `%% pages ioc:board ioc:wall` in a
section names the pages that it explains.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from vamco.lib.text import fold
from vamco.systems.guide.contracts import Chapter, Section

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_PAGES: Final = re.compile(r"^%% pages (.+)$", re.MULTILINE)
_NO_WORD: Final = re.compile(r"[^a-z0-9]+")


def read(code: str, text: str) -> Chapter:
    """Read a chapter; ValueError for a text without a title."""
    head, *parts = re.split(r"^## ", text, flags=re.MULTILINE)
    title, _newline, summary = head.strip().partition("\n")
    if not title.startswith("# "):
        raise ValueError(f"{code}: a chapter begins with its title")
    return Chapter(code, title.removeprefix("# ").strip(), summary.strip(), tuple(map(_section, parts)))


def _section(part: str) -> Section:
    title, _newline, text = part.partition("\n")
    pages = tuple(name for line in _PAGES.findall(text) for name in line.split())
    return Section(_NO_WORD.sub("-", fold(title)).strip("-"), title.strip(), _PAGES.sub("", text).strip(), pages)


def find(chapters: Sequence[Chapter], roles: Iterable[str], page: str) -> tuple[str, str] | None:
    """Return chapter and section that explain a page: of the reader's roles first, "" where the chapter names none of its sections for it.

    None when the reader has no chapter and none explains the page.
    """
    held = set(roles)
    own = [chapter for chapter in chapters if chapter.code in held]
    for chapter in [*own, *(() if own else chapters)]:
        for section in chapter.sections:
            if page in section.pages:
                return chapter.code, section.id
    return (own[0].code, "") if own and page else None
