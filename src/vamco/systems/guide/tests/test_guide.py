"""The guide is reachable from every page, true to the pages that it names, and readable by everybody who is logged in."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client
from django.urls import get_resolver, reverse
from django.utils import translation

from vamco.demo.log_ins import open_all
from vamco.kernel.world.access import public as access
from vamco.systems.desk.tests import made
from vamco.systems.guide import pages, queries, rules
from vamco.systems.identity.models import Account

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vamco.systems.guide.contracts import Chapter

ROLES = (
    "leader", "office", "department_head", "department_official", "commune_official", "operator", "auditor", "data_owner",
    "administrator",
)  # fmt: skip
CHAPTERS = queries.chapters()


def views() -> dict[str, str]:
    """The act of each page, by the name of its address."""

    def walk(resolver: Any, prefix: str) -> Iterator[tuple[str, str]]:
        for found in resolver.url_patterns:
            if hasattr(found, "url_patterns"):
                yield from walk(found, f"{prefix}{found.namespace}:" if found.namespace else prefix)
            elif found.name and hasattr(found.callback, "act"):
                yield prefix + found.name, found.callback.act

    return dict(walk(get_resolver(), ""))


def links(chapter: Chapter) -> list[str]:
    texts = [chapter.summary, *(section.text for section in chapter.sections)]
    return [name for text in texts for name in re.findall(r"\]\(page:([\w:]+)\)", text)]


def pictures(chapter: Chapter) -> list[str]:
    return [name for section in chapter.sections for name in re.findall(r"!\[[^\]]+\]\(([^)]+)\)", section.text)]


@pytest.fixture
def people(db: None, settings: Any) -> dict[str, Any]:
    """The demonstration's people by role, who hold what the pack gives the role."""
    settings.VAMCO_TODAY = made.TODAY
    held = {each.role: Account.objects.get(username=each.username).person for each in open_all()}
    for role in ROLES:
        if role not in held:
            held[role] = made.person(role, made.OFFICE, f"Người {role}")
    return held


def test_each_role_has_its_chapter_and_each_chapter_its_parts() -> None:
    assert tuple(chapter.code for chapter in CHAPTERS) == ROLES
    for chapter in CHAPTERS:
        titles = [section.title for section in chapter.sections]
        assert titles[0] == "Bạn thấy gì đầu tiên", chapter.code
        assert [title.partition(".")[0] for title in titles[1:4]] == ["Việc 1", "Việc 2", "Việc 3"], chapter.code
        assert titles[-2:] == ["Các từ thường gặp", "Khi có điều không đúng"], chapter.code
        assert all(title.startswith("Việc ") for title in titles[4:-2]), chapter.code
        assert all(re.search(r"^1\. ", section.text, re.MULTILINE) for section in chapter.sections[1:4]), chapter.code
        assert len({section.id for section in chapter.sections}) == len(chapter.sections)


@pytest.mark.parametrize("chapter", CHAPTERS, ids=[chapter.code for chapter in CHAPTERS])
def test_each_link_names_a_page_that_exists_and_that_the_role_may_open(
    chapter: Chapter, people: dict[str, Any]
) -> None:
    acts = views()
    assert links(chapter)
    for name in links(chapter):
        assert reverse(name)
        assert acts[name] in {"public", "signed-in"} or access.allow(people[chapter.code], acts[name]), name
    for section in chapter.sections:
        assert set(section.pages) <= set(acts), section.title


@pytest.mark.parametrize("chapter", CHAPTERS, ids=[chapter.code for chapter in CHAPTERS])
def test_each_picture_is_there(chapter: Chapter) -> None:
    assert pictures(chapter)
    for name in pictures(chapter):
        size = queries.size(name)
        assert size is not None, f"{name} is missing: run `.venv/bin/python docs/pictures.py`"
        assert name.startswith(f"{chapter.code}-")


def test_all_pictures_are_used_and_small() -> None:
    files = sorted(queries.PICTURES.glob("*.webp"))
    assert {path.name for path in files} == {name for chapter in CHAPTERS for name in pictures(chapter)}
    assert sum(path.stat().st_size for path in files) < 3_000_000


def test_a_page_leads_to_what_the_readers_role_is_told_about_it(people: dict[str, Any]) -> None:
    office, auditor = made.reader(people["office"]), made.reader(people["auditor"])
    shown = unescape(office.get("/desk/alarms/").content.decode())
    address = re.search(r'href="(/guide\?page=[^"]+)"', shown)
    assert address
    assert address[1] == "/guide?page=warnings:alarms"
    assert office.get(address[1]).headers["Location"] == "/guide/office#viec-1-ra-soat-canh-bao-moi"
    assert auditor.get(address[1]).headers["Location"] == "/guide/auditor#viec-2-xem-canh-bao-va-cach-xu-ly"
    assert office.get("/guide?page=nobody:knows").headers["Location"] == "/guide/office"
    assert 'id="viec-1-ra-soat-canh-bao-moi"' in office.get("/guide/office").content.decode()


@pytest.mark.parametrize(
    "address", ["/board", "/desk/", "/desk/runs/", "/desk/notices/", "/find", "/guide", "/guide/leader", "/nowhere"]
)
def test_every_page_leads_to_the_guide(people: dict[str, Any], address: str) -> None:
    shown = made.reader(people["office"]).get(address, follow=True).content.decode()
    assert shown.count("Hướng dẫn sử dụng") >= 2, shown[:2000]
    assert re.search(r'<footer.*href="/guide', shown, re.DOTALL)


def test_it_is_for_everybody_who_is_logged_in(people: dict[str, Any]) -> None:
    for role in ROLES:
        reader = made.reader(people[role])
        first = unescape(reader.get("/guide").content.decode())
        own = next(chapter.title for chapter in CHAPTERS if chapter.code == role)
        assert first.index("Dành cho bạn") < first.index(own) < first.index("Dành cho vai trò khác")
        for chapter in CHAPTERS:
            assert reader.get(f"/guide/{chapter.code}").status_code == 200
    assert made.reader(people["office"]).get("/guide/emperor").status_code == 404
    assert Client().get("/guide").headers["Location"].startswith("/log-in")
    assert 'href="/guide' not in Client().get("/log-in").content.decode()


def test_in_english_it_says_what_is_in_vietnamese_only(people: dict[str, Any]) -> None:
    reader = made.reader(people["leader"])
    reader.cookies["vamco_language"] = "en"
    first = reader.get("/guide").content.decode()
    assert "written in Vietnamese only" in first
    assert "Leaders and the Provincial Office" in first
    chapter = reader.get("/guide/leader").content.decode()
    assert "written in Vietnamese only" in chapter
    assert 'lang="vi"' in chapter


def test_its_sections_are_found_by_a_few_letters(people: dict[str, Any]) -> None:
    found = unescape(made.reader(people["office"]).get("/find?q=tham dinh bao cao").content.decode())
    assert "/guide/office#viec-3-tham-dinh-bao-cao" in found


def test_what_a_text_holds_stays_text(people: dict[str, Any]) -> None:
    text = "<script>x</script> [bad](javascript:x) ![no](missing.webp) **đậm** [](page:warnings:alarms)"
    shown = pages.html(text, people["office"])
    assert "<script>" not in shown
    assert 'href="javascript' not in shown
    assert "<img" not in shown
    assert "<strong>đậm</strong>" in shown
    with translation.override("vi"):
        link = "[](page:warnings:alarms)"
        assert pages.html(link, people["office"]) == '<p><a href="/desk/alarms/">Cảnh báo</a></p>\n'
        assert pages.html(link, people["commune_official"]) == "<p><a>Cảnh báo</a></p>\n"


def test_a_text_without_title_is_no_chapter() -> None:
    with pytest.raises(ValueError, match="begins with its title"):
        rules.read("x", "## Việc")
