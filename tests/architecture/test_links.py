"""A room names only the pages of its own and of rooms below it: upwards it links by `web.addresses`."""

from __future__ import annotations

import configparser
import re
from typing import TYPE_CHECKING

from tests.architecture.source_tree import ROOT, sources, write

if TYPE_CHECKING:
    from pathlib import Path

NAMED = re.compile(r"""(?:reverse\(|redirect\(|url_name=|\burl\s+|,\s*|\()\s*["'](\w+):(\w+)["']""")
ROOM = re.compile(r"src/vamco/(?:systems/(\w+)/|(web|kernel|lib|vocab|engines)/)")


def order() -> list[str]:
    """Give the systems, the highest first, as the layer order says."""
    read = configparser.ConfigParser()
    read.read(ROOT / ".importlinter")
    return read["importlinter:contract:systems"]["layers"].split()


def upwards(root: Path) -> list[str]:
    """Give the places where a room names a page of a system above it."""
    ranks = {system: rank for rank, system in enumerate(reversed(order()), start=1)}
    found = []
    for source in sources(root, kinds=(".py", ".html")):
        room = ROOM.match(source.name)
        if room is None or source.is_test:
            continue
        own = ranks.get(room[1] or "", 0)
        for number, line in enumerate(source.text.splitlines(), 1):
            found += [
                f"{source.name}:{number}: {system}:{name}"
                for system, name in NAMED.findall(line)
                if ranks.get(system, -1) > own
            ]
    return found


def test_no_room_names_a_page_of_a_room_above() -> None:
    assert upwards(ROOT) == []


def test_the_rule_finds_what_breaks_it(tmp_path: Path) -> None:
    write(
        tmp_path,
        src__vamco__systems__hub__pages_py='reverse("hub:run")\nreverse("desk:case", args=[1])\nredirect("ioc:board")\n',
        src__vamco__systems__desk__pages_py='reverse("hub:run")\nalso=("desk:case",\n',
        src__vamco__web__templates__web__base_html='<a href="{% url "identity:log_in" %}"><a href="{% url "web:style" %}">\n',
    )
    assert sorted(upwards(tmp_path)) == [
        "src/vamco/systems/hub/pages.py:2: desk:case",
        "src/vamco/systems/hub/pages.py:3: ioc:board",
        "src/vamco/web/templates/web/base.html:1: identity:log_in",
    ]


def test_a_page_links_to_a_case_by_the_one_way_that_asks_whether_the_reader_may_see_it() -> None:
    """`casework.links`; the desk, whose pages are those of the cases, asks for more than links."""
    own = [
        source.name
        for source in sources(ROOT)
        if "/pages/" in source.name and "/systems/desk/" not in source.name and "cases.visible(" in source.text
    ]
    assert own == []
