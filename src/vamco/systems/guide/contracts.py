"""What the guide is made of."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a chapter. `pages` are the pages that it explains, by the names of their addresses."""

    id: str
    title: str
    text: str  # Markdown
    pages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Chapter:
    """What the guide says to people with one role."""

    code: str  # of the role
    title: str
    summary: str  # Markdown, in one paragraph
    sections: tuple[Section, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """A section as a page shows it."""

    id: str
    title: str
    html: str
