"""The user guide: one chapter for each role, open to everybody who is logged in."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from django.http import HttpResponseRedirect
from django.templatetags.static import static
from django.urls import resolve, reverse
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from markdown_it import MarkdownIt

from vamco.kernel.world.access import public as access
from vamco.kernel.world.people import public as people
from vamco.lib.errors import N_, Missing
from vamco.systems.guide import queries, rules
from vamco.systems.guide.contracts import Shown
from vamco.web import navigation
from vamco.web.components import Link
from vamco.web.pages import PUBLIC, SIGNED_IN, page, render, signed_in
from vamco.web.palette import Command, ranked

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import HttpResponseBase
    from markdown_it.renderer import RendererHTML
    from markdown_it.token import Token

    from vamco.kernel.world.people.public import Person
    from vamco.systems.guide.contracts import Chapter
    from vamco.web.pages import Request

_PAGE: Final = "page:"


@page(SIGNED_IN)
def index(request: Request) -> HttpResponseBase:
    """Show all chapters, the reader's own first; or lead to what the guide says about a page."""
    roles = _roles(request)
    if asked := request.GET.get("page", ""):
        found = rules.find(queries.chapters(), roles, asked)
        if found is not None:
            return HttpResponseRedirect(_address(*found))
    own = [chapter for chapter in queries.chapters() if chapter.code in roles]
    others = [chapter for chapter in queries.chapters() if chapter.code not in roles]
    context = {
        "own": [_card(chapter, request.person) for chapter in own],
        "others": [_card(chapter, request.person) for chapter in others],
    }
    return render(request, "guide/index.html", context)


@page(SIGNED_IN)
def chapter(request: Request, role: str) -> HttpResponseBase:
    """Show the chapter of a role."""
    found = next((each for each in queries.chapters() if each.code == role), None)
    if found is None:
        raise Missing("guide.no_chapter", N_("The guide has no such chapter."))
    context = {
        "chapter": found,
        "summary": html(found.summary, request.person),
        "sections": [
            Shown(section.id, section.title, html(section.text, request.person)) for section in found.sections
        ],
        "own": role in _roles(request),
        "crumbs": [Link(_("User guide"), reverse("guide:index")), Link(found.title)],
    }
    return render(request, "guide/chapter.html", context)


def commands(request: Request, words: str) -> list[Command]:
    """Return the sections of the reader's chapters that fit some words, for the command palette."""
    roles = _roles(request) if words and request.person is not None else set()
    found = [
        Command(label=section.title, note=chapter.title, url=_address(chapter.code, section.id), icon="help")
        for chapter in queries.chapters()
        if chapter.code in roles
        for section in chapter.sections
    ]
    return ranked(found, words) if words else []


def _roles(request: Request) -> set[str]:
    return {held.role for held in people.memberships(signed_in(request))}


def _address(role: str, section: str) -> str:
    return reverse("guide:chapter", args=[role]) + (f"#{section}" if section else "")


def _card(chapter: Chapter, reader: Person | None) -> dict[str, Any]:
    tasks = [Link(section.title, _address(chapter.code, section.id)) for section in chapter.sections]
    return {
        "title": chapter.title,
        "summary": html(chapter.summary, reader),
        "url": _address(chapter.code, ""),
        "tasks": tasks,
    }


# ── Markdown ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def html(text: str, reader: Person | None) -> str:
    """Return a text of the guide as HTML; raw HTML in it stays text, and a page that the reader may not open is no link."""
    return SafeString(_markdown().render(text, {"reader": reader}))


@lru_cache(maxsize=1)
def _markdown() -> MarkdownIt:
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    markdown.add_render_rule("link_open", _link)
    markdown.add_render_rule("image", _picture)
    return markdown


def _link(self: RendererHTML, tokens: Sequence[Token], at: int, options: Any, env: Any) -> str:
    """Write a link; `page:ioc:board` stands for the address of that page, and without words bears its name."""
    target = str(tokens[at].attrs.get("href", ""))
    if target.startswith(_PAGE):
        name = target.removeprefix(_PAGE)
        address = reverse(name)
        tokens[at].attrs = {"href": address} if _may_open(address, env["reader"]) else {}
        opened = self.renderToken(tokens, at, options, env)
        return opened + (escape(navigation.label(name)) if tokens[at + 1].type == "link_close" else "")
    return self.renderToken(tokens, at, options, env)


def _may_open(address: str, reader: Person | None) -> bool:
    act = resolve(address).func.act  # type: ignore[attr-defined]  # every page names its act
    return act in {PUBLIC, SIGNED_IN} or access.allow(reader, act)


def _picture(_self: RendererHTML, tokens: Sequence[Token], at: int, _options: Any, _env: Any) -> str:
    """Write a picture with its words below; nothing where it has not been made yet."""
    name, words = str(tokens[at].attrs.get("src", "")), tokens[at].content
    if (size := queries.size(name)) is None:
        return ""
    return format_html(
        '<span class="guide-picture"><img src="{}" width="{}" height="{}" alt="{}" loading="lazy"><span>{}</span></span>',
        static(f"guide/{name}"), *size, words, words,
    )  # fmt: skip
